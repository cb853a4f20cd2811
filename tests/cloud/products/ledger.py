"""What the counters of packs and lots must be, reckoned from moves and holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from cloud.lots.models import Lot
from cloud.products import stock
from cloud.products.models import (
    Hold,
    HoldState,
    LotStock,
    SaleWindow,
    Stock,
    StockMove,
    Variant,
)
from tests.cloud.conftest import START


def counters(session: Session, pack: Variant) -> tuple[int, int]:
    row = session.exec(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == pack.id))
    return row.one()


def ledger(session: Session, pack: Variant) -> tuple[int, int]:
    """What the counters must be: the sum of the moves, and of the open holds."""
    moved = select(sa.func.coalesce(sa.func.sum(col(StockMove.delta)), 0))
    held = select(sa.func.coalesce(sa.func.sum(col(Hold.quantity)), 0))
    return (
        int(session.exec(moved.where(StockMove.variant_id == pack.id)).one()),
        int(
            session.exec(
                held.where(Hold.variant_id == pack.id, Hold.state == HoldState.OPEN)
            ).one()
        ),
    )


def by_lot(session: Session, pack: Variant) -> dict[int, tuple[int, int]]:
    """The counters of each lot of a pack, as they stand."""
    rows = session.exec(
        select(LotStock.lot_id, LotStock.on_hand, LotStock.reserved)
        .where(LotStock.variant_id == pack.id)
        .order_by(col(LotStock.lot_id))
    )
    return {lot: (on_hand, reserved) for lot, on_hand, reserved in rows}


def ledger_by_lot(session: Session, pack: Variant) -> dict[int, tuple[int, int]]:
    """What they must be."""
    moves = session.exec(select(StockMove).where(StockMove.variant_id == pack.id)).all()
    holds = session.exec(
        select(Hold).where(Hold.variant_id == pack.id, Hold.state == HoldState.OPEN)
    ).all()
    return {
        lot or 0: (
            sum(move.delta for move in moves if move.lot_id == lot),
            sum(hold.quantity for hold in holds if hold.lot_id == lot),
        )
        for lot in sorted({move.lot_id for move in moves}, key=lambda one: one or 0)
    }


def places(session: Session, pack: Variant) -> list[tuple[int, int]]:
    """Of each window of a pack how many places are taken, and how many there are."""
    rows = session.exec(
        select(SaleWindow.taken, SaleWindow.ahead)
        .where(SaleWindow.variant_id == pack.id)
        .order_by(col(SaleWindow.id))
    )
    return list(rows)


def awaited(session: Session, pack: Variant) -> bool:
    """Who waits is counted at the pack and at the windows, and no window gives what it has not."""
    waits = select(Hold).where(Hold.variant_id == pack.id, Hold.state == HoldState.AHEAD)
    holds = session.exec(waits.execution_options(populate_existing=True)).all()
    waiting = session.exec(select(Stock.waiting).where(Stock.variant_id == pack.id)).one()
    windows = places(session, pack)
    return (
        all(0 <= taken <= ahead for taken, ahead in windows)
        and all(one.window_id is not None and one.lot_id is None for one in holds)
        and waiting == sum(one.quantity for one in holds) == sum(taken for taken, _ in windows)
    )


def balanced(session: Session, pack: Variant) -> bool:
    """The pack is its ledger, each lot is its own, and the lots together are the pack.

    What is promised ahead is counted the same everywhere, see `awaited`.
    """
    lots = by_lot(session, pack)
    total = tuple(sum(one[n] for one in lots.values()) for n in (0, 1))
    sound = all(0 <= reserved <= on_hand for on_hand, reserved in lots.values())
    return (
        sound
        and awaited(session, pack)
        and lots == ledger_by_lot(session, pack)
        and total == counters(session, pack) == ledger(session, pack)
    )


def come(session: Session, pack: Variant, lot: Lot, packs: int, source: str = "more:1") -> None:
    """Another lot is put on the shelf."""
    stock.receive(session, pack, session.get_one(Lot, lot.id), packs, source, START)


def window(session: Session, pack: Variant, places: int, days: int = 20) -> SaleWindow:
    """So many packs are sold from today on, before they are harvested."""
    opened = SaleWindow(
        cooperative_id=pack.cooperative_id,
        product_id=pack.product_id,
        variant_id=pack.id,
        opens_on=START.date(),
        closes_on=START.date() + timedelta(days=days),
        harvest_on=START.date() + timedelta(days=days),
        ahead=places,
        taking=True,
    )
    session.add(opened)
    session.flush()
    return opened


@contextmanager
def turned_away() -> Iterator[None]:
    """SQLite lets one write; who waited ten seconds for it goes away, with nothing done."""
    try:
        yield
    except OperationalError as error:
        if "database is locked" not in str(error):
            raise
