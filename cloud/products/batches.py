"""Which packs come from which lot: what is free of each, and in what order it is sold.

The oldest harvest goes first; all lots of a product keep equally long, so that is also what goes
bad first. Whoever counts lots has counted the pack in `Stock` before and thereby has its row:
what happens to one pack happens in turn.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import BigInteger, BindParameter, ColumnElement, Engine
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cloud import bulk
from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.products import rules
from cloud.products.models import Hold, HoldState, LotStock, Product, Stock, StockMove, Variant

_AT_ONCE: Final = 200
"""Packs of one transaction while all are carried over: no buyer waits for long."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """Packs of one lot that nobody has ordered; `sound` while they may be sold."""

    lot_id: int
    free: int
    sound: bool


@dataclass(frozen=True)
class Shelf:
    """The batches of a pack, the next one to be sold first, and the packs that orders wait for."""

    batches: Sequence[Batch] = ()
    waiting: int = 0

    @property
    def sound(self) -> list[tuple[int, int]]:
        """What may be sold, as lots and packs."""
        return [(one.lot_id, one.free) for one in self.batches if one.sound]

    @property
    def there(self) -> int:
        """How many anybody may have: of what comes in, who waits has the first."""
        return max(0, sum(packs for _lot, packs in self.sound) - self.waiting)


def free() -> ColumnElement[int]:
    """Packs of a row of `Stock` that can be sold; those of a recalled or old lot are not.

    Nor are those that somebody waits for.
    """
    kept_back = (
        sa.select(sa.func.sum(col(LotStock.on_hand) - col(LotStock.reserved)))
        .join(Lot, col(Lot.id) == col(LotStock.lot_id))
        .where(
            col(LotStock.variant_id) == col(Stock.variant_id),
            sa.or_(col(Lot.recalled_at).is_not(None), col(LotStock.closed_at).is_not(None)),
        )
        .correlate(Stock)
        .scalar_subquery()
    )
    none = sa.func.coalesce(sa.cast(kept_back, BigInteger), 0)
    left = col(Stock.on_hand) - col(Stock.reserved) - col(Stock.waiting) - none
    return sa.case((left < 0, 0), else_=left)


def lots_of_product(public_id: BindParameter[str]) -> SelectOfScalar[int]:
    """The lots of one product of which something is free and not too old."""
    return (
        select(LotStock.lot_id)
        .join(Variant, col(Variant.id) == col(LotStock.variant_id))
        .join(Product, col(Product.id) == col(Variant.product_id))
        .where(
            col(Product.public_id) == public_id,
            col(LotStock.on_hand) > col(LotStock.reserved),
            col(LotStock.closed_at).is_(None),
        )
    )


def of(session: Session, pending: Mapping[int, int], now: datetime) -> dict[int, Shelf]:
    """What there is of these packs.

    `pending` are packs that `Stock` counts as reserved already, and no lot does yet.
    """
    found, counted = _read(session, pending, now)
    adrift = [
        one
        for one, packs in pending.items()
        if sum(batch.free for batch in found[one].batches) != counted.get(one, 0) + packs
    ]
    if adrift:
        for variant_id in adrift:
            settle(session, variant_id)
        found, _counted = _read(session, pending, now)
    return found


def settle(session: Session, variant_id: int) -> None:
    """Count the lots of a pack anew from its ledger; what names no lot is the product's.

    The version before knows of no lots, and may be running beside this one.
    """
    home = session.exec(
        select(Product)
        .join(Variant, col(Variant.product_id) == col(Product.id))
        .where(Variant.id == variant_id)
    ).one()
    _name(session, variant_id, home.lot_id)
    moves = select(StockMove.lot_id, sa.func.sum(col(StockMove.delta)))
    moves = moves.where(StockMove.variant_id == variant_id).group_by(col(StockMove.lot_id))
    holds = select(Hold.lot_id, sa.func.sum(col(Hold.quantity))).group_by(col(Hold.lot_id))
    holds = holds.where(Hold.variant_id == variant_id, Hold.state == HoldState.OPEN)
    reserved = {lot: int(packs) for lot, packs in session.exec(holds)}
    on_hand = {lot: int(packs) for lot, packs in session.exec(moves)}
    if any(packs > on_hand.get(lot, 0) for lot, packs in reserved.items()):
        _log.error("more is promised of a lot of pack %s than there is", variant_id)
        return
    base = {"variant_id": variant_id, "cooperative_id": home.cooperative_id}
    rows = [
        {**base, "lot_id": lot, "on_hand": packs, "reserved": reserved.get(lot, 0)}
        for lot, packs in on_hand.items()
    ]
    bulk.put(session, LotStock, rows)


def carry(engine: Engine, _now: datetime) -> None:
    """A round of the night: packs whose lots were not counted yet, or not by all."""
    with Session(engine) as session:
        adrift = _adrift(session)
    for start in range(0, len(adrift), _AT_ONCE):
        some = col(Stock.variant_id).in_(adrift[start : start + _AT_ONCE])
        with Session(writing(engine)) as session, session.begin():
            rows = select(Stock.variant_id).where(some).order_by(col(Stock.variant_id))
            for variant_id in session.exec(rows.with_for_update()).all():
                settle(session, variant_id)


def _name(session: Session, variant_id: int, lot_id: int) -> None:
    """Write down whose packs they are where it does not stand."""
    session.exec(
        update(Hold)
        .where(
            col(Hold.variant_id) == variant_id,
            col(Hold.lot_id).is_(None),
            col(Hold.state) != HoldState.AHEAD,
        )
        .values(lot_id=lot_id)
    )
    held = select(Hold.lot_id).where(col(Hold.source) == col(StockMove.source)).scalar_subquery()
    session.exec(
        update(StockMove)
        .where(col(StockMove.variant_id) == variant_id, col(StockMove.lot_id).is_(None))
        .values(lot_id=sa.func.coalesce(held, lot_id))
    )


def _read(
    session: Session, variants: Collection[int], now: datetime
) -> tuple[dict[int, Shelf], dict[int, int]]:
    """What there is of packs, and what is free of each by its own count."""
    today = now.astimezone(TIME_ZONE).date()
    counts = (
        col(LotStock.on_hand) - col(LotStock.reserved),
        col(Stock.on_hand) - col(Stock.reserved),
    )
    lots = (LotStock.variant_id, LotStock.lot_id, Lot.harvested_on, Lot.recalled_at)
    columns: tuple[Any, ...] = (*lots, Product.shelf_life_days, *counts, Stock.waiting)
    rows = session.connection().execute(
        sa.select(*columns)
        .join_from(LotStock, Stock, col(Stock.variant_id) == col(LotStock.variant_id))
        .join(Lot, col(Lot.id) == col(LotStock.lot_id))
        .join(Variant, col(Variant.id) == col(LotStock.variant_id))
        .join(Product, col(Product.id) == col(Variant.product_id))
        .where(col(LotStock.variant_id).in_(variants))
        .order_by(col(Lot.harvested_on), col(Lot.id))
    )
    batches: dict[int, list[Batch]] = {one: [] for one in variants}
    counted: dict[int, int] = {}
    awaited: dict[int, int] = {}
    for variant_id, lot_id, harvested_on, recalled_at, days, left, packs, waiting in rows:
        sound = recalled_at is None and rules.keeps(harvested_on, days, today)
        batches[variant_id].append(Batch(lot_id, left, sound))
        counted[variant_id], awaited[variant_id] = packs, waiting
    return {one: Shelf(batches[one], awaited.get(one, 0)) for one in variants}, counted


def _adrift(session: Session) -> Sequence[int]:
    on_hand, reserved = (sa.func.sum(one) for one in (LotStock.on_hand, LotStock.reserved))
    lots = (
        sa.select(col(LotStock.variant_id), on_hand.label("on_hand"), reserved.label("reserved"))
        .group_by(col(LotStock.variant_id))
        .subquery()
    )
    differs = sa.or_(
        sa.func.coalesce(lots.c.on_hand, 0) != col(Stock.on_hand),
        sa.func.coalesce(lots.c.reserved, 0) != col(Stock.reserved),
    )
    found = select(Stock.variant_id).outerjoin(lots, lots.c.variant_id == col(Stock.variant_id))
    return session.exec(found.where(differs).order_by(col(Stock.variant_id))).all()
