"""Packs that are sold before they are harvested: places of a window, and who took them.

A window offers so many places of one pack as are still to come. An order takes places for what is
not in stock; they are its own until it is given up, or until packs are there and it gets them.
Packs that come in use up places, whether somebody waits for them or not, so that a harvest is not
sold twice. Each count is one guarded statement; whoever counts has the row of `Stock` before.
"""

from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Engine, ScalarSelect
from sqlmodel import Session, col, delete, select, update

from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.products import batches, rules, window
from cloud.products.models import Hold, Product, SaleWindow, Stock, Variant


def offered() -> ScalarSelect[Any]:
    """The window of a row of `Variant` to which orders go next; none where none are taken."""
    return (
        sa.select(col(SaleWindow.id))
        .where(
            col(SaleWindow.variant_id) == col(Variant.id),
            col(SaleWindow.taking),
            col(SaleWindow.ahead) > col(SaleWindow.taken),
        )
        .order_by(col(SaleWindow.harvest_on), col(SaleWindow.id))
        .limit(1)
        .correlate(Variant)
        .scalar_subquery()
    )


def take(session: Session, variant_id: int, packs: int, today: date) -> SaleWindow | None:
    """So many places of the next harvest that has one free; None where it has not so many."""
    found = _next(session, variant_id, today)
    if found is None:
        return None
    free = col(SaleWindow.taken) + packs <= col(SaleWindow.ahead)
    counted = _count(session, cast("int", found.id), free, taken=packs)
    return found if counted else None


def left(session: Session, variant_id: int, today: date) -> int:
    """How many places one order can take."""
    found = _next(session, variant_id, today)
    return found.ahead - found.taken if found else 0


def give_back(session: Session, held: Hold) -> None:
    """Nobody waits for these any more: others may take their places."""
    _count(session, held.window_id, col(SaleWindow.taken) >= held.quantity, taken=-held.quantity)
    held.window_id = None


def use(session: Session, held: Hold) -> None:
    """Whoever waited for these has them: their places are gone."""
    packs = held.quantity
    _count(session, held.window_id, col(SaleWindow.taken) >= packs, taken=-packs, ahead=-packs)
    held.window_id = None


def came(session: Session, variant_id: int, lot: Lot, packs: int) -> None:
    """Packs that came in and that nobody waits for: they are sold from stock now, not ahead.

    A lot that was harvested before a window opened is not the one which that waits for.
    """
    windows = session.exec(
        select(SaleWindow)
        .where(
            SaleWindow.variant_id == variant_id,
            col(SaleWindow.ahead) > col(SaleWindow.taken),
            SaleWindow.opens_on <= lot.harvested_on,
        )
        .order_by(col(SaleWindow.harvest_on), col(SaleWindow.id))
        .execution_options(populate_existing=True)
    ).all()
    if not windows:
        return
    free = select(batches.free()).select_from(Stock).where(Stock.variant_id == variant_id)
    rest = min(packs, session.exec(free).one())
    for one in windows:
        fewer = min(rest, one.ahead - one.taken)
        room = col(SaleWindow.ahead) - fewer >= col(SaleWindow.taken)
        _count(session, one.id, room, ahead=-fewer)
        rest -= fewer


def stop(session: Session, one: SaleWindow) -> bool:
    """Take no more orders ahead; whether anybody waits, for whom the window stays."""
    gone = delete(SaleWindow).where(col(SaleWindow.id) == one.id, col(SaleWindow.taken) == 0)
    if session.exec(gone).rowcount == 1:
        return False
    kept = update(SaleWindow).where(col(SaleWindow.id) == one.id)
    session.exec(kept.values(ahead=col(SaleWindow.taken)))
    session.refresh(one)
    return True


def opened(one: SaleWindow, today: date) -> None:
    """A window that is new takes orders at once if it is its day."""
    one.taking = _is_open(one, today)


def work(engine: Engine, now: datetime) -> None:
    """A round by the minute: windows whose days to order ahead began or ended."""
    today = now.astimezone(TIME_ZONE).date()
    with Session(writing(engine)) as session, session.begin():
        sold_ahead = select(SaleWindow).where(SaleWindow.ahead > 0)
        changed = [
            one
            for one in session.exec(sold_ahead.order_by(col(SaleWindow.id))).all()
            if one.taking != _is_open(one, today)
        ]
        for one in changed:
            one.taking = not one.taking
        products = {one.product_id for one in changed}
        window.outdate(session, [session.get_one(Product, one) for one in sorted(products)])


def _next(session: Session, variant_id: int, today: date) -> SaleWindow | None:
    """The window of the next harvest of which orders are taken and a place is free."""
    wanted = select(SaleWindow).where(
        SaleWindow.variant_id == variant_id,
        SaleWindow.opens_on <= today,
        SaleWindow.closes_on >= today,
        col(SaleWindow.harvest_on) > today,
        col(SaleWindow.ahead) > col(SaleWindow.taken),
    )
    wanted = wanted.order_by(col(SaleWindow.harvest_on), col(SaleWindow.id)).limit(1)
    return session.exec(wanted.execution_options(populate_existing=True)).first()


def _is_open(one: SaleWindow, today: date) -> bool:
    return rules.is_sold_ahead((one.opens_on, one.closes_on), one.harvest_on, today)


def _count(
    session: Session,
    window_id: int | None,
    guard: ColumnElement[bool],
    taken: int = 0,
    ahead: int = 0,
) -> bool:
    counted = update(SaleWindow).where(col(SaleWindow.id) == window_id, guard)
    counted = counted.values(
        taken=col(SaleWindow.taken) + taken, ahead=col(SaleWindow.ahead) + ahead
    )
    return session.exec(counted).rowcount == 1
