"""What carriers collected at the door: what they hold, what they handed on, and how it came."""

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.money import cod
from cloud.money.forms import LinkForm, RemitForm
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/thu-ho")
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]


@router.get("")
def carried(request: Request, session: SessionDep, principal: Cashier) -> HTMLResponse:
    return render(
        request,
        "money/cod.html",
        held=cod.held(session, principal),
        handed=cod.handed_on(session, principal),
        new_key=secrets.token_urlsafe,
    )


@router.post("")
def remit(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    form: Annotated[RemitForm, Form()],
) -> RedirectResponse:
    cod.remit(session, principal, form, now)
    return _back()


@router.post("/{remittance}/huy")
def undo(
    session: SessionDep, principal: Cashier, now: NowDep, remittance: str
) -> RedirectResponse:
    cod.undo(session, principal, remittance, now)
    return _back()


@router.post("/{remittance}/khoan")
def link(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    remittance: str,
    form: Annotated[LinkForm, Form()],
) -> RedirectResponse:
    cod.link(session, principal, remittance, form.txn, now)
    return _back()


@router.post("/{remittance}/go-khoan")
def unlink(
    session: SessionDep, principal: Cashier, now: NowDep, remittance: str
) -> RedirectResponse:
    cod.unlink(session, principal, remittance, now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/thu-ho", HTTPStatus.SEE_OTHER)
