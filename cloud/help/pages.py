"""Pages of help: one person shows a code and ends it all, the other types it and lets go."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud.accounts import cookies
from cloud.accounts.rules import HOME
from cloud.help import rules, service
from cloud.help.models import HelpCodeForm, HelpForm, Lasts
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]
Hand = Annotated[Principal, Depends(require(Permission.HELP))]


@router.get("/tai-khoan/giup")
def ask_page(request: Request, session: SessionDep, principal: Own, now: NowDep) -> HTMLResponse:
    return render(
        request,
        "help/ask.html",
        code=service.asked(session, principal, now),
        helpers=service.helpers(session, principal, now),
        choices=list(Lasts),
        minutes=_minutes(rules.CODE_LIFE.total_seconds()),
    )


@router.post("/tai-khoan/giup")
def ask(
    session: SessionDep, principal: Own, now: NowDep, form: Annotated[HelpForm, Form()]
) -> RedirectResponse:
    service.ask(session, principal, form.lasts, now)
    return _to("/tai-khoan/giup")


@router.post("/tai-khoan/giup/thoi")
def withdraw_running(session: SessionDep, principal: Own, now: NowDep) -> RedirectResponse:
    service.withdraw_running(session, principal, now)
    return _to("/tai-khoan/giup")


@router.post("/tai-khoan/giup/{grant}/thoi")
def withdraw(session: SessionDep, principal: Own, now: NowDep, grant: str) -> RedirectResponse:
    service.withdraw(session, principal, grant, now)
    return _to("/tai-khoan/giup")


@router.get("/giup")
def give_page(request: Request, session: SessionDep, principal: Hand, now: NowDep) -> HTMLResponse:
    helped = service.helped(session, principal, now)
    return render(request, "help/give.html", helped=helped, refused=False)


@router.post("/giup")
def begin(
    request: Request,
    session: SessionDep,
    principal: Hand,
    now: NowDep,
    form: Annotated[HelpCodeForm, Form()],
) -> Response:
    token = cookies.token_of(request) or ""
    fresh = service.begin_by_code(session, principal, form.code.strip(), token, now)
    if fresh is not None:
        return cookies.admit(request, session, fresh, HOME)
    helped = service.helped(session, principal, now)
    return render(request, "help/give.html", HTTPStatus.CONFLICT, helped=helped, refused=True)


@router.post("/giup/xong")
def finish(request: Request, session: SessionDep, principal: Hand, now: NowDep) -> Response:
    """Nothing to end for who acts for nobody: the half hour may just have passed."""
    if principal.helper is None:
        return _to("/giup")
    fresh = service.finish(session, principal, cookies.token_of(request) or "", now)
    return cookies.admit(request, session, fresh, "/giup")


@router.post("/giup/{helped}")
def begin_again(
    request: Request, session: SessionDep, principal: Hand, now: NowDep, helped: str
) -> Response:
    token = cookies.token_of(request) or ""
    fresh = service.begin_by_consent(session, principal, helped, token, now)
    return cookies.admit(request, session, fresh, HOME)


def _minutes(seconds: float) -> int:
    return int(seconds // 60)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
