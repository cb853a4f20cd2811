"""The cooperative's desk: leads orders on, and writes down money seen on the account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.orders import buyers, reading, rules
from cloud.orders.errors import NothingOwed, OrderGone, WrongStep
from cloud.orders.models import Order, OrderEvent
from cloud.orders.rules import Step
from cloud.payments import service as payments
from cloud.principal import Principal
from cloud.products import stock
from cloud.scope import scoped

_MONEY: Final = "money"


@dataclass(frozen=True)
class Money:
    """A transfer that someone has seen; `key` is made once for each sighting."""

    amount: int
    key: str


def lead(
    session: Session, principal: Principal, public_id: str, step: Step, now: datetime
) -> None:
    """Take an order of the caller one step on; shipping and cancelling move its goods."""
    order = _own(session, principal, public_id)
    state = rules.after(order.fulfilment, step)
    if state is None:
        raise WrongStep
    order.fulfilment = state
    sources = [
        rules.hold_source(order.public_id, line.position) for line in reading.lines(session, order)
    ]
    if step is Step.SHIP:
        stock.ship(session, sources, now)
    elif step is Step.CANCEL:
        stock.release(session, sources, now)
    session.add(_event(principal, order, state, now))
    led = Deed(AuditAction.ORDER_LED, f"order:{order.public_id}", {"state": state})
    audit.note(session, principal, led, now)
    buyers.forget_asked(session, order, now)


def record_money(
    session: Session, principal: Principal, public_id: str, money: Money, now: datetime
) -> None:
    """Count a transfer; the same key again changes nothing."""
    order = _own(session, principal, public_id)
    payment = payments.of_order(session, cast("int", order.id))
    if payments.recorded(session, money.key):
        return
    if money.amount > payment.expected - payments.received(session, payment):
        raise NothingOwed
    payments.record(session, principal, payment, money.amount, money.key, now)
    session.add(_event(principal, order, _MONEY, now, money.amount))
    seen = Deed(AuditAction.MONEY_RECORDED, f"order:{order.public_id}", {"amount": money.amount})
    audit.note(session, principal, seen, now)
    buyers.forget_asked(session, order, now)


def _own(session: Session, principal: Principal, public_id: str) -> Order:
    """The caller's order, locked: two people at the desk act one after the other."""
    mine = scoped(select(Order), principal).where(Order.public_id == public_id)
    order = session.exec(mine.with_for_update()).one_or_none()
    if order is None:
        raise OrderGone
    return order


def _event(
    principal: Principal, order: Order, what: str, now: datetime, amount: int | None = None
) -> OrderEvent:
    return OrderEvent(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        what=what,
        amount=amount,
        account_id=principal.account_id,
        at=now,
    )
