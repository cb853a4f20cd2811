"""Asks carriers where parcels are, and leads orders on by what they say, by allowed steps only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.db import writing
from cloud.orders import buyers, desk, rules
from cloud.orders.desk import Doing
from cloud.orders.models import Fulfilment, Order
from cloud.orders.rules import Step
from cloud.shipping.accounts import Counters
from cloud.shipping.carrier import (
    Carrier,
    CarrierName,
    RefusedError,
    UnansweredError,
    Whereabouts,
)
from cloud.shipping.models import CarrierAccount, Shipment

EVERY_S: Final = 60
AT_ONCE: Final = 30
"""Parcels of one round: at the longest patience it is over before its half hour."""
_PACES: Final = (timedelta(hours=1), timedelta(hours=2), timedelta(hours=4))
_LONG: Final = timedelta(hours=6)
GIVEN_UP: Final = timedelta(days=30)
"""After which a parcel is a matter for people."""
_STEPS: Final = {Whereabouts.DELIVERED: Step.DELIVER, Whereabouts.RETURNED: Step.RETURN}


@dataclass(frozen=True)
class _Parcel:
    shipment_id: int
    name: CarrierName
    carrier: Carrier
    tracking: str


def next_ask(asks: int, sent_at: datetime, now: datetime) -> datetime | None:
    """Pure: when a parcel is asked for again; more seldom the longer it takes, then never."""
    if now - sent_at >= GIVEN_UP:
        return None
    return now + (_PACES[asks - 1] if asks <= len(_PACES) else _LONG)


def work(engine: Engine, now: datetime, counters: Counters) -> None:
    """A round; a carrier that does not answer is left alone until the next."""
    with Session(engine) as session:
        parcels = _due(session, now, counters)
    silent: set[CarrierName] = set()
    for parcel in parcels:
        if parcel.name in silent:
            continue
        try:
            where = _asked(parcel)
        except UnansweredError:
            silent.add(parcel.name)
            where = None
        with Session(writing(engine)) as session, session.begin():
            _write_down(session, parcel.shipment_id, where, now)


def _asked(parcel: _Parcel) -> Whereabouts | None:
    try:
        return parcel.carrier.track(parcel.tracking)
    except RefusedError:  # a number that was copied wrong is nothing to be told
        return None


def _due(session: Session, now: datetime, counters: Counters) -> Sequence[_Parcel]:
    found = session.exec(
        select(Shipment, CarrierAccount)
        .join(
            CarrierAccount,
            (col(CarrierAccount.cooperative_id) == col(Shipment.cooperative_id))
            & (col(CarrierAccount.carrier) == col(Shipment.carrier)),
        )
        .join(Order, col(Order.id) == col(Shipment.order_id))
        .where(
            col(Shipment.ask_at) <= now,
            Order.fulfilment == Fulfilment.SHIPPED,
            col(Order.simulated).is_(False),
        )
        .order_by(col(Shipment.ask_at))
        .limit(AT_ONCE)
    ).all()
    return [
        _Parcel(one.id or 0, one.carrier, counters.at(account), one.tracking)
        for one, account in found
    ]


def _write_down(
    session: Session, shipment_id: int, where: Whereabouts | None, now: datetime
) -> None:
    """The order's row is locked and asked again: somebody may have led it on meanwhile."""
    shipment = session.get_one(Shipment, shipment_id)
    locked = select(Order).where(Order.id == shipment.order_id).with_for_update()
    order = session.exec(locked).one()
    session.refresh(shipment, with_for_update=True)
    shipment.asks += 1
    shipment.ask_at = next_ask(shipment.asks, shipment.sent_at, now)
    if where is None:
        return
    shipment.whereabouts = where
    step = _STEPS.get(where)
    state = rules.after(order.fulfilment, step) if step else None
    if step is None or state is None:
        return
    shipment.ask_at = None
    desk.move(session, order, Doing(step), state, now)
    deed = Deed(AuditAction.ORDER_LED, f"order:{order.public_id}", {"state": state})
    audit.append(session, order.cooperative_id, None, deed, now)
    buyers.forget_asked(session, order, now)
