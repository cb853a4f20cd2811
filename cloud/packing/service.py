"""Gathers what the packing room needs of orders, lots and stamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative
from cloud.devices.vault import Vault
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.orders import reading
from cloud.orders.errors import OrderGone
from cloud.orders.models import Fulfilment, Order, OrderLine
from cloud.orders.reading import Placed
from cloud.packing.errors import BuyerForgotten
from cloud.packing.rules import Item
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.stamps import keys
from cloud.stamps import service as stamps
from cloud.stamps.rules import Status

AT_ONCE: Final = 300
"""Orders of one list: more than a morning's work of any packing room."""


@dataclass(frozen=True)
class Stamped:
    """Stamps of a lot that are on goods: how many, and the serial they begin with."""

    number: int
    first: str


@dataclass(frozen=True)
class Packed:
    """A line of an order, the lot it comes from, and that lot's stamps; none while it waits."""

    line: OrderLine
    lot: Lot | None
    stamps: Sequence[Stamped]


@dataclass(frozen=True)
class Parcel:
    """All that goes on a slip or a label."""

    placed: Placed
    sender: Cooperative
    goods: Sequence[Packed]


def waiting(session: Session, principal: Principal, day: date | None) -> list[Item]:
    """Lines of orders that were taken on and are not packed, or of those placed on one day."""
    placed = reading.own(session, principal, AT_ONCE, Fulfilment.CONFIRMED)
    lots = _lots(session, [line for one in placed for line in one.lines])
    return [
        Item(
            day=_day(one.order),
            code=one.payment.code,
            buyer=one.buyer.name,
            phone=one.buyer.phone,
            product=line.product_name,
            pack=line.pack_name,
            lot=lots[line.lot_id].code if line.lot_id else "",
            harvest_on=line.harvest_on,
            quantity=line.quantity,
            mass_g=line.mass_g,
        )
        for one in placed
        for line in one.lines
        if day is None or _day(one.order) == day
    ]


def parcel(session: Session, principal: Principal, public_id: str, vault: Vault) -> Parcel:
    """An order of the caller's as it is packed.

    Raises:
        OrderGone: there is none.
        BuyerForgotten: nobody knows any more where it goes.
    """
    wanted = scoped(select(Order), principal).where(Order.public_id == public_id)
    order = session.exec(wanted).one_or_none()
    if order is None:
        raise OrderGone
    (placed,) = reading.whole(session, [order])
    if placed.buyer.erased_at is not None:
        raise BuyerForgotten
    lots = _lots(session, placed.lines)
    stamped = {number: _stamps(session, principal, lot, vault) for number, lot in lots.items()}
    goods = [
        Packed(line, lots.get(line.lot_id or 0), stamped.get(line.lot_id or 0, ()))
        for line in placed.lines
    ]
    return Parcel(placed, session.get_one(Cooperative, order.cooperative_id), goods)


def _lots(session: Session, lines: Sequence[OrderLine]) -> dict[int, Lot]:
    wanted = {line.lot_id for line in lines}
    found = session.exec(select(Lot).where(col(Lot.id).in_(wanted)))
    return {lot.id or 0: lot for lot in found}


def _stamps(session: Session, principal: Principal, lot: Lot, vault: Vault) -> list[Stamped]:
    """Runs of which stamps are on goods; of a key that is gone no serial can be told."""
    return [
        Stamped(run.activated, stamps.first(session, vault, run).serial)
        for run in stamps.of_lot(session, principal, lot)
        if stamps.status(run) is not Status.VOID and run.activated and keys.is_own(session, run)
    ]


def _day(order: Order) -> date:
    return order.placed_at.astimezone(TIME_ZONE).date()
