"""Telling a carrier of a packed order: its price first, then the parcel; said once.

Pages only write down what is wanted. A round calls the carrier with no transaction open, and
writes down what came of it; an answer that was lost is asked back by the order's code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.addresses import units
from cloud.addresses.models import Kept
from cloud.addresses.rules import understand
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.db import writing
from cloud.orders import buyers, desk, reading, rules
from cloud.orders.desk import Doing, Handed
from cloud.orders.errors import WrongStep
from cloud.orders.models import Fulfilment, Order
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.principal import Principal
from cloud.shipping import accounts
from cloud.shipping.accounts import Counters
from cloud.shipping.carrier import (
    Box,
    Carrier,
    CarrierName,
    Consignment,
    Manual,
    Parcel,
    Party,
    RefusedError,
    UnansweredError,
)
from cloud.shipping.errors import NoCarrier, PlaceUnknown
from cloud.shipping.models import BoxForm, Handing, Handover

EVERY_S: Final = 10
"""Somebody stands at the packing table and waits for the price."""
AT_ONCE: Final = 20
AGAIN: Final = timedelta(seconds=30)
MOST_TRIES: Final = 20
"""Ten minutes and more; then somebody has to look."""
_WORDS: Final = 200
"""Of what a carrier says, for the page."""


def ask_price(
    session: Session, principal: Principal, public_id: str, form: BoxForm, now: datetime
) -> None:
    """Have a carrier asked what it takes for a packed order; asking again asks anew.

    Raises:
        WrongStep: the order is no packed one to be brought, or the carrier is being told already.
        NoCarrier: there is no contract.
        PlaceUnknown: nobody knows in which commune the way begins, or ends.
    """
    order = desk.own(session, principal, public_id)
    old = of_order(session, order)
    if not _is_for_a_carrier(order) or _is_being_told(old):
        raise WrongStep
    carrier = CarrierName(form.carrier)
    if accounts.of(session, order.cooperative_id, carrier) is None:
        raise NoCarrier
    (placed,) = reading.whole(session, [order])
    if not (placed.buyer.commune and placed.shop.commune):
        raise PlaceUnknown
    handover = old or Handover(
        cooperative_id=order.cooperative_id,
        order_id=cast("int", order.id),
        carrier=carrier,
        state=Handing.ASKED,
        due_at=now,
        **form.model_dump(exclude={"carrier"}),
    )
    handover.sqlmodel_update(form.model_dump(exclude={"carrier"}))
    handover.carrier, handover.state, handover.price = carrier, Handing.ASKED, None
    handover.trouble, handover.tries, handover.due_at = "", 0, now
    handover.account_id = principal.account_id
    session.add(handover)


def send(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """The price is good: the carrier is to be told of the parcel.

    Raises:
        WrongStep: there is no price yet, or the order went on.
    """
    order = desk.own(session, principal, public_id)
    handover = of_order(session, order)
    if handover is None or handover.state is not Handing.PRICED:
        raise WrongStep
    handover.state, handover.tries, handover.due_at = Handing.WANTED, 0, now


def drop(session: Session, principal: Principal, public_id: str) -> None:
    """No carrier after all; one that is being told cannot be stopped from here.

    Raises:
        WrongStep: the carrier is being told.
    """
    handover = of_order(session, desk.own(session, principal, public_id))
    if _is_being_told(handover):
        raise WrongStep
    if handover is not None:
        session.delete(handover)


def of_order(session: Session, order: Order) -> Handover | None:
    return session.exec(select(Handover).where(Handover.order_id == order.id)).one_or_none()


def _is_for_a_carrier(order: Order) -> bool:
    """Nobody comes for a sample, of which there are no goods."""
    packed = order.fulfilment is Fulfilment.PACKED
    return packed and order.pickup_id is None and not order.simulated


def _is_being_told(handover: Handover | None) -> bool:
    return handover is not None and handover.state is Handing.WANTED


@dataclass(frozen=True)
class _Call:
    """What a carrier is to be asked or told; `again`: an answer may have been lost."""

    handover_id: int
    name: CarrierName
    carrier: Carrier
    consignment: Consignment
    tells: bool
    again: bool


@dataclass(frozen=True)
class _Outcome:
    """What came of it: a price, a number, or neither."""

    price: int | None = None
    tracking: str = ""
    trouble: str = ""
    silent: bool = False


def work(engine: Engine, now: datetime, counters: Counters) -> None:
    """A round; a carrier that does not answer is left alone until the next."""
    with Session(engine) as session:
        calls = _due(session, now, counters)
    silent: set[CarrierName] = set()
    for call in calls:
        if call.name in silent:
            continue
        outcome = _called(call)
        if outcome.silent:
            silent.add(call.name)
        with Session(writing(engine)) as session, session.begin():
            _write_down(session, call, outcome, now)


def _due(session: Session, now: datetime, counters: Counters) -> Sequence[_Call]:
    waits = col(Handover.state).in_((Handing.ASKED, Handing.WANTED))
    due = select(Handover).where(waits, Handover.due_at <= now).order_by(col(Handover.id))
    found = session.exec(due.limit(AT_ONCE)).all()
    return [call for one in found if (call := _call(session, one, counters)) is not None]


def _call(session: Session, handover: Handover, counters: Counters) -> _Call | None:
    account = accounts.of(session, handover.cooperative_id, handover.carrier)
    if account is None:
        return None
    (placed,) = reading.whole(session, [session.get_one(Order, handover.order_id)])
    return _Call(
        handover.id or 0,
        handover.carrier,
        counters.at(account),
        _consignment(session, placed, handover),
        tells=handover.state is Handing.WANTED,
        again=handover.tries > 0,
    )


def _consignment(session: Session, placed: Placed, handover: Handover) -> Consignment:
    home = session.get_one(Cooperative, placed.order.cooperative_id)
    cod = placed.owed if placed.payment.cod else 0
    return Consignment(
        Parcel(placed.payment.code, handover.mass_g, cod),
        Box(handover.length, handover.width, handover.height),
        sender=_party(placed.shop.name, home.phone, placed.shop),
        to=_party(placed.buyer.name, placed.buyer.phone, placed.buyer),
        contents=", ".join(f"{line.quantity} × {line.product_name}" for line in placed.lines),
        value=placed.order.total - placed.order.fee,
    )


def _party(name: str, phone: str, row: Kept) -> Party:
    commune = units.named(row.commune)
    if commune is None:
        return Party(name, _local(phone), row.address, "", "")
    tail = f", {commune.name}, {commune.province.name}"
    before = understand(units.atlas(), row.address_before) if row.address_before else None
    district = row.address_before.split(",")[-2].strip() if before else ""
    street = row.address.removesuffix(tail)
    return Party(name, _local(phone), street, commune.name, commune.province.name, district)


def _local(phone: str) -> str:
    """As carriers of this country write numbers."""
    return phone.replace("+84", "0", 1)


def _called(call: _Call) -> _Outcome:
    try:
        if not call.tells:
            return _Outcome(price=call.carrier.quote(call.consignment))
        code = call.consignment.parcel.code
        known = call.carrier.find(code) if call.again else None
        return _Outcome(tracking=known or call.carrier.create(call.consignment))
    except UnansweredError:
        return _Outcome(silent=True)
    except RefusedError as error:
        return _Outcome(trouble=str(error)[:_WORDS] or "?")


def _write_down(session: Session, call: _Call, outcome: _Outcome, now: datetime) -> None:
    asked = select(Handover).where(Handover.id == call.handover_id).with_for_update()
    handover = session.exec(asked).one_or_none()
    if handover is None:
        return
    if outcome.silent:
        _again(handover, now)
    elif outcome.trouble:
        handover.state, handover.trouble = Handing.STUCK, outcome.trouble
    elif not call.tells:
        handover.state, handover.price = Handing.PRICED, outcome.price
    else:
        _ship(session, handover, outcome.tracking, now)


def _again(handover: Handover, now: datetime) -> None:
    handover.tries += 1
    handover.due_at = now + AGAIN
    if handover.tries >= MOST_TRIES:
        handover.state = Handing.STUCK


def _ship(session: Session, handover: Handover, tracking: str, now: datetime) -> None:
    """The order goes its step; one that went elsewhere meanwhile keeps the number for people."""
    locked = select(Order).where(Order.id == handover.order_id).with_for_update()
    order = session.exec(locked).one()
    state = rules.after(order.fulfilment, Step.SHIP)
    if state is None:
        handover.state, handover.trouble = Handing.STUCK, tracking
        return
    handed = Handed(Manual(handover.carrier, tracking), handover.mass_g)
    desk.move(session, order, Doing(Step.SHIP, handover.account_id, handed), state, now)
    deed = Deed(AuditAction.ORDER_LED, f"order:{order.public_id}", {"state": state})
    audit.append(session, order.cooperative_id, None, deed, now)
    buyers.forget_asked(session, order, now)
    session.delete(handover)
