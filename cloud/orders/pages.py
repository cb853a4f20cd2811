"""Orders for people: the buyer's page behind the link, and the cooperative's desk."""

import secrets
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from cloud.bodies import Body
from cloud.i18n import TIME_ZONE, translate
from cloud.lines import Line, Whole
from cloud.orders import billing, buyers, desk, handing, letters, reading, reviewing, rules
from cloud.orders.desk import Handed, Money
from cloud.orders.errands import TellersDep
from cloud.orders.errors import OrderGone
from cloud.orders.models import Fulfilment
from cloud.orders.phone import e164
from cloud.orders.rules import Step
from cloud.permissions import Permission, public, require
from cloud.principal import Principal
from cloud.shipping import accounts
from cloud.shipping.carrier import CarrierName, Manual
from cloud.shipping.models import BoxForm, HandingForm
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render
from traceability import qr

router = APIRouter()
Reader = Annotated[Principal, Depends(require(Permission.ORDER_READ))]
Writer = Annotated[Principal, Depends(require(Permission.ORDER_WRITE))]
Cashier = Annotated[Principal, Depends(require(Permission.MONEY_WRITE))]

_SHOWN: Final = 100
"""Orders on the desk's page; older ones have left the house long ago."""


class StepForm(Body):
    """The button that was pressed; for shipping, by whom and under which number it goes."""

    step: Step
    carrier: CarrierName = CarrierName.OWN
    tracking: Line = Field(default="", max_length=40, pattern=r"^[A-Za-z0-9._-]*$")
    mass_g: Whole | None = Field(default=None, gt=0, le=1_000_000)

    def handed(self) -> Handed:
        return Handed(Manual(self.carrier, self.tracking), self.mass_g)


class NewsForm(Body):
    """Up to which news the reader has read."""

    upto: Whole = Field(gt=0, lt=2**31)


class FindForm(Body):
    """What a buyer still knows of an order whose link is lost."""

    phone: Line = Field(default="", max_length=40)
    code: Line = Field(default="", max_length=40)


class MoneyForm(Body):
    """A transfer that was seen on the account."""

    amount: Whole = Field(gt=0, lt=10**15)
    key: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")


@router.get("/tra-don", dependencies=[Depends(public())])
def ask(request: Request) -> HTMLResponse:
    return render(request, "orders/find.html", missed=False)


@router.post("/tra-don", dependencies=[Depends(public())])
def find(request: Request, session: SessionDep, form: Annotated[FindForm, Form()]) -> Response:
    """To the order's own page; which of the two was wrong is told to nobody."""
    code = "".join(form.code.split()).upper()
    try:
        found = reading.matching(session, e164(form.phone) or "", code)
    except OrderGone:
        return render(request, "orders/find.html", HTTPStatus.NOT_FOUND, missed=True)
    return RedirectResponse(f"/don/{found.order.public_id}", HTTPStatus.SEE_OTHER)


@router.get("/don/{order}", dependencies=[Depends(public())])
def follow(request: Request, session: SessionDep, now: NowDep, order: str) -> HTMLResponse:
    placed = reading.placed(session, order)
    payload, today = placed.vietqr, now.astimezone(TIME_ZONE).date()
    return render(
        request,
        "orders/order.html",
        placed=placed,
        phone=rules.masked(placed.buyer.phone),
        payload=payload,
        events=reading.events(session, placed.order),
        invoice=billing.of_order(session, placed.order.id),
        reviewable=reviewing.sheet(session, order, now).used,
        late=placed.harvest_on is not None and placed.harvest_on < today,
        held_until=rules.held_until(placed.order.placed_at),
        picture=qr.svg(qr.symbol(payload)) if payload else None,
    )


@router.post("/don/{order}/xoa-thong-tin", dependencies=[Depends(public())])
def forget_buyer(session: SessionDep, now: NowDep, order: str) -> RedirectResponse:
    """Whoever holds the link is the buyer, who asks; what is still on its way comes first."""
    buyers.ask_erasure(session, order, now)
    return RedirectResponse(f"/don/{order}", HTTPStatus.SEE_OTHER)


@router.get("/htx/don")
def orders(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    tellers: TellersDep,
    buoc: Fulfilment | None = None,
) -> HTMLResponse:
    found = [one for tell in tellers for one in tell(session, principal, now)]
    return render(
        request,
        "orders/desk.html",
        orders=reading.own(session, principal, _SHOWN, buoc),
        counts=reading.counts(session, principal),
        news=letters.news(session, principal),
        errands=[
            (one, translate(language_of(request), one.sentence, **one.params)) for one in found
        ],
        states=list(Fulfilment),
        chosen=buoc,
        today=now.astimezone(TIME_ZONE).date(),
        work=reading.WORK,
        steps=rules.steps_from,
        carriers=list(CarrierName),
        accounts=accounts.own(session, principal),
        new_key=secrets.token_urlsafe,
    )


@router.post("/htx/don")
def read_news(
    session: SessionDep, principal: Reader, now: NowDep, form: Annotated[NewsForm, Form()]
) -> RedirectResponse:
    letters.seen(session, principal, form.upto, now)
    return _back()


@router.post("/htx/don/{order}")
def lead(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    order: str,
    form: Annotated[StepForm, Form()],
) -> RedirectResponse:
    desk.lead(session, principal, order, form.step, now, form.handed())
    return _back()


@router.post("/htx/don/{order}/hang")
def ask_price(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    order: str,
    form: Annotated[BoxForm, Form()],
) -> RedirectResponse:
    handing.ask_price(session, principal, order, form, now)
    return _back()


@router.post("/htx/don/{order}/hang/gui")
def hand_over(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    order: str,
    form: Annotated[HandingForm, Form()],
) -> RedirectResponse:
    """To the carrier at its price, or not to it."""
    if form.act == "send":
        handing.send(session, principal, order, now)
    else:
        handing.drop(session, principal, order)
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
