"""Packs of a product: another one, another price, a count put right."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.lots import balance
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.products import history, rules, service, stock, window
from cloud.products.errors import LastPack, PackAwaited, StockShort, TiersRise
from cloud.products.forms import CountForm, PackForm, PriceForm
from cloud.products.models import (
    MoveReason,
    PriceTier,
    Product,
    ProductState,
    Stock,
    StockMove,
    Variant,
)
from cloud.products.rules import Tier
from cloud.products.stock import Change
from cloud.scope import find, scoped


def add(
    session: Session, principal: Principal, product_id: str, form: PackForm, now: datetime
) -> Variant:
    """One more pack; its goods come off the lot. The same key again is the same pack.

    Raises:
        NotFound: no such product of the caller's.
        NotEnough: the lot has not so much left.
    """
    product = find(session, Product, product_id, principal)
    lot = session.get_one(Lot, product.lot_id)
    source = f"pack:{product.public_id}:{form.key}"
    known = stock.moved(session, source)
    if known is not None:
        return session.get_one(Variant, known.variant_id)
    variant = Variant(
        cooperative_id=product.cooperative_id,
        product_id=cast("int", product.id),
        pack_name=rules.pack_name(form.mass_g),
        mass_g=form.mass_g,
        price=form.price,
    )
    session.add(variant)
    session.flush()
    stock.receive(session, variant, lot, form.quantity, source, now)
    told = {"pack": ("", f"{variant.pack_name} · {form.price}")}
    _changed(session, product, principal, told, now)
    return variant


def rename_grams(session: Session, _now: datetime) -> None:
    """A chore of each night: packs of the version before that are called «1500 g»."""
    named = select(Variant).where(
        Variant.mass_g >= rules.GRAMS_PER_KG, col(Variant.pack_name).like("% g")
    )
    for variant in session.exec(named).all():
        if variant.pack_name == f"{variant.mass_g} g":
            variant.pack_name = rules.pack_name(variant.mass_g)


def reprice(
    session: Session, principal: Principal, variant_id: str, form: PriceForm, now: datetime
) -> Product:
    """Another price, and other prices for more packs; nothing is read again for it.

    Raises:
        NotFound: no such pack of the caller's.
        TiersRise: more packs would not be cheaper.
    """
    variant, product = _own(session, principal, variant_id)
    tiers = form.tiers()
    if not rules.falls(form.price, tiers):
        raise TiersRise
    before = _prices(variant.price, tiers_of(session, variant))
    variant.price = form.price
    session.exec(delete(PriceTier).where(col(PriceTier.variant_id) == variant.id))
    for tier in tiers:
        session.add(
            PriceTier(
                cooperative_id=variant.cooperative_id,
                variant_id=cast("int", variant.id),
                min_quantity=tier.min_quantity,
                price=tier.price,
            )
        )
    told = {f"price {variant.pack_name}": (before, _prices(form.price, tiers))}
    _changed(session, product, principal, told, now)
    return product


def retire(session: Session, principal: Principal, variant_id: str, now: datetime) -> Product:
    """A pack is no longer offered; what is ordered of it is still sent.

    Raises:
        NotFound: no such pack of the caller's.
        LastPack: nothing would be left to sell.
        PackAwaited: somebody ordered it before the harvest, which has not come yet.
    """
    variant, product = _own(session, principal, variant_id)
    counted = session.get(Stock, variant.id)
    if counted is not None and counted.waiting:
        raise PackAwaited
    listing = service.own_one(session, principal, product.public_id)
    others = [pack for pack in listing.packs if pack.variant.id != variant.id]
    if product.state is ProductState.PUBLISHED and not others:
        raise LastPack
    variant.retired_at = now
    _changed(session, product, principal, {"pack": (variant.pack_name, "")}, now)
    return product


def correct(
    session: Session, principal: Principal, variant_id: str, form: CountForm, now: datetime
) -> Product:
    """A count of one lot put right, with the reason; what turns up comes off the lot.

    Raises:
        NotFound: no such pack of the caller's.
        StockShort: it would take packs that are ordered, or are not there.
        NotEnough: the lot has not so much left.
    """
    variant, product = _own(session, principal, variant_id)
    source = f"count:{variant.public_id}:{form.key}"
    if stock.moved(session, source) is not None:
        return product
    lot = _lot(session, principal, product, form.lot)
    counted = Change(
        cast("int", lot.id),
        form.delta,
        MoveReason.CORRECTION,
        source,
        form.reason,
        principal.person_id,
    )
    if not stock.change(session, variant, counted, now):
        raise StockShort(left=stock.left(session, variant))
    if form.delta > 0:
        balance.pack(session, lot, form.delta * variant.mass_g, now)
    window.sold(session, [product])
    deed = Deed(AuditAction.STOCK_CORRECTED, f"product:{product.public_id}", {"packs": form.delta})
    audit.note(session, principal, deed, now)
    return product


def moves(session: Session, product: Product) -> Sequence[tuple[StockMove, Variant]]:
    """What came in and went out, newest first."""
    found = session.exec(
        select(StockMove, Variant)
        .join(Variant, col(Variant.id) == col(StockMove.variant_id))
        .where(Variant.product_id == product.id)
        .order_by(col(StockMove.id).desc())
        .limit(200)
    )
    return found.all()


def names(session: Session, product: Product) -> dict[int | None, str]:
    """How its packs are called, those that are offered no more as well."""
    wanted = select(Variant.id, Variant.pack_name).where(Variant.product_id == product.id)
    return dict(session.exec(wanted).all())


def tiers_of(session: Session, variant: Variant) -> Sequence[PriceTier]:
    wanted = select(PriceTier).where(PriceTier.variant_id == variant.id)
    return session.exec(wanted.order_by(col(PriceTier.min_quantity))).all()


def _lot(session: Session, principal: Principal, product: Product, named: str | None) -> Lot:
    """The lot that was counted; where none is named, the one that is sold next."""
    return find(session, Lot, named, principal) if named else session.get_one(Lot, product.lot_id)


def _own(session: Session, principal: Principal, variant_id: str) -> tuple[Variant, Product]:
    variant = find(session, Variant, variant_id, principal)
    own = scoped(select(Product), principal).where(Product.id == variant.product_id)
    return variant, session.exec(own).one()


def _prices(price: int, tiers: Sequence[PriceTier | Tier]) -> str:
    return ", ".join([str(price), *(f"≥{tier.min_quantity}: {tier.price}" for tier in tiers)])


def _changed(
    session: Session,
    product: Product,
    principal: Principal,
    told: history.Changes,
    now: datetime,
) -> None:
    session.flush()
    history.changed(session, product, principal, told, now)
    deed = Deed(AuditAction.PRODUCT_CHANGED, f"product:{product.public_id}")
    audit.note(session, principal, deed, now)
