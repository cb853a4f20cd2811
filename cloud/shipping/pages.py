"""The manager's page of delivery: the tariff, cash at the door, places to fetch goods."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.shipping import service
from cloud.shipping.fees import STEP_G
from cloud.shipping.models import PickupForm, TariffForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/htx/giao-hang")
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]


@router.get("")
def tariff(request: Request, session: SessionDep, principal: Cashier) -> HTMLResponse:
    terms = service.terms(session, principal.cooperative_id)
    return render(request, "shipping/tariff.html", terms=terms, kilogram=STEP_G)


@router.post("")
def set_tariff(
    session: SessionDep, principal: Cashier, now: NowDep, form: Annotated[TariffForm, Form()]
) -> RedirectResponse:
    service.set_tariff(session, principal, form, now)
    return _back()


@router.post("/diem")
def open_point(
    session: SessionDep, principal: Cashier, now: NowDep, form: Annotated[PickupForm, Form()]
) -> RedirectResponse:
    service.open_point(session, principal, form, now)
    return _back()


@router.post("/diem/{point}/dong")
def close_point(
    session: SessionDep, principal: Cashier, now: NowDep, point: str
) -> RedirectResponse:
    service.close_point(session, principal, point, now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/giao-hang", HTTPStatus.SEE_OTHER)
