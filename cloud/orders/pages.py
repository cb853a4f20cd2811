"""Orders for people: the buyer's page behind the link, and the cooperative's desk."""

import secrets
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field

from cloud.bodies import Body
from cloud.db import SessionDep
from cloud.lines import Whole
from cloud.orders import buyers, desk, reading, rules
from cloud.orders.desk import Money
from cloud.orders.rules import Step
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.web import NowDep, render
from traceability import qr

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.ORDER_READ))]
Writer = Annotated[Principal, Depends(require(Permission.ORDER_WRITE))]
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]

_SHOWN: Final = 100
"""Orders on the desk's page; older ones have left the house long ago."""


class StepForm(Body):
    """The button that was pressed."""

    step: Step


class MoneyForm(Body):
    """A transfer that was seen on the account."""

    amount: Whole = Field(gt=0, lt=10**15)
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")


@router.get("/don/{order}", dependencies=[Depends(public())])
def follow(request: Request, session: SessionDep, order: str) -> HTMLResponse:
    placed = reading.placed(session, order)
    payload = placed.vietqr
    return render(
        request,
        "orders/order.html",
        placed=placed,
        phone=rules.masked(placed.buyer.phone),
        payload=payload,
        picture=qr.svg(qr.symbol(payload)) if payload else None,
    )


@router.post("/don/{order}/xoa-thong-tin", dependencies=[Depends(public())])
def forget_buyer(session: SessionDep, now: NowDep, order: str) -> RedirectResponse:
    """Whoever holds the link is the buyer, who asks; what is still on its way comes first."""
    buyers.ask_erasure(session, order, now)
    return RedirectResponse(f"/don/{order}", HTTPStatus.SEE_OTHER)


@router.get("/htx/don")
def orders(request: Request, session: SessionDep, principal: Reader) -> HTMLResponse:
    return render(
        request,
        "orders/desk.html",
        orders=reading.own(session, principal, _SHOWN),
        steps=rules.steps_from,
        new_key=secrets.token_urlsafe,
    )


@router.post("/htx/don/{order}")
def lead(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    order: str,
    form: Annotated[StepForm, Form()],
) -> RedirectResponse:
    desk.lead(session, principal, order, form.step, now)
    return _back()


@router.post("/htx/don/{order}/tien")
def record_money(
    session: SessionDep,
    principal: Cashier,
    now: NowDep,
    order: str,
    form: Annotated[MoneyForm, Form()],
) -> RedirectResponse:
    desk.record_money(session, principal, order, Money(form.amount, form.key), now)
    return _back()


def _back() -> RedirectResponse:
    return RedirectResponse("/htx/don", HTTPStatus.SEE_OTHER)
