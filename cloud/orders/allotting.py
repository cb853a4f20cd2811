"""Orders that wait for a harvest get their packs as soon as these are in stock.

A round of its own: whoever puts packs into stock knows nothing of orders, and who waits has the
first of them anyway (`Stock.waiting`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from cloud.db import writing
from cloud.i18n import TIME_ZONE, _
from cloud.orders import letters, rules
from cloud.orders.errands import Errand
from cloud.orders.letters import About
from cloud.orders.models import Fulfilment, Order, OrderLine
from cloud.principal import Principal
from cloud.products import stock
from cloud.products.stock import Allotted

EVERY_S: Final = 10
"""Somebody has put the harvest into stock, and wants to pack."""
_PATH: Final = "/htx/don?buoc=confirmed"
_BEFORE: Final = (Fulfilment.PLACED, Fulfilment.CONFIRMED)
"""Where an order can wait for its packs."""


def errands(session: Session, principal: Principal, now: datetime) -> list[Errand]:
    """Orders that were taken on and wait; late where the harvest should have come."""
    days = session.exec(
        select(func.min(OrderLine.harvest_on))
        .join(Order, col(Order.id) == col(OrderLine.order_id))
        .where(
            Order.cooperative_id == principal.cooperative_id,
            Order.fulfilment == Fulfilment.CONFIRMED,
            col(OrderLine.lot_id).is_(None),
        )
        .group_by(col(Order.id))
    ).all()
    today = now.astimezone(TIME_ZONE).date()
    late = sum(day < today for day in days if day)
    words = _("%(count)s đơn chờ thu hoạch")
    return [Errand(_PATH, words, {"count": len(days)}, late)] if days else []


def work(engine: Engine, now: datetime) -> None:
    """A round; each pack is a transaction of its own."""
    with Session(engine) as session:
        ready = stock.awaited(session)
    for variant_id in ready:
        with Session(writing(engine)) as session, session.begin():
            allot(session, variant_id, now)


def allot(session: Session, variant_id: int, now: datetime) -> None:
    """Name the lot of each line that has its packs now.

    The orders are locked before the pack is, as whoever cancels one does it.
    """
    orders = _waiting(session, variant_id)
    lines = _lines(session, orders)
    counted = {name: len(lines[name]) for name in orders}
    for one in stock.allot(session, variant_id, counted, now):
        name, _colon, position = one.source.rpartition(":")
        _name(session, lines[name], int(position), one)
        session.flush()
        if all(line.lot_id is not None for line in lines[name]):
            letters.note(session, orders[name], About.HARVESTED, now)


def _waiting(session: Session, variant_id: int) -> dict[str, Order]:
    """Orders of which a line waits for this pack, locked, by their names in the ledger."""
    waits = select(OrderLine.order_id).where(
        OrderLine.variant_id == variant_id, col(OrderLine.lot_id).is_(None)
    )
    wanted = select(Order).where(col(Order.id).in_(waits), col(Order.fulfilment).in_(_BEFORE))
    found = session.exec(wanted.order_by(col(Order.id)).with_for_update())
    return {rules.held_for(order.public_id): order for order in found}


def _lines(session: Session, orders: Mapping[str, Order]) -> dict[str, list[OrderLine]]:
    names = {order.id: name for name, order in orders.items()}
    found: dict[str, list[OrderLine]] = {name: [] for name in orders}
    wanted = select(OrderLine).where(col(OrderLine.order_id).in_(names))
    for line in session.exec(wanted.order_by(col(OrderLine.position))):
        found[names[line.order_id]].append(line)
    return found


def _name(session: Session, lines: list[OrderLine], position: int, one: Allotted) -> None:
    """Packs of several lots are several lines, as if they had been there from the beginning."""
    (line,) = (line for line in lines if line.position == position)
    (_source, first), *others = one.parts
    line.lot_id, line.quantity = first.lot_id, first.quantity
    for source, part in others:
        facts = line.model_dump(exclude={"id"})
        place = int(source.rpartition(":")[2])
        more = {"position": place, "lot_id": part.lot_id, "quantity": part.quantity}
        lines.append(OrderLine(**facts | more))
        session.add(lines[-1])
