"""What runs out by itself: goods are not kept for an order that nobody pays."""

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.orders import buyers, desk, reading, rules
from cloud.orders.desk import Doing
from cloud.orders.models import Fulfilment, Order
from cloud.orders.rules import Step

EVERY_S = 300
"""Goods that nobody pays are back on the shelf five minutes late at most."""
_AT_ONCE = 200
"""Orders of one round; each is let go in a transaction of its own."""


def expire(engine: Engine, now: datetime) -> None:
    """Let go what was placed a day ago and has no money; what comes later waits for people."""
    with Session(engine) as session:
        due = session.exec(
            select(Order.id)
            .where(
                Order.fulfilment == Fulfilment.PLACED,
                col(Order.placed_at) <= now - rules.HELD,
            )
            .order_by(col(Order.id))
            .limit(_AT_ONCE)
        ).all()
    for order_id in due:
        with Session(writing(engine)) as session, session.begin():
            _let_go(session, order_id, now)


def _let_go(session: Session, order_id: int | None, now: datetime) -> None:
    """The row is locked and asked again: somebody may have accepted or paid it meanwhile."""
    asked = select(Order).where(Order.id == order_id).with_for_update()
    order = session.exec(asked).one()
    (placed,) = reading.whole(session, [order])
    if not rules.runs_out(order.fulfilment, placed.books.kept, order.placed_at, now):
        return
    desk.move(session, order, Doing(Step.CANCEL), Fulfilment.CANCELLED, now)
    buyers.forget_asked(session, order, now)
    let_go = Deed(AuditAction.ORDER_EXPIRED, f"order:{order.public_id}")
    audit.append(session, order.cooperative_id, None, let_go, now)
