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
from cloud.orders.models import Fulfilment, Order, OrderEvent
from cloud.orders.rules import Step
from cloud.payments import bank
from cloud.payments import service as payments
from cloud.payments.models import Provider
from cloud.payments.service import Said
from cloud.payments.telling import Told
from cloud.principal import Principal
from cloud.products import stock
from cloud.scope import scoped

MONEY: Final = "money"
"""What an event says that is about money and not about goods."""


@dataclass(frozen=True)
class Money:
    """A transfer that someone has seen; `key` is made once for each sighting."""

    amount: int
    key: str


@dataclass(frozen=True)
class Moved:
    """Money that an order got, or lost again where it is below nothing; `by` nobody: a rule."""

    amount: int
    by: int | None


def lead(
    session: Session, principal: Principal, public_id: str, step: Step, now: datetime
) -> None:
    """Take an order of the caller one step on; shipping and cancelling move its goods."""
    order = own(session, principal, public_id)
    state = rules.after(order.fulfilment, step)
    if state is None:
        raise WrongStep
    move(session, order, step, state, now, principal.account_id)
    led = Deed(AuditAction.ORDER_LED, f"order:{order.public_id}", {"state": state})
    audit.note(session, principal, led, now)
    buyers.forget_asked(session, order, now)


def record_money(
    session: Session, principal: Principal, public_id: str, money: Money, now: datetime
) -> None:
    """Count a transfer that somebody has seen; the same key again changes nothing."""
    order = own(session, principal, public_id)
    payment = payments.of_order(session, cast("int", order.id))
    source = f"manual:{money.key}"
    if payments.said(session, source):
        return
    if money.amount > payments.books(session, payment).owed:
        raise NothingOwed
    told = Told(money.key, money.amount, incoming=True, content=payment.code, at=now)
    txn = bank.put(session, order.cooperative_id, Provider.MANUAL, told, now)
    if txn is None:
        return
    said = Said(source, principal.account_id)
    payments.allocate(session, payment, txn, money.amount, said, now)
    money_moved(session, order, Moved(money.amount, principal.account_id), now)
    seen = Deed(AuditAction.MONEY_RECORDED, f"order:{order.public_id}", {"amount": money.amount})
    audit.note(session, principal, seen, now)


def money_moved(session: Session, order: Order, moved: Moved, now: datetime) -> None:
    """Write down that an order's money changed; who is needed no more is forgotten."""
    event = _event(order, MONEY, now, moved.by)
    event.amount = moved.amount
    session.add(event)
    session.flush()
    buyers.forget_asked(session, order, now)


def own(session: Session, principal: Principal, public_id: str) -> Order:
    """The caller's order, locked: two people at the desk act one after the other."""
    mine = scoped(select(Order), principal).where(Order.public_id == public_id)
    order = session.exec(mine.with_for_update()).one_or_none()
    if order is None:
        raise OrderGone
    return order


def move(
    session: Session,
    order: Order,
    step: Step,
    state: Fulfilment,
    now: datetime,
    by: int | None,
) -> None:
    """What a step does to goods and money; `by` nobody where a term ran out."""
    order.fulfilment = state
    sources = [
        rules.hold_source(order.public_id, line.position) for line in reading.lines(session, order)
    ]
    if step is Step.SHIP:
        stock.ship(session, sources, now)
    elif step is Step.CANCEL:
        stock.release(session, sources, now)
    if step in {Step.CANCEL, Step.RETURN}:
        payments.close(session, cast("int", order.id), now)
    session.add(_event(order, state, now, by))


def _event(order: Order, what: str, now: datetime, by: int | None) -> OrderEvent:
    return OrderEvent(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        what=what,
        account_id=by,
        at=now,
    )
