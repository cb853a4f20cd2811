"""The cooperative's desk: leads orders on, and writes down money seen on the account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.orders import buyers, letters, reading, rules
from cloud.orders.errors import HarvestAwaited, NothingOwed, OrderGone, WrongStep
from cloud.orders.letters import About
from cloud.orders.models import Fulfilment, Order, OrderEvent
from cloud.orders.rules import Step
from cloud.payments import bank
from cloud.payments import service as payments
from cloud.payments.models import Provider
from cloud.payments.service import Said
from cloud.payments.telling import Told
from cloud.principal import Principal
from cloud.products import stock, window
from cloud.reviews import service as reviews
from cloud.scope import scoped
from cloud.shipping import parcels
from cloud.shipping.carrier import BY_HAND, Manual, Parcel
from cloud.shipping.parcels import Sent

MONEY: Final = "money"
"""What an event says that is about money and not about goods."""
_LETTERS: Final = {
    Step.SHIP: About.SHIPPED,
    Step.DELIVER: About.DELIVERED,
    Step.CANCEL: About.CANCELLED,
}


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


@dataclass(frozen=True)
class Handed:
    """By whom a parcel goes, and its grams as it was weighed; None: what is in it."""

    carrier: Manual = BY_HAND
    mass_g: int | None = None


OURSELVES: Final = Handed()


@dataclass(frozen=True)
class Doing:
    """A step that somebody takes, `by` nobody where a term ran out."""

    step: Step
    by: int | None = None
    handed: Handed = OURSELVES


def lead(
    session: Session,
    principal: Principal,
    public_id: str,
    step: Step,
    now: datetime,
    handed: Handed = OURSELVES,
) -> None:
    """Take an order of the caller one step on; shipping and cancelling move its goods.

    Raises:
        OrderGone, WrongStep: there is none, or it is not where the step starts.
        HarvestAwaited: it is to be packed, and something of it is not harvested yet.
    """
    order = own(session, principal, public_id)
    state = rules.after(order.fulfilment, step)
    if state is None:
        raise WrongStep
    if step is Step.PACK and any(line.lot_id is None for line in reading.lines(session, order)):
        raise HarvestAwaited
    move(session, order, Doing(step, principal.account_id, handed), state, now)
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
    if moved.amount > 0:
        letters.note(session, order, About.MONEY, now, moved.amount, moved.by)
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
    doing: Doing,
    state: Fulfilment,
    now: datetime,
) -> None:
    """What a step does to goods, parcel and money."""
    order.fulfilment, step = state, doing.step
    lines = reading.lines(session, order)
    sources = [rules.hold_source(order.public_id, line.position) for line in lines]
    if step is Step.SHIP:
        stock.ship(session, sources, now)
        _hand_over(session, order, doing, sum(line.mass_g * line.quantity for line in lines), now)
    elif step is Step.DELIVER:
        _collect(session, order, now)
    elif step is Step.CANCEL:
        stock.release(session, sources, now)
        window.sold(session, reading.products(session, lines))
    elif step is Step.RETURN:
        reviews.came_back(session, cast("int", order.id), now)
    if step in {Step.CANCEL, Step.RETURN}:
        payments.close(session, cast("int", order.id), now)
    session.add(_event(order, state, now, doing.by))
    if step in _LETTERS:
        letters.note(session, order, _LETTERS[step], now, by=doing.by)


def _hand_over(session: Session, order: Order, doing: Doing, net_g: int, now: datetime) -> None:
    """The carrier takes at the door what is owed then, where the buyer wanted it so."""
    order_id = cast("int", order.id)
    payment = payments.of_order(session, order_id)
    cod = payments.books(session, payment).owed if payment.cod else 0
    parcel = Parcel(payment.code, doing.handed.mass_g or net_g, cod)
    parcels.send(session, Sent(order.cooperative_id, order_id), parcel, doing.handed.carrier, now)


def _collect(session: Session, order: Order, now: datetime) -> None:
    """Whoever brought a parcel that is paid at the door has its money now."""
    shipment = parcels.of_order(session, cast("int", order.id))
    if shipment is not None and shipment.cod:
        payment = payments.of_order(session, shipment.order_id)
        said = Said(parcels.collected(shipment))
        payments.collect(session, payment, shipment.cod, said, now)


def _event(order: Order, what: str, now: datetime, by: int | None) -> OrderEvent:
    return OrderEvent(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        what=what,
        account_id=by,
        at=now,
    )
