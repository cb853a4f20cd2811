"""The first listing in four short steps; each is kept, so that anyone can go on later."""

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.lots import service as lots
from cloud.principal import Principal
from cloud.products import history, rules, service, stock
from cloud.products.errors import LotTooSmall, NoShop, WrongState
from cloud.products.forms import FirstPackForm, QuantityForm
from cloud.products.kinds import PRESETS, Kind
from cloud.products.models import Product, ProductState, Variant
from cloud.products.rules import Action
from cloud.products.service import Listing
from cloud.scope import scoped


class Step(StrEnum):
    """What is asked next."""

    PHOTO = "photo"
    KIND = "kind"
    PRICE = "price"
    QUANTITY = "quantity"
    DONE = "done"


def next_step(listing: Listing) -> Step:
    """The first question that has no answer yet."""
    if listing.product.state is not ProductState.DRAFT:
        return Step.DONE
    if listing.product.kind is None:
        return Step.KIND if listing.photos else Step.PHOTO
    if not listing.packs:
        return Step.PRICE
    return Step.DONE if listing.first.counted else Step.QUANTITY


def begin(session: Session, principal: Principal, lot_id: str, now: datetime) -> Product:
    """A draft for this lot, or the one that was begun.

    Raises:
        NotFound: no such lot of the caller's.
        NoShop: the cooperative has none yet.
    """
    lot = lots.get(session, principal, lot_id)
    shop = service.shop_of(session, principal)
    if shop is None:
        raise NoShop
    begun = scoped(select(Product), principal).where(
        Product.lot_id == lot.id,
        Product.state == ProductState.DRAFT,
        col(Product.kind).is_(None),
    )
    known = session.exec(begun).first()
    if known is not None:
        return known
    product = service.draft(session, shop, lot, now)
    history.note(session, product, principal, product.state, now)
    created = Deed(AuditAction.PRODUCT_CREATED, f"product:{product.public_id}")
    audit.note(session, principal, created, now)
    return product


def choose(session: Session, principal: Principal, public_id: str, kind: Kind) -> Product:
    """What is usual for the kind is filled in where nothing stands yet.

    Raises:
        ProductGone: no such product of the caller's.
        WrongState: it is no draft any more.
    """
    product = _draft(session, principal, public_id).product
    preset = PRESETS[kind]
    product.kind = kind
    product.shelf_life_days = preset.shelf_life_days
    product.storage = preset.storage
    product.instructions = preset.instructions
    product.warnings = preset.warnings
    session.flush()
    return product


def price(session: Session, principal: Principal, public_id: str, form: FirstPackForm) -> Product:
    """The first pack; said again before it is counted, it is another one.

    Raises:
        ProductGone: no such product of the caller's.
        WrongState: it is no draft any more, or counted already.
        LotTooSmall: the lot does not fill one.
    """
    listing = _draft(session, principal, public_id)
    product, name = listing.product, rules.pack_name(form.mass_g)
    if listing.packs and listing.first.counted:
        raise WrongState
    if rules.packs(listing.lot.left_g, form.mass_g) < 1:
        raise LotTooSmall(pack=name)
    product.name, product.ingredients = form.name, form.ingredients
    product.folded = service.folded(product, listing.shop)
    if listing.packs:
        variant = listing.first.variant
        variant.pack_name, variant.mass_g, variant.price = name, form.mass_g, form.price
    else:
        session.add(
            Variant(
                cooperative_id=product.cooperative_id,
                product_id=cast("int", product.id),
                pack_name=name,
                mass_g=form.mass_g,
                price=form.price,
            )
        )
    session.flush()
    return product


def send(
    session: Session, principal: Principal, public_id: str, form: QuantityForm, now: datetime
) -> Product:
    """So many packs come off the lot, and somebody else looks at it; sent twice, it is one.

    Raises:
        ProductGone: no such product of the caller's.
        WrongState: there is no pack yet.
        NotEnough: the lot does not fill so many.
    """
    listing = service.own_one(session, principal, public_id)
    product = listing.product
    if product.state is ProductState.SUBMITTED:
        return product
    if product.state is not ProductState.DRAFT or not listing.packs:
        raise WrongState
    variant, source = listing.first.variant, f"pack:{product.public_id}:first"
    if not listing.first.counted:
        stock.receive(session, variant, listing.lot, form.quantity, source, now)
    service.act(session, principal, public_id, Action.SUBMIT, now)
    return product


def _draft(session: Session, principal: Principal, public_id: str) -> Listing:
    listing = service.own_one(session, principal, public_id)
    if listing.product.state is not ProductState.DRAFT:
        raise WrongState
    return listing
