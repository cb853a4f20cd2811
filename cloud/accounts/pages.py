"""Pages for logging in and out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from cloud.accounts import cookies, rules, service, sessions
from cloud.accounts.models import LoginForm
from cloud.accounts.service import Claim
from cloud.db import writing
from cloud.permissions import public
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(dependencies=[Depends(public())])


@router.get("/dang-nhap")
def login_page(request: Request, tiep: str = rules.HOME) -> HTMLResponse:
    return render(request, "accounts/login.html", onward=rules.onward(tiep), refused=False)


@router.post("/dang-nhap")
def log_in(
    request: Request, session: SessionDep, now: NowDep, form: Annotated[LoginForm, Form()]
) -> Response:
    """The guess is paid in a transaction of its own: hashing takes time in which others write."""
    claim = Claim(form.phone, cookies.network_of(request), cookies.browser_of(request))
    with Session(writing(request.app.state.engine)) as own, own.begin():
        knocked = service.knock(own, claim, now)
    token = None
    if knocked is not None:
        checked = request.app.state.hashes.check(form.password, knocked.kept)
        token = service.enter(session, knocked, checked, now)
    onward = rules.onward(form.tiep)
    if token is None:
        return render(
            request, "accounts/login.html", HTTPStatus.UNAUTHORIZED, onward=onward, refused=True
        )
    return cookies.admit(request, session, token, onward)


@router.get("/vao/{token}")
def link_page(request: Request, session: SessionDep, now: NowDep, token: str) -> HTMLResponse:
    """Asks for one tap: a messenger that fetches the link for a preview must not use it up."""
    name = service.invited(session, token, now)
    if name is None:
        return render(request, "accounts/link_used.html", HTTPStatus.GONE)
    return render(request, "accounts/link.html", name=name, token=token)


@router.post("/vao/{token}")
def enter_by_link(request: Request, session: SessionDep, now: NowDep, token: str) -> Response:
    fresh = service.redeem_link(session, token, now)
    if fresh is None:
        return render(request, "accounts/link_used.html", HTTPStatus.GONE)
    return cookies.admit(request, session, fresh, rules.HOME)


@router.post("/thoat")
def log_out(request: Request, session: SessionDep, now: NowDep) -> Response:
    token = cookies.token_of(request)
    if token:
        sessions.log_out(session, token, now)
    response = RedirectResponse("/dang-nhap", HTTPStatus.SEE_OTHER)
    cookies.take_back(request, response)
    return response
