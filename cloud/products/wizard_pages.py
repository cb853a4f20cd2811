"""The pages of a first listing: photo, kind, pack and price, quantity; each kept as it is sent."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from cloud.i18n import translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.products import rules, service, wizard
from cloud.products.forms import FirstPackForm, KindForm, QuantityForm, SellForm
from cloud.products.kinds import KIND_WORDS, PRESETS, REQUIRED, Kind, LabelField
from cloud.products.service import Listing
from cloud.products.wizard import Step
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx")
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]

ICONS: Final = {
    Kind.VEGETABLE: "leaf",
    Kind.MELON: "melon",
    Kind.FRUIT: "apple",
    Kind.RICE: "bag",
    Kind.MUSHROOM: "mushroom",
    Kind.TEA_COFFEE: "cup",
    Kind.HONEY: "jar",
    Kind.SPICE: "pepper",
    Kind.PROCESSED: "bowl",
    Kind.OTHER: "crate",
}
PATHS: Final = {
    Step.PHOTO: "anh",
    Step.KIND: "loai",
    Step.PRICE: "gia",
    Step.QUANTITY: "so-luong",
}


@router.post("/ban-lo")
def begin(
    session: SessionDep, principal: Writer, now: NowDep, form: Annotated[SellForm, Form()]
) -> RedirectResponse:
    made = wizard.begin(session, principal, form.lot, now)
    return RedirectResponse(f"/htx/san-pham/{made.public_id}/tiep", HTTPStatus.SEE_OTHER)


@router.get("/san-pham/{product}/tiep")
def go_on(session: SessionDep, principal: Writer, product: str) -> RedirectResponse:
    """Where somebody left off."""
    return _onward(service.own_one(session, principal, product))


@router.get("/san-pham/{product}/anh")
def photo(request: Request, session: SessionDep, principal: Writer, product: str) -> Response:
    listing = service.own_one(session, principal, product)
    return _asked(request, listing, Step.PHOTO)


@router.get("/san-pham/{product}/loai")
def kinds(request: Request, session: SessionDep, principal: Writer, product: str) -> Response:
    listing, language = service.own_one(session, principal, product), language_of(request)
    tiles = [(kind, ICONS[kind], translate(language, word)) for kind, word in KIND_WORDS.items()]
    return _asked(request, listing, Step.KIND, kinds=tiles)


@router.post("/san-pham/{product}/loai")
def choose(
    session: SessionDep, principal: Writer, product: str, form: Annotated[KindForm, Form()]
) -> RedirectResponse:
    wizard.choose(session, principal, product, form.kind)
    return _to(product, Step.PRICE)


@router.get("/san-pham/{product}/gia")
def prices(request: Request, session: SessionDep, principal: Writer, product: str) -> Response:
    listing = service.own_one(session, principal, product)
    kind = listing.product.kind or Kind.OTHER
    said = [pack.variant.mass_g for pack in listing.packs]
    masses = dict.fromkeys([*said, *PRESETS[kind].packs_g])
    return _asked(
        request,
        listing,
        Step.PRICE,
        masses=[(mass, rules.pack_name(mass)) for mass in masses],
        price=listing.variant.price if listing.packs else "",
        asks_ingredients=LabelField.INGREDIENTS in REQUIRED[kind],
    )


@router.post("/san-pham/{product}/gia")
def price(
    session: SessionDep, principal: Writer, product: str, form: Annotated[FirstPackForm, Form()]
) -> RedirectResponse:
    wizard.price(session, principal, product, form)
    return _to(product, Step.QUANTITY)


@router.get("/san-pham/{product}/so-luong")
def quantity(request: Request, session: SessionDep, principal: Writer, product: str) -> Response:
    listing = service.own_one(session, principal, product)
    if not listing.packs:
        return _onward(listing)
    pack = listing.first
    most = rules.packs(listing.lot.left_g, pack.variant.mass_g)
    return _asked(request, listing, Step.QUANTITY, pack=pack, most=most)


@router.post("/san-pham/{product}/so-luong")
def send(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[QuantityForm, Form()],
) -> RedirectResponse:
    wizard.send(session, principal, product, form, now)
    return RedirectResponse(f"/htx/san-pham/{product}", HTTPStatus.SEE_OTHER)


def _asked(request: Request, listing: Listing, step: Step, **context: object) -> Response:
    """A step that may be asked; what is no draft any more has its own page."""
    if wizard.next_step(listing) is Step.DONE:
        return _onward(listing)
    steps = list(PATHS)
    number = steps.index(step) + 1
    before = f"{_address(listing)}/{PATHS[steps[number - 2]]}" if number > 1 else "/htx/san-pham"
    shown = {"listing": listing, "number": number, "back": before} | context
    return render(request, f"products/wizard/{step}.html", HTTPStatus.OK, **shown)


def _onward(listing: Listing) -> RedirectResponse:
    path = PATHS.get(wizard.next_step(listing))
    address = f"{_address(listing)}/{path}" if path else _address(listing)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _to(product: str, step: Step) -> RedirectResponse:
    return RedirectResponse(f"/htx/san-pham/{product}/{PATHS[step]}", HTTPStatus.SEE_OTHER)


def _address(listing: Listing) -> str:
    return f"/htx/san-pham/{listing.product.public_id}"
