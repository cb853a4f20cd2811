"""Forgetting who bought: asked for by the buyer, and by itself when nobody needs it any more."""

from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.orders import billing, reading, rules
from cloud.orders.models import IdempotencyKey, Order, OrderBuyer, OrderEvent
from cloud.payments import service as payments


def ask_erasure(session: Session, public_id: str, now: datetime) -> None:
    """Erase the buyer of an order at once, or as soon as the goods have arrived.

    Asking again changes nothing.

    Raises:
        OrderGone: there is no such order.
    """
    placed = reading.placed(session, public_id)
    if placed.buyer.erase_by is None:
        placed.buyer.erase_by = now + rules.ERASED_WITHIN
    forget_asked(session, placed.order, now)


def forget_asked(session: Session, order: Order, now: datetime) -> None:
    """Erase who asked for it and is not needed any more; whoever moves an order on calls this."""
    buyer = session.get_one(OrderBuyer, order.id)
    if buyer.erase_by is None or rules.needs_buyer(order.fulfilment, reading.owed(session, order)):
        return
    _erase(session, order, buyer, now)


def erase_due(session: Session, now: datetime) -> None:
    """A chore of each night.

    The day told to a buyer holds whatever has become of the order; who did not ask is forgotten
    when nothing has happened to it for a season.
    """
    last = (
        select(OrderEvent.order_id, func.max(OrderEvent.at).label("at"))
        .group_by(col(OrderEvent.order_id))
        .subquery()
    )
    found = session.exec(
        select(Order, OrderBuyer)
        .join(OrderBuyer, col(OrderBuyer.order_id) == col(Order.id))
        .join(last, last.c.order_id == col(Order.id))
        .where(
            col(OrderBuyer.erased_at).is_(None),
            col(OrderBuyer.erase_by).is_not(None) | (last.c.at <= now - rules.BUYER_KEPT),
        )
        .order_by(col(Order.cooperative_id), col(Order.id))
    ).all()
    for order, buyer in found:
        if buyer.erase_by is not None and buyer.erase_by > now:
            forget_asked(session, order, now)
        else:
            _erase(session, order, buyer, now)


def erase_again(session: Session, public_id: str, now: datetime) -> None:
    """A backup brought back who bought; an order younger than the backup is gone altogether."""
    found = session.exec(
        select(Order, OrderBuyer)
        .join(OrderBuyer, col(OrderBuyer.order_id) == col(Order.id))
        .where(Order.public_id == public_id)
    ).one_or_none()
    if found is not None:
        _erase(session, *found, now)


def _erase(session: Session, order: Order, buyer: OrderBuyer, now: datetime) -> None:
    """Name, number, both addresses, and the fingerprint of the request they came in."""
    if buyer.erased_at is not None:
        return
    buyer.name, buyer.phone, buyer.address, buyer.email = "", "", "", ""
    buyer.phone_key, buyer.commune, buyer.address_before = None, "", ""
    payments.forget_words(session, buyer.order_id)
    billing.forget(session, buyer.order_id)
    buyer.erased_at = now
    session.exec(
        update(IdempotencyKey)
        .where(col(IdempotencyKey.result) == order.public_id)
        .values(request_hash="")
    )
    deed = Deed(AuditAction.BUYER_ERASED, f"order:{order.public_id}")
    audit.append(session, order.cooperative_id, None, deed, now)
