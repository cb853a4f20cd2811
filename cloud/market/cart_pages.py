"""The cart and ordering what is in it: three screens, no account, no JavaScript."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field, ValidationError
from sqlmodel import Session

from cloud.addresses import units
from cloud.addresses.rules import Commune, Province, Understood, understand
from cloud.bodies import Body
from cloud.errors import Conflict
from cloud.lines import Line, Whole
from cloud.market import cart, views
from cloud.market.cart import Cart
from cloud.market.views import Draft
from cloud.orders import baskets, service
from cloud.orders.baskets import Basket
from cloud.orders.errors import CartEmpty
from cloud.orders.models import CheckoutRequest
from cloud.permissions import public
from cloud.products.outlet import Outlet, OutletDep
from cloud.shipping import service as shipping
from cloud.shipping.service import HOME, Terms
from cloud.transaction import SessionDep
from cloud.web import NowDep, render

router = APIRouter(prefix="/gio", dependencies=[Depends(public())])

_ASKED: Final = ("name", "phone", "email", "street", "commune", "before", "pay")
_EMPTY: Final = {**dict.fromkeys(_ASKED, ""), "delivery": HOME}


class PutForm(Body):
    """Packs that go into the cart."""

    variant: str = Field(pattern=r"^[0-9a-z]{10}$")
    quantity: Whole = Field(ge=1, le=cart.MOST_PACKS)


class ChangeForm(Body):
    """Packs that are to be in the cart; none takes the line out."""

    variant: str = Field(pattern=r"^[0-9a-z]{10}$")
    quantity: Whole = Field(ge=0, le=cart.MOST_PACKS)


class WhereQuery(Body):
    """Where it goes: the province, or an address as it was before July 2025."""

    tinh: str = Field(default="", pattern=r"^(\d{2})?$")
    cu: Line = Field(default="", max_length=200)
    lang: str | None = None


class CheckoutForm(Body):
    """The order as it was typed; read strictly afterwards, so that nothing typed is lost."""

    cart: str = Field(default="", max_length=500)
    tinh: str = Field(default="", max_length=10)
    commune: str = Field(default="", max_length=20)
    street: str = Field(default="", max_length=500)
    before: str = Field(default="", max_length=500)
    name: str = Field(default="", max_length=500)
    phone: str = Field(default="", max_length=500)
    email: str = Field(default="", max_length=500)
    delivery: str = Field(default=HOME, max_length=20)
    pay: str = Field(default="transfer", max_length=20)
    ahead: str = Field(default="", max_length=1)
    key: str = Field(default="", max_length=100)


@dataclass(frozen=True)
class Parcel:
    """A basket, and what its way costs."""

    basket: Basket
    terms: Terms

    @property
    def fee(self) -> int:
        """Of having it brought; where it is fetched there is none."""
        return self.terms.home(self.basket.mass_g, self.basket.goods)


@router.get("")
def look(request: Request, session: SessionDep, outlet: OutletDep) -> HTMLResponse:
    inside = _cart(request)
    parcels = _parcels(session, inside, outlet)
    found = {line.variant.public_id for one in parcels for line in one.basket.lines}
    return render(
        request,
        "market/cart.html",
        parcels=parcels,
        gone=len(inside) - len(found),
        total=_total(parcels),
        provinces=units.atlas().provinces,
    )


@router.post("")
def put(request: Request, form: Annotated[PutForm, Form()]) -> Response:
    return _keep(request, cart.put(_cart(request), form.variant, form.quantity))


@router.post("/doi")
def change(request: Request, form: Annotated[ChangeForm, Form()]) -> Response:
    return _keep(request, cart.change(_cart(request), form.variant, form.quantity))


@router.get("/dat")
def ask(
    request: Request,
    session: SessionDep,
    outlet: OutletDep,
    where: Annotated[WhereQuery, Query()],
) -> Response:
    """Who gets it, and where; without a province there is nothing to ask yet."""
    old = understand(units.atlas(), where.cu) if where.cu else None
    province = old.province if old else units.province(where.tinh)
    if province is None or not _cart(request):
        return RedirectResponse("/gio", HTTPStatus.SEE_OTHER)
    values = _EMPTY if old is None else {**_EMPTY, **_meant(old)}
    return _form(request, session, outlet, _Screen(_cart(request), province, Draft(values), old))


@router.post("/dat")
def order(
    request: Request,
    session: SessionDep,
    now: NowDep,
    outlet: OutletDep,
    form: Annotated[CheckoutForm, Form()],
) -> Response:
    values, inside = form.model_dump(), cart.read(form.cart)
    province = units.province(form.tinh)
    if province is None:
        return RedirectResponse("/gio", HTTPStatus.SEE_OTHER)
    try:
        wanted = CheckoutRequest.model_validate(_wanted(values, inside, province))
        with session.begin_nested():  # a refusal leaves nothing, and the page can still be read
            placed = service.check_out(session, wanted, now, simulated=outlet.samples)
    except ValidationError as error:
        draft = views.unreadable(request, values, error)
    except CartEmpty:
        return RedirectResponse("/gio", HTTPStatus.SEE_OTHER)
    except Conflict as error:
        draft = views.refused(request, values, error)
    else:
        return _done(request, [one.order.public_id for one in placed])
    return _form(request, session, outlet, _Screen(inside, province, draft))


@router.get("/xong")
def done(request: Request, don: Annotated[str, Query(pattern=r"^[0-9a-z-]{10,230}$")]) -> Response:
    """Several orders came of one cart; each is paid to its own seller."""
    return render(request, "market/placed.html", orders=don.split("-")[: cart.MOST_LINES])


@dataclass(frozen=True)
class _Screen:
    cart: Cart
    province: Province
    draft: Draft
    old: Understood | None = None


def _form(request: Request, session: Session, outlet: Outlet, screen: _Screen) -> HTMLResponse:
    parcels = _parcels(session, screen.cart, outlet)
    alone = parcels[0].terms if len(parcels) == 1 else None
    return render(
        request,
        "market/checkout.html",
        screen.draft.status,
        parcels=parcels,
        alone=alone,
        total=_total(parcels),
        awaited=any(one.basket.harvest_on for one in parcels),
        cart=cart.text(screen.cart),
        province=screen.province,
        communes=_communes(screen),
        old=screen.old,
        draft=screen.draft,
        key=secrets.token_urlsafe(),
    )


def _communes(screen: _Screen) -> Sequence[Commune]:
    """What a former ward became comes first; any other of the province may still be right."""
    every = units.atlas().communes[screen.province.code]
    likely = screen.old.communes if screen.old else ()
    return [*likely, *(one for one in every if one not in likely)]


def _wanted(values: Mapping[str, str], inside: Cart, province: Province) -> dict[str, object]:
    """The form as the strict request wants it."""
    known = {name: values[name] for name in ("name", "phone", "email", "delivery", "key")}
    parts = {name: values[name] for name in ("commune", "street", "before")}
    place = {**parts, "province": province.code}
    pay = values["pay"] or "transfer"
    ahead = True if values["ahead"] else None
    return {**known, "pay": pay, "place": place, "cart": dict(inside), "ahead": ahead}


def _meant(old: Understood) -> Mapping[str, str]:
    """What of an old address can be filled in; of a ward that was divided the buyer chooses."""
    sure = old.communes[0].code if len(old.communes) == 1 else ""
    return {"street": old.street, "commune": sure, "before": old.old}


def _parcels(session: Session, inside: Cart, outlet: Outlet) -> list[Parcel]:
    found = baskets.read(session, inside, simulated=outlet.samples)
    return [Parcel(one, shipping.terms(session, one.shop.cooperative_id)) for one in found]


def _total(parcels: Sequence[Parcel]) -> int:
    return sum(one.basket.goods + one.fee for one in parcels)


def _cart(request: Request) -> Cart:
    return cart.read(request.cookies.get(cart.COOKIE, ""))


def _keep(request: Request, inside: Cart) -> Response:
    answer = RedirectResponse("/gio", HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        cart.COOKIE,
        cart.text(inside),
        max_age=cart.KEPT_S,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )
    return answer


def _done(request: Request, orders: Sequence[str]) -> Response:
    one = len(orders) == 1
    place = f"/don/{orders[0]}" if one else f"/gio/xong?don={'-'.join(orders)}"
    answer = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    answer.delete_cookie(cart.COOKIE, secure=request.app.state.settings.secure, samesite="lax")
    return answer
