"""Carriers for the manager: with whom the cooperative has a contract, and under which token."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.shipping import accounts
from cloud.shipping.models import CarrierForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/ben-giao")
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]
Prover = Annotated[Principal, Depends(require(Permission.MONEY_WRITE, proved=True))]


@router.get("")
def carriers(request: Request, session: SessionDep, principal: Cashier) -> HTMLResponse:
    return render(
        request,
        "shipping/carriers.html",
        accounts=accounts.own(session, principal),
        carriers=list(accounts.ADAPTERS),
    )


@router.post("")
def connect(
    request: Request,
    session: SessionDep,
    principal: Prover,
    now: NowDep,
    form: Annotated[CarrierForm, Form()],
) -> RedirectResponse:
    vault = accounts.open_vault(request.app.state.settings)
    accounts.connect(session, principal, vault, form, now)
    return _back()


@router.post("/{contract}/ngat")
def disconnect(
    session: SessionDep, principal: Cashier, now: NowDep, contract: str
) -> RedirectResponse:
    accounts.disconnect(session, principal, contract, now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/ben-giao", HTTPStatus.SEE_OTHER)
