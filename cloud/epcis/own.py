"""What happened to one's own lots, told as events: harvest, mixing, stamps, sale, recall.

A round of every half minute tells what no event tells yet, from the mark up to which all is told.
So no harvest waits for it, a round costs the same however long the history is, and what failed is
told by the next round. A night's round looks behind the marks too, and tries again what was set
aside: one broken row keeps nothing else from being told.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select, update

from cloud import bulk
from cloud.db import writing
from cloud.epcis import facts, service
from cloud.epcis.facts import Facts
from cloud.epcis.models import EpcisAside, EpcisEvent, EpcisMark
from cloud.epcis.own_facts import KINDS, Batch, Happened, Place
from traceability.epcis.event_hash import prefixes
from traceability.errors import TraceabilityError

EVERY_S: Final = 30
AT_ONCE: Final = 500
"""Events of one kind in one transaction; whoever has more is told in turns."""
SETTLED: Final = timedelta(hours=1)
"""How long a row may be on its way: dated when its request began, seen when that ended."""
STEP: Final = timedelta(minutes=10)
"""A mark moves no more often: each step is a write, and looking at an hour twice costs nothing."""
BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST: Final = 300
"""Characters of the reason for which something was set aside."""

_log = logging.getLogger(__name__)

Ready = tuple[Happened, Facts]


def tell(engine: Engine, now: datetime) -> None:
    """A round: whatever happened and is not told yet."""
    for kind in KINDS:
        _tell_kind(engine, kind, now, again=False)


def tell_again(engine: Engine, now: datetime) -> None:
    """A chore of each night: the whole history, with what was set aside."""
    for kind in KINDS:
        _tell_kind(engine, kind, now, again=True)


def aside(session: Session) -> int:
    """How many things cannot be told."""
    return session.exec(select(func.count()).select_from(EpcisAside)).one()


def _tell_kind(engine: Engine, kind: str, now: datetime, *, again: bool) -> None:
    behind = Place(BEGINNING, 0) if again else None
    while True:
        with Session(writing(engine)) as session, session.begin():
            mark = _mark(session, kind)
            batch = Batch(behind or Place(mark.upto, 0), AT_ONCE, again)
            found = KINDS[kind](session, batch)
            _put(session, found, now)
            full = len(found) == AT_ONCE
            _move(mark, min(now - SETTLED, found[-1].place.moment) if full else now - SETTLED)
        if not full:
            return
        behind = found[-1].place


def _mark(session: Session, kind: str) -> EpcisMark:
    """Up to where all of a kind is told or set aside; two who tell wait for one another here."""
    wanted = select(EpcisMark).where(EpcisMark.kind == kind).with_for_update()
    mark = session.exec(wanted).one_or_none()
    if mark is None:
        bulk.insert_new(session, EpcisMark, [{"kind": kind, "upto": BEGINNING}])
        mark = session.exec(wanted).one()
    return mark


def _move(mark: EpcisMark, upto: datetime) -> None:
    if upto - mark.upto >= STEP:
        mark.upto = upto


def _put(session: Session, found: Sequence[Happened], now: datetime) -> None:
    once = {one.source: one for one in found}
    for owner, group in groupby(
        sorted(once.values(), key=lambda one: (one.cooperative_id, one.place)),
        key=lambda one: one.cooperative_id,
    ):
        ready = [pair for one in group for pair in _ready(session, one, now)]
        if not _stored(session, owner, ready, now):
            for pair in ready:
                _alone(session, pair, now)
        _no_longer_aside(session, owner, ready)


def _ready(session: Session, one: Happened, now: datetime) -> Iterable[Ready]:
    try:
        event = one.event()
        shared = prefixes(event.context)
        yield one, facts.of_event(event, shared, event.context, "$")
    except TraceabilityError as error:
        _set_aside(session, one, str(error), now)


def _stored(session: Session, owner: int, ready: Sequence[Ready], now: datetime) -> bool:
    """Whether all of them are stored now; otherwise none is."""
    if not ready:
        return True
    sources = {told.event_id: one.source for one, told in ready}
    try:
        with session.begin_nested() as attempt:
            fresh = service.put(session, owner, [told for _one, told in ready], now, sources)
            whole = fresh == len(ready)
            if not whole:  # some were captured from elsewhere before they were told
                attempt.rollback()
    except TraceabilityError:
        return False
    return whole


def _alone(session: Session, pair: Ready, now: datetime) -> None:
    one, told = pair
    try:
        with session.begin_nested():
            source = {told.event_id: one.source}
            fresh = service.put(session, one.cooperative_id, [told], now, source)
    except TraceabilityError as error:
        _set_aside(session, one, str(error), now)
        return
    if not fresh and not _adopted(session, one, told):
        _set_aside(session, one, "another fact is told by the same event", now)


def _adopted(session: Session, one: Happened, told: Facts) -> bool:
    """A program sent the very event before we told it: it is ours from now on."""
    known = session.exec(
        update(EpcisEvent)
        .where(
            col(EpcisEvent.cooperative_id) == one.cooperative_id,
            col(EpcisEvent.event_id) == told.event_id,
            col(EpcisEvent.declared).is_(other=False),
            col(EpcisEvent.source).is_(None),
        )
        .values(source=one.source)
    )
    return known.rowcount == 1


def _set_aside(session: Session, one: Happened, reason: str, now: datetime) -> None:
    row = {"cooperative_id": one.cooperative_id, "source": one.source}
    _log.warning("no event tells %s, and the others go on: %s", one.source, reason)
    told = {"reason": reason[:LONGEST], "at": now}
    bulk.put(session, EpcisAside, [{**row, **told}])


def _no_longer_aside(session: Session, owner: int, ready: Sequence[Ready]) -> None:
    if not ready:
        return
    told = sa.exists().where(
        col(EpcisEvent.cooperative_id) == owner,
        col(EpcisEvent.source) == col(EpcisAside.source),
    )
    session.exec(delete(EpcisAside).where(col(EpcisAside.cooperative_id) == owner, told))
