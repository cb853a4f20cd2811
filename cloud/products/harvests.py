"""The lots behind a product: another harvest comes in, an old or recalled one is sold no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.products import history, rules, stock, window
from cloud.products.errors import LotUnfit
from cloud.products.forms import MoreForm
from cloud.products.models import LotStock, Product, ProductState, Variant
from cloud.scope import find, scoped


@dataclass(frozen=True)
class OnShelf:
    """The packs of one lot of a product; `sound` while they may be sold."""

    lot: Lot
    packs: Sequence[tuple[Variant, LotStock]]
    sound: bool

    @property
    def free(self) -> int:
        """How many nobody has ordered."""
        return sum(row.on_hand - row.reserved for _variant, row in self.packs)


def add(
    session: Session, principal: Principal, product_id: str, form: MoreForm, now: datetime
) -> Product:
    """Packs of another harvest; the same form sent twice comes in once.

    Raises:
        NotFound: no such product, pack or lot of the caller's.
        LotUnfit: another crop, recalled, or too old for this product.
        NotEnough: the lot has not so much left.
    """
    product = find(session, Product, product_id, principal)
    lot = find(session, Lot, form.lot, principal)
    if lot.public_id not in {one.public_id for one in fitting(session, principal, product, now)}:
        raise LotUnfit(lot=lot.code)
    came = []
    for public_id, packs in zip(form.packs, form.quantities, strict=True):
        variant = find(session, Variant, public_id, principal)
        source = f"more:{variant.public_id}:{form.key}"
        fresh = variant.product_id == product.id and packs and not stock.moved(session, source)
        if fresh:
            stock.receive(session, variant, lot, packs, source, now)
            came.append(f"{packs} × {variant.pack_name}")
    if came:
        lead(session, product, now)
        window.sold(session, [product])
        told = {"lot": ("", f"{lot.code}: {', '.join(came)}")}
        history.changed(session, product, principal, told, now)
        deed = Deed(AuditAction.PRODUCT_CHANGED, f"product:{product.public_id}")
        audit.note(session, principal, deed, now)
    return product


def fitting(
    session: Session, principal: Principal, product: Product, now: datetime
) -> Sequence[Lot]:
    """Lots of the same crop of which something is left to pack, the oldest harvest first."""
    today, own = now.astimezone(TIME_ZONE).date(), session.get_one(Lot, product.lot_id)
    found = session.exec(
        scoped(select(Lot), principal)
        .where(
            Lot.product == own.product,
            col(Lot.simulated).is_(product.simulated),
            col(Lot.recalled_at).is_(None),
            Lot.left_g > 0,
        )
        .order_by(col(Lot.harvested_on), col(Lot.id))
    )
    return [lot for lot in found if _keeps(lot, product, today)]


def on_shelf(session: Session, product: Product, now: datetime) -> Sequence[OnShelf]:
    """The lots of which something is there, in the order in which they are sold."""
    today = now.astimezone(TIME_ZONE).date()
    found = session.exec(
        select(Lot, Variant, LotStock)
        .join(LotStock, col(LotStock.lot_id) == col(Lot.id))
        .join(Variant, col(Variant.id) == col(LotStock.variant_id))
        .where(Variant.product_id == product.id, LotStock.on_hand > 0)
        .order_by(col(Lot.harvested_on), col(Lot.id), col(Variant.id))
    )
    return [
        OnShelf(
            lot,
            [(variant, row) for _lot, variant, row in rows],
            sound=not lot.recalled and _keeps(lot, product, today),
        )
        for lot, rows in groupby(found, key=lambda row: row[0])
    ]


def lead(session: Session, product: Product, now: datetime) -> bool:
    """Let the product name the lot that is sold next; whether that is another one than before."""
    shelf = on_shelf(session, product, now)
    coming = next((one.lot for one in shelf if one.sound and one.free), None)
    if coming is None or coming.id == product.lot_id:
        return False
    product.lot_id = cast("int", coming.id)
    session.flush()
    return True


def work(engine: Engine, now: datetime) -> None:
    """A round by the minute: old packs are closed, and products go on to their next lot."""
    today = now.astimezone(TIME_ZONE).date()
    with Session(writing(engine)) as session, session.begin():
        for product in _aged(session, today, now):
            window.sold(session, [product])
        for product in _behind(session):
            if lead(session, product, now):
                window.refresh(session, cast("int", product.id))


def _keeps(lot: Lot, product: Product, today: date) -> bool:
    return rules.keeps(lot.harvested_on, product.shelf_life_days, today)


def _aged(session: Session, today: date, now: datetime) -> Sequence[Product]:
    """Close what is past its shelf life, open what is not after all; the products of both."""
    ages = col(Product.shelf_life_days).is_not(None)
    keys = (LotStock.variant_id, LotStock.lot_id, LotStock.closed_at)
    columns: tuple[Any, ...] = (*keys, Lot.harvested_on, Product.id, Product.shelf_life_days)
    found = session.connection().execute(
        sa.select(*columns)
        .join_from(LotStock, Lot, col(Lot.id) == col(LotStock.lot_id))
        .join(Variant, col(Variant.id) == col(LotStock.variant_id))
        .join(Product, col(Product.id) == col(Variant.product_id))
        .where(
            col(LotStock.on_hand) > 0,
            sa.or_(ages, col(LotStock.closed_at).is_not(None)),
        )
    )
    changed = set()
    for variant_id, lot_id, closed_at, harvested_on, product_id, days in found.all():
        if rules.keeps(harvested_on, days, today) == (closed_at is None):
            continue
        row = session.get_one(LotStock, (variant_id, lot_id))
        row.closed_at = now if closed_at is None else None
        changed.add(product_id)
    return [session.get_one(Product, one) for one in sorted(changed)]


def _behind(session: Session) -> Sequence[Product]:
    """Products on sale whose next lot is another than the one they name."""
    nth = sa.func.row_number().over(
        partition_by=col(Variant.product_id), order_by=(col(Lot.harvested_on), col(Lot.id))
    )
    queue = (
        sa.select(col(Variant.product_id), col(LotStock.lot_id), nth.label("nth"))
        .join_from(LotStock, Variant, col(Variant.id) == col(LotStock.variant_id))
        .join(Lot, col(Lot.id) == col(LotStock.lot_id))
        .where(
            col(LotStock.on_hand) > col(LotStock.reserved),
            col(LotStock.closed_at).is_(None),
            col(Lot.recalled_at).is_(None),
        )
        .subquery()
    )
    coming = sa.and_(queue.c.nth == 1, queue.c.lot_id != col(Product.lot_id))
    moved = (
        sa.select(col(Product.id))
        .join(queue, queue.c.product_id == col(Product.id))
        .where(coming, col(Product.state) == ProductState.PUBLISHED)
    )
    wanted = select(Product).where(col(Product.id).in_(session.scalars(moved).all()))
    return session.exec(wanted.order_by(col(Product.id)).with_for_update()).all()
