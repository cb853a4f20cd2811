"""Parcels on their way, one for each order, and which of them a carrier took money for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from cloud.shipping.carrier import CarrierName, Manual, Parcel
from cloud.shipping.models import Handover, Shipment

FIRST_ASKED: Final = timedelta(hours=1)
"""From handing over; before that nothing has happened to a parcel."""


@dataclass(frozen=True)
class Sent:
    """Whose parcel it is."""

    cooperative_id: int
    order_id: int


def send(session: Session, of: Sent, parcel: Parcel, carrier: Manual, now: datetime) -> Shipment:
    """Hand a parcel over; an order has one."""
    shipment = Shipment(
        cooperative_id=of.cooperative_id,
        order_id=of.order_id,
        carrier=carrier.name,
        tracking=carrier.tracking,
        mass_g=parcel.mass_g,
        cod=parcel.cod,
        sent_at=now,
        ask_at=now + FIRST_ASKED if carrier.tracking else None,
    )
    session.add(shipment)
    session.flush()
    return shipment


@dataclass(frozen=True)
class Listed:
    """What a list says of a parcel that has left; `fee`: what its carrier takes, if it is told."""

    carrier: CarrierName
    tracking: str
    fee: int | None


def told(session: Session, shipment: Shipment, listed: Listed, now: datetime) -> None:
    """Take over what a list says; by a new number the carrier is asked anew."""
    if shipment.tracking != listed.tracking:
        shipment.ask_at, shipment.asks = now + FIRST_ASKED, 0
    shipment.carrier, shipment.tracking = listed.carrier, listed.tracking
    shipment.fee = shipment.fee if listed.fee is None else listed.fee
    session.flush()


def of_order(session: Session, order_id: int) -> Shipment | None:
    return session.exec(select(Shipment).where(Shipment.order_id == order_id)).one_or_none()


def of_orders(session: Session, order_ids: Collection[int | None]) -> Mapping[int, Shipment]:
    """The parcels of these orders, by their orders; what was not sent has none."""
    found = session.exec(select(Shipment).where(col(Shipment.order_id).in_(order_ids)))
    return {one.order_id: one for one in found}


def handovers(session: Session, order_ids: Collection[int | None]) -> Mapping[int, Handover]:
    """What a carrier is to be told of these orders, by order."""
    found = session.exec(select(Handover).where(col(Handover.order_id).in_(order_ids)))
    return {one.order_id: one for one in found}


def collected(shipment: Shipment) -> str:
    """How the ledger names what the carrier took at the door; it is written once."""
    return f"parcel:{shipment.public_id}:collected"


def remitted(shipment: Shipment, again: int) -> str:
    """How the ledger names what of it came from the carrier; anew after each that was undone."""
    name = f"parcel:{shipment.public_id}:remitted"
    return f"{name}:{again}" if again else name
