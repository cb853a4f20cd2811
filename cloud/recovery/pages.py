"""Pages of the way back: the person's telephone waits, who vouches types what it shows."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud.accounts import cookies
from cloud.accounts.passwords import LONGEST, SHORTEST
from cloud.accounts.rules import HOME
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.recovery import service
from cloud.recovery.models import AskForm, CodeForm, NewPasswordForm, VouchForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter()
Giver = Annotated[Principal, Depends(require(Permission.ENTRY_WRITE, proved=True))]
Hand = Annotated[Principal, Depends(require(Permission.VOUCH, proved=True))]


@router.get("/quen-mat-khau", dependencies=[Depends(public())])
def ask_page(request: Request) -> HTMLResponse:
    return render(request, "recovery/ask.html")


@router.post("/quen-mat-khau", dependencies=[Depends(public())])
def ask(
    request: Request, session: SessionDep, now: NowDep, form: Annotated[AskForm, Form()]
) -> RedirectResponse:
    token = service.ask(session, form.phone, cookies.network_of(request), now)
    return RedirectResponse(f"/quen-mat-khau/{token}", HTTPStatus.SEE_OTHER)


@router.get("/quen-mat-khau/{token}", dependencies=[Depends(public())])
def wait(request: Request, session: SessionDep, now: NowDep, token: str) -> HTMLResponse:
    found = service.waiting(session, token, now)
    if found is None:
        return render(request, "recovery/over.html", HTTPStatus.GONE)
    if not found.confirmed:
        minutes = int(service.LIFE.total_seconds() // 60)
        return render(request, "recovery/waiting.html", code=found.code, minutes=minutes)
    return render(
        request, "recovery/password.html", token=token, shortest=SHORTEST, longest=LONGEST
    )


@router.post("/quen-mat-khau/{token}", dependencies=[Depends(public())])
def finish(
    request: Request,
    session: SessionDep,
    now: NowDep,
    token: str,
    form: Annotated[NewPasswordForm, Form()],
) -> Response:
    fresh = service.finish(session, token, form.new, request.app.state.hashes, now)
    if fresh is None:
        return render(request, "recovery/over.html", HTTPStatus.GONE)
    return cookies.admit(request, session, fresh, HOME)


@router.post("/htx/thanh-vien/{member}/quen-mat-khau")
def confirm(
    request: Request,
    session: SessionDep,
    principal: Giver,
    now: NowDep,
    member: str,
    form: Annotated[CodeForm, Form()],
) -> HTMLResponse:
    right = service.confirm(session, principal, member, form.code, now)
    status = HTTPStatus.OK if right else HTTPStatus.CONFLICT
    return render(request, "recovery/confirmed.html", status, right=right, member=member)


@router.get("/nguoi-quen-mat-khau", dependencies=[Depends(require(Permission.VOUCH))])
def vouch_page(request: Request) -> HTMLResponse:
    return render(request, "recovery/vouch.html", name=None, refused=False)


@router.post("/nguoi-quen-mat-khau")
def vouch(
    request: Request,
    session: SessionDep,
    principal: Hand,
    now: NowDep,
    form: Annotated[VouchForm, Form()],
) -> HTMLResponse:
    name = service.vouch(session, principal, form, now)
    status = HTTPStatus.OK if name else HTTPStatus.CONFLICT
    return render(request, "recovery/vouch.html", status, name=name, refused=name is None)
