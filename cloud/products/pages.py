"""Products for people at the cooperative: the list, and all that can be done with one of them."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud.i18n import TIME_ZONE, translate
from cloud.permissions import Permission, require
from cloud.principal import Principal
from cloud.products import (
    certificates,
    editing,
    harvests,
    history,
    packs,
    papers,
    rules,
    service,
    wizard,
)
from cloud.products.forms import (
    ActionForm,
    CountForm,
    FactsForm,
    MoreForm,
    PackForm,
    PriceForm,
    WindowForm,
)
from cloud.products.gate import Gate
from cloud.products.kinds import KIND_WORDS, LABEL_WORDS, REQUIRED, SCHEME_WORDS, usual_vat
from cloud.products.rules import Obstacle
from cloud.tax.vat import Vat
from cloud.transaction import SessionDep
from cloud.web import NowDep, language_of, render

router = APIRouter(prefix="/htx")
Reader = Annotated[Principal, Depends(require(Permission.PRODUCT_READ))]
Writer = Annotated[Principal, Depends(require(Permission.PRODUCT_WRITE))]


@router.get("/san-pham")
def shelf(request: Request, session: SessionDep, principal: Reader) -> HTMLResponse:
    return render(
        request,
        "products/list.html",
        listings=service.own(session, principal),
        lots=service.unshelved_lots(session, principal),
        shop=service.shop_of(session, principal),
        next_step=wizard.next_step,
    )


@router.get("/san-pham/{product}")
def one(
    request: Request, session: SessionDep, principal: Reader, now: NowDep, product: str
) -> HTMLResponse:
    listing, language = service.own_one(session, principal, product), language_of(request)
    found = rules.obstacles(service.readiness(session, listing, now))
    label, today = service.label(session, listing), now.astimezone(TIME_ZONE).date()
    claimed = {row.id for row in papers.claimed(session, listing.product)}
    return render(
        request,
        "products/product.html",
        listing=listing,
        obstacles=[_told(language, one) for one in found],
        papers=[
            (
                row,
                translate(language, SCHEME_WORDS[row.scheme]),
                row.id in claimed,
                papers.paper(row).holds(today),
            )
            for row in certificates.own(session, principal)
        ],
        windows=editing.windows(session, listing.product),
        names=packs.names(session, listing.product),
        shelf=harvests.on_shelf(session, listing.product, now),
        fitting=harvests.fitting(session, principal, listing.product, now),
        label=[(translate(language, LABEL_WORDS[one]), text) for one, text in label.items()],
    )


@router.post("/san-pham/{product}")
def act(
    request: Request,
    session: SessionDep,
    principal: Reader,
    now: NowDep,
    product: str,
    form: Annotated[ActionForm, Form()],
) -> RedirectResponse:
    """One button; the service asks whether the role may press it."""
    gate: Gate = request.app.state.gate
    gate(request, session, principal, product, form.action)
    service.act(session, principal, product, form.action, now, form.reason)
    return _back(product)


@router.get("/san-pham/{product}/sua")
def facts(
    request: Request, session: SessionDep, principal: Writer, now: NowDep, product: str
) -> HTMLResponse:
    found, language = service.own_one(session, principal, product).product, language_of(request)
    return render(
        request,
        "products/edit.html",
        product=found,
        kinds=[(kind, translate(language, word)) for kind, word in KIND_WORDS.items()],
        required=REQUIRED[found.kind] if found.kind else (),
        rates=list(Vat),
        usual=usual_vat(found.kind, now.astimezone(TIME_ZONE).date()),
    )


@router.post("/san-pham/{product}/sua")
def edit(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[FactsForm, Form()],
) -> RedirectResponse:
    return _back(editing.edit(session, principal, product, form, now).public_id)


@router.get("/san-pham/{product}/lich-su")
def past(request: Request, session: SessionDep, principal: Reader, product: str) -> HTMLResponse:
    found = service.own_one(session, principal, product).product
    return render(
        request,
        "products/history.html",
        product=found,
        events=history.of(session, found),
        moves=packs.moves(session, found),
    )


@router.post("/san-pham/{product}/goi")
def add_pack(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[PackForm, Form()],
) -> RedirectResponse:
    packs.add(session, principal, product, form, now)
    return _back(product)


@router.post("/san-pham/{product}/lo")
def more(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[MoreForm, Form()],
) -> RedirectResponse:
    return _back(harvests.add(session, principal, product, form, now).public_id)


@router.post("/goi/{pack}/gia")
def reprice(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    pack: str,
    form: Annotated[PriceForm, Form()],
) -> RedirectResponse:
    return _back(packs.reprice(session, principal, pack, form, now).public_id)


@router.post("/goi/{pack}/kho")
def correct(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    pack: str,
    form: Annotated[CountForm, Form()],
) -> RedirectResponse:
    return _back(packs.correct(session, principal, pack, form, now).public_id)


@router.post("/goi/{pack}/thoi")
def retire(session: SessionDep, principal: Writer, now: NowDep, pack: str) -> RedirectResponse:
    return _back(packs.retire(session, principal, pack, now).public_id)


@router.post("/san-pham/{product}/dot-ban")
def open_window(
    session: SessionDep,
    principal: Writer,
    now: NowDep,
    product: str,
    form: Annotated[WindowForm, Form()],
) -> RedirectResponse:
    editing.open_window(session, principal, product, form, now)
    return _back(product)


@router.post("/dot-ban/{window}/xoa")
def close_window(
    session: SessionDep, principal: Writer, now: NowDep, window: str
) -> RedirectResponse:
    return _back(editing.close_window(session, principal, window, now).public_id)


def _told(language: str, one: Obstacle) -> str:
    params = {name: translate(language, text) for name, text in one.params.items()}
    return translate(language, one.sentence, **params)


def _back(product: str) -> RedirectResponse:
    return RedirectResponse(f"/htx/san-pham/{product}", HTTPStatus.SEE_OTHER)
