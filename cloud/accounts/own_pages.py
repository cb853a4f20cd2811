"""The pages of one's own account: where it is logged in, its password, and showing it anew."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from cloud.accounts import cookies, service, sessions
from cloud.accounts.models import Account, PasswordForm, ProofForm
from cloud.accounts.proof import knows
from cloud.accounts.rules import HOME, onward
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/tai-khoan")
Own = Annotated[Principal, Depends(require(Permission.ACCOUNT_OWN))]


@router.get("")
def browsers(request: Request, session: SessionDep, principal: Own, now: NowDep) -> HTMLResponse:
    token = cookies.token_of(request) or ""
    return render(
        request,
        "accounts/own.html",
        browsers=sessions.browsers(session, principal, token, now),
        account=session.get_one(Account, principal.account_id),
        now=now,
    )


@router.post("/may/{login}/thoat")
def end(session: SessionDep, principal: Own, now: NowDep, login: str) -> RedirectResponse:
    sessions.end(session, principal, login, now)
    return _back()


@router.post("/thoat-may-khac")
def end_others(
    request: Request, session: SessionDep, principal: Own, now: NowDep
) -> RedirectResponse:
    token, browser = cookies.token_of(request) or "", cookies.browser_of(request)
    service.leave_elsewhere(session, principal, token, browser, now)
    return _back()


@router.get("/mat-khau")
def password_page(request: Request, _principal: Own) -> HTMLResponse:
    return render(request, "accounts/password.html", refused=False)


@router.post("/mat-khau")
def change_password(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[PasswordForm, Form()],
) -> Response:
    """The old password first: a borrowed telephone must not change it."""
    if not knows(request, session, principal, form.old, now):
        return render(request, "accounts/password.html", HTTPStatus.CONFLICT, refused=True)
    hashes = request.app.state.hashes
    token = service.change_password(session, principal, form.new, hashes, now)
    return cookies.admit(request, session, token, "/tai-khoan")


@router.get("/xac-nhan")
def proof_page(request: Request, principal: Own, tiep: str = HOME) -> Response:
    if principal.plot is not None:  # who came in by a card is asked for its PIN
        return RedirectResponse(
            f"/tai-khoan/xac-nhan/pin?tiep={quote(onward(tiep))}", HTTPStatus.SEE_OTHER
        )
    return render(request, "accounts/proof.html", onward=onward(tiep), refused=False)


@router.post("/xac-nhan")
def prove(
    request: Request,
    session: SessionDep,
    principal: Own,
    now: NowDep,
    form: Annotated[ProofForm, Form()],
) -> Response:
    """Whoever found the telephone unlocked does not know the password."""
    back = onward(form.tiep)
    if not knows(request, session, principal, form.password, now):
        status = HTTPStatus.CONFLICT
        return render(request, "accounts/proof.html", status, onward=back, refused=True)
    token = sessions.prove(session, cookies.token_of(request) or "", now)
    return cookies.admit(request, session, token, back)


def _back() -> RedirectResponse:
    return RedirectResponse("/tai-khoan", HTTPStatus.SEE_OTHER)
