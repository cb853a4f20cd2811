"""Which rows of ours happened, a batch at a time, and the event that each of them is.

A batch is asked for in as many questions as there are tables in it, however long the history.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    and_,
    exists,
    literal,
    tuple_,
)
from sqlmodel import Session, SQLModel, col, select

from cloud import bulk
from cloud.cooperatives.models import Cooperative, Zone
from cloud.db import UtcDateTime, new_public_id
from cloud.epcis.models import EpcisAside, EpcisEvent
from cloud.i18n import TIME_ZONE
from cloud.lots import rules as days
from cloud.lots.models import Lot as LotRow
from cloud.lots.models import LotMove
from cloud.orders.models import Fulfilment, Order, OrderEvent, OrderLine
from cloud.stamps.models import Issuance
from traceability.epcis import farm
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import NAMESPACE, Lot, Transfer
from traceability.errors import EpcisError

BUYER: Final = f"{NAMESPACE}consumer"
"""All who buy for themselves: who they are is nobody's business."""
_GRAMS: Final = 1_000


class Place(NamedTuple):
    """Behind which row of a kind a batch begins."""

    moment: datetime
    number: int


@dataclass(frozen=True)
class Happened:
    """A row that no event tells yet. `event` raises TraceabilityError where the row is broken."""

    place: Place
    cooperative_id: int
    source: str
    event: Callable[[], BaseEvent]


@dataclass(frozen=True)
class Batch:
    """What to look for: so many rows behind a place, with or without what was set aside."""

    behind: Place
    size: int
    again: bool


Kind = Callable[[Session, Batch], Sequence[Happened]]


def lots(session: Session, batch: Batch) -> list[Happened]:
    """Harvests, and lots that were made of others."""
    wanted = select(LotRow, Zone.public_id).join(Zone, col(Zone.id) == col(LotRow.zone_id))
    order = _order(LotRow, "created_at")
    wanted = wanted.where(*_untold("lot", LotRow, order, batch))
    rows = session.exec(wanted.order_by(*order).limit(batch.size)).all()
    parts = _parts(session, [row for row, _zone in rows])
    return [
        Happened(
            Place(row.created_at, cast("int", row.id)),
            row.cooperative_id,
            f"lot:{row.public_id}",
            partial(_made, row, zone, parts.get(cast("int", row.id), ())),
        )
        for row, zone in rows
    ]


def issuances(session: Session, batch: Batch) -> list[Happened]:
    """Print runs of stamps."""
    wanted = select(Issuance, LotRow).join(LotRow, col(LotRow.id) == col(Issuance.lot_id))
    order = _order(Issuance, "issued_at")
    wanted = wanted.where(*_untold("stamps", Issuance, order, batch))
    rows = session.exec(wanted.order_by(*order).limit(batch.size)).all()
    return [
        Happened(
            Place(row.issued_at, cast("int", row.id)),
            row.cooperative_id,
            f"stamps:{row.public_id}",
            partial(_stamped, row, lot),
        )
        for row, lot in rows
    ]


def shipments(session: Session, batch: Batch) -> list[Happened]:
    """Orders that left; one that left twice is told of once."""
    wanted = (
        select(Order, OrderEvent, Cooperative.public_id)
        .join(OrderEvent, col(OrderEvent.order_id) == col(Order.id))
        .join(Cooperative, col(Cooperative.id) == col(Order.cooperative_id))
        .where(OrderEvent.what == Fulfilment.SHIPPED.value)
    )
    order = _order(OrderEvent, "at")
    wanted = wanted.where(*_untold("order", Order, order, batch))
    rows = session.exec(wanted.order_by(*order).limit(batch.size)).all()
    goods = _goods(session, [one for one, _event, _seller in rows])
    return [
        Happened(
            Place(event.at, cast("int", event.id)),
            one.cooperative_id,
            f"order:{one.public_id}",
            partial(_shipped, event.at, seller, goods.get(cast("int", one.id), ())),
        )
        for one, event, seller in rows
    ]


def recalls(session: Session, batch: Batch) -> list[Happened]:
    """Lots that nobody should eat any more."""
    order = _order(LotRow, "recalled_at")
    wanted = select(LotRow).where(*_untold("recall", LotRow, order, batch))
    rows = session.exec(wanted.order_by(*order).limit(batch.size)).all()
    return [
        Happened(
            Place(cast("datetime", row.recalled_at), cast("int", row.id)),
            row.cooperative_id,
            f"recall:{row.public_id}",
            partial(_recalled, row),
        )
        for row in rows
    ]


KINDS: Final[dict[str, Kind]] = {
    "lots": lots,
    "stamps": issuances,
    "orders": shipments,
    "recalls": recalls,
}


Sequenced = tuple[Column[datetime], Column[int]]
"""The moment at which a row happened, and its number."""


def _order(model: type[SQLModel], moment: str) -> Sequenced:
    columns = bulk.table_of(model).c
    return columns[moment], columns["id"]


def _untold(
    kind: str, model: type[SQLModel], order: Sequenced, batch: Batch
) -> Iterator[ColumnElement[bool]]:
    """Behind the place, and told by no event. The moment stands alone too: it has the index."""
    columns = bulk.table_of(model).c
    owner, source = columns["cooperative_id"], literal(f"{kind}:", String) + columns["public_id"]
    begin = literal(batch.behind.moment, UtcDateTime)
    yield order[0] >= begin
    yield tuple_(*order) > tuple_(begin, literal(batch.behind.number, Integer))
    same = and_(col(EpcisEvent.cooperative_id) == owner, col(EpcisEvent.source) == source)
    yield ~exists().where(same)
    if not batch.again:
        aside = and_(col(EpcisAside.cooperative_id) == owner, col(EpcisAside.source) == source)
        yield ~exists().where(aside)


Part = tuple[LotRow, int]
"""A lot, and so many grams of it."""
Good = tuple[LotRow, int, str]
"""The same, and the public id of the zone on which it grew."""


def _parts(session: Session, rows: Sequence[LotRow]) -> dict[int, list[Part]]:
    """What lots were made of."""
    if not rows:
        return {}
    moves = session.exec(
        select(LotMove, LotRow)
        .join(LotRow, col(LotRow.id) == col(LotMove.lot_id))
        .where(col(LotMove.into_id).in_([row.id for row in rows]))
        .order_by(col(LotMove.into_id), col(LotMove.id))
    ).all()
    return {
        into: [(lot, -move.delta_g) for move, lot in group]
        for into, group in groupby(moves, key=lambda pair: cast("int", pair[0].into_id))
    }


def _goods(session: Session, orders: Sequence[Order]) -> dict[int, list[Good]]:
    """What orders consist of."""
    if not orders:
        return {}
    found = session.exec(
        select(OrderLine, LotRow, Zone.public_id)
        .join(LotRow, col(LotRow.id) == col(OrderLine.lot_id))
        .join(Zone, col(Zone.id) == col(LotRow.zone_id))
        .where(col(OrderLine.order_id).in_([order.id for order in orders]))
        .order_by(col(OrderLine.order_id), col(OrderLine.position))
    ).all()
    return {
        order: [(lot, line.mass_g * line.quantity, zone) for line, lot, zone in group]
        for order, group in groupby(found, key=lambda row: row[0].order_id)
    }


def _made(row: LotRow, zone: str, parts: Sequence[Part]) -> BaseEvent:
    """Of others, else harvested: on the morning of its day if it was written down on another."""
    at, made = row.created_at.astimezone(TIME_ZONE), _lot(row, row.quantity_g)
    if parts:
        used = [_lot(part, grams) for part, grams in parts]
        return _marked(farm.transformed(at, _place(zone), used, [made]), [row])
    if at.date() != row.harvested_on:
        at = days.start_of(row.harvested_on)
    return _marked(farm.harvested(at, _place(zone), made, row.code), [row])


def _stamped(row: Issuance, lot: LotRow) -> BaseEvent:
    at = row.issued_at.astimezone(TIME_ZONE)
    return _marked(farm.stamped(at, _lot(lot), cast("int", row.id), row.quantity), [lot])


def _shipped(at: datetime, seller: str, goods: Sequence[Good]) -> BaseEvent:
    """Under a number of its own: that of the order opens the buyer's page."""
    if not goods:
        raise EpcisError("$.quantityList", "an order without goods was sent")
    sent = [_lot(lot, grams) for lot, grams, _zone in goods]
    party, order = f"{NAMESPACE}party:{seller}", f"{NAMESPACE}order:{new_public_id()}"
    place = _place(goods[0][2])
    event = farm.shipped(at.astimezone(TIME_ZONE), place, sent, Transfer(party, BUYER, order))
    return _marked(event, [lot for lot, _grams, _zone in goods])


def _recalled(row: LotRow) -> BaseEvent:
    at = cast("datetime", row.recalled_at).astimezone(TIME_ZONE)
    return _marked(farm.recalled(at, [_lot(row)]), [row])


def _lot(row: LotRow, grams: int | None = None) -> Lot:
    return Lot.of(row.gtin, row.code, None if grams is None else grams / _GRAMS)


def _marked(event: BaseEvent, of: Sequence[LotRow]) -> BaseEvent:
    return farm.simulated(event) if any(lot.simulated for lot in of) else event


def _place(zone: str) -> str:
    return f"{NAMESPACE}zone:{zone}"
