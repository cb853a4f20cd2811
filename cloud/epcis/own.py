"""What happened to one's own lots, told as events: harvest, mixing, stamps, sale, recall.

A round of every half minute tells what no event tells yet. So no harvest waits for it, what is
older than the events is told too, and what failed is told by the next round.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, Engine, String, exists, literal
from sqlmodel import Session, col, select

from cloud.cooperatives.models import Cooperative, Zone
from cloud.db import new_public_id, writing
from cloud.epcis import facts, service
from cloud.epcis.models import EpcisEvent
from cloud.i18n import TIME_ZONE
from cloud.lots import rules as days
from cloud.lots.models import Lot as LotRow
from cloud.lots.models import LotMove
from cloud.orders.models import Fulfilment, Order, OrderEvent, OrderLine
from cloud.stamps.models import Issuance
from traceability.epcis import farm
from traceability.epcis.event_hash import prefixes
from traceability.epcis.events import BaseEvent
from traceability.epcis.farm import NAMESPACE, Lot, Transfer

EVERY_S: Final = 30
AT_ONCE: Final = 500
"""Events of one kind in one transaction; whoever has more is told in turns."""
BUYER: Final = f"{NAMESPACE}consumer"
"""All who buy for themselves: who they are is nobody's business."""
_GRAMS: Final = 1_000


@dataclass(frozen=True)
class Told:
    """An event, the fact it tells, and whose that is."""

    cooperative_id: int
    source: str
    event: BaseEvent


def tell(engine: Engine, now: datetime) -> None:
    """A round: whatever happened and is not told yet."""
    for kind in (_lots, _issuances, _shipments, _recalls):
        while _tell(engine, kind, now) == AT_ONCE:
            continue


Kind = Callable[[Session], Iterator[Told]]


def _tell(engine: Engine, kind: Kind, now: datetime) -> int:
    """How many facts of a kind were found and told."""
    with Session(writing(engine)) as session, session.begin():
        found = list(kind(session))
        for owner in sorted({one.cooperative_id for one in found}):
            told = [one for one in found if one.cooperative_id == owner]
            events = [_facts(one.event) for one in told]
            pairs = zip(events, told, strict=True)
            sources = {event.event_id: one.source for event, one in pairs}
            service.put(session, owner, events, now, sources)
    return len(found)


def _facts(event: BaseEvent) -> facts.Facts:
    return facts.of_event(event, prefixes(event.context), event.context, "$")


def _untold(kind: str, model: type[LotRow | Issuance | Order]) -> ColumnElement[bool]:
    source = literal(f"{kind}:", String) + col(model.public_id)
    same = col(EpcisEvent.cooperative_id) == col(model.cooperative_id)
    return ~exists().where(same, col(EpcisEvent.source) == source)


def _lots(session: Session) -> Iterator[Told]:
    untold = _untold("lot", LotRow)
    rows = session.exec(select(LotRow).where(untold).order_by(col(LotRow.id)).limit(AT_ONCE)).all()
    for row in rows:
        event = _made_of_others(session, row) or _harvested(session, row)
        yield Told(row.cooperative_id, f"lot:{row.public_id}", _marked(event, [row]))


def _harvested(session: Session, row: LotRow) -> BaseEvent:
    """At the moment it was written down, or on the morning of its day if that is another."""
    at = row.created_at.astimezone(TIME_ZONE)
    if at.date() != row.harvested_on:
        at = days.start_of(row.harvested_on)
    return farm.harvested(at, _place(session, row), _lot(row, row.quantity_g), row.code)


def _made_of_others(session: Session, row: LotRow) -> BaseEvent | None:
    parts = session.exec(
        select(LotRow, LotMove)
        .join(LotMove, col(LotMove.lot_id) == col(LotRow.id))
        .where(LotMove.into_id == row.id)
        .order_by(col(LotMove.id))
    ).all()
    if not parts:
        return None
    used = [_lot(part, -move.delta_g) for part, move in parts]
    at = row.created_at.astimezone(TIME_ZONE)
    return farm.transformed(at, _place(session, row), used, [_lot(row, row.quantity_g)])


def _issuances(session: Session) -> Iterator[Told]:
    untold = _untold("stamps", Issuance)
    rows = session.exec(
        select(Issuance, LotRow)
        .join(LotRow, col(LotRow.id) == col(Issuance.lot_id))
        .where(untold)
        .order_by(col(Issuance.id))
        .limit(AT_ONCE)
    ).all()
    for row, lot in rows:
        at = row.issued_at.astimezone(TIME_ZONE)
        event = farm.stamped(at, _lot(lot), cast("int", row.id), row.quantity)
        yield Told(row.cooperative_id, f"stamps:{row.public_id}", _marked(event, [lot]))


def _shipments(session: Session) -> Iterator[Told]:
    untold = _untold("order", Order)
    rows = session.exec(
        select(Order, OrderEvent.at)
        .join(OrderEvent, col(OrderEvent.order_id) == col(Order.id))
        .where(OrderEvent.what == Fulfilment.SHIPPED.value, untold)
        .order_by(col(OrderEvent.id))
        .limit(AT_ONCE)
    ).all()
    for order, at in rows:
        event = _shipped(session, order, at.astimezone(TIME_ZONE))
        yield Told(order.cooperative_id, f"order:{order.public_id}", event)


def _shipped(session: Session, order: Order, at: datetime) -> BaseEvent:
    """Under a number of its own: that of the order opens the buyer's page."""
    lines = session.exec(
        select(OrderLine, LotRow)
        .join(LotRow, col(LotRow.id) == col(OrderLine.lot_id))
        .where(OrderLine.order_id == order.id)
        .order_by(col(OrderLine.position))
    ).all()
    lots = [lot for _line, lot in lines]
    sent = [_lot(lot, line.mass_g * line.quantity) for line, lot in lines]
    seller = f"{NAMESPACE}party:{session.get_one(Cooperative, order.cooperative_id).public_id}"
    transfer = Transfer(seller, BUYER, f"{NAMESPACE}order:{new_public_id()}")
    return _marked(farm.shipped(at, _place(session, lots[0]), sent, transfer), lots)


def _recalls(session: Session) -> Iterator[Told]:
    untold = _untold("recall", LotRow)
    rows = session.exec(
        select(LotRow)
        .where(col(LotRow.recalled_at).is_not(None), untold)
        .order_by(col(LotRow.id))
        .limit(AT_ONCE)
    ).all()
    for row in rows:
        at = cast("datetime", row.recalled_at).astimezone(TIME_ZONE)
        event = farm.recalled(at, [_lot(row)])
        yield Told(row.cooperative_id, f"recall:{row.public_id}", _marked(event, [row]))


def _lot(row: LotRow, grams: int | None = None) -> Lot:
    return Lot.of(row.gtin, row.code, None if grams is None else grams / _GRAMS)


def _marked(event: BaseEvent, lots: Sequence[LotRow]) -> BaseEvent:
    return farm.simulated(event) if any(lot.simulated for lot in lots) else event


def _place(session: Session, row: LotRow) -> str:
    return f"{NAMESPACE}zone:{session.get_one(Zone, row.zone_id).public_id}"
