"""Taking events, all of a document or none, and handing out what was asked for.

Whoever writes events of a cooperative at once waits for one another: so their numbers grow in the
order in which they can be seen, and a reader who goes on from a number misses none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, tuple_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud import bulk
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.epcis import facts, query
from cloud.epcis.errors import EventsRefused, NoSuchEvent, TooManyEvents, TooMuchFound
from cloud.epcis.facts import Facts
from cloud.epcis.models import EpcisCapture, EpcisEvent, EpcisThing, Part
from cloud.epcis.query import CaptureQuery, EventQuery, Place
from cloud.errors import NotFound
from cloud.principal import Principal
from cloud.scope import find
from traceability.epcis.document import Document, EpcisDocument, read
from traceability.epcis.events import BaseEvent
from traceability.errors import EpcisError

MOST_EVENTS: Final = 1_000
"""Of one document: half a second of one core, during which others of the cooperative wait."""
MOST_THINGS: Final = 20_000
"""That the events of one document may name."""

RARE: Final = 10_000
"""Events naming a thing that can be looked up and sorted in 50 ms. Where more do, the next page of
them is near in any order."""

_EVENTS: Final = "$.epcisBody.eventList"
_FOUND: Final = "$.epcisBody.queryResults.resultsBody.eventList"
_STORED: Final = tuple(
    field.name for field in fields(Facts) if field.name not in {"path", "things"}
)
_NI: Final = "ni:///sha-256;"
_VERSION: Final = "?ver=CBV2.0"


@dataclass(frozen=True)
class Page:
    """Events in the order asked for, and behind what the next page begins."""

    events: Sequence[EpcisEvent]
    onward: Place | None


@dataclass(frozen=True)
class JobPage:
    """Capture jobs, the newest first."""

    jobs: Sequence[EpcisCapture]
    onward: Place | None


def capture(session: Session, principal: Principal, octets: bytes, now: datetime) -> EpcisCapture:
    """Take a document whole; what is known already is not taken twice.

    Raises:
        EventsRefused: something in it is wrong, and nothing of it was taken.
        TooManyEvents: it has more than MOST_EVENTS.
    """
    try:
        found = _read(octets)
        fresh = put(session, principal.cooperative_id, found, now)
    except EpcisError as error:
        raise EventsRefused(error) from error
    job = EpcisCapture(cooperative_id=principal.cooperative_id, events=fresh, at=now)
    session.add(job)
    session.flush()
    deed = Deed(AuditAction.EVENTS_CAPTURED, f"capture:{job.public_id}", {"events": fresh})
    audit.note(session, principal, deed, now)
    return job


def put(
    session: Session,
    cooperative_id: int,
    given: Sequence[Facts],
    now: datetime,
    sources: Mapping[str, str] | None = None,
) -> int:
    """Store what is not known yet; how many that were.

    Raises:
        EpcisError: a name is taken by another event.
    """
    owner = select(Cooperative.id).where(Cooperative.id == cooperative_id)
    session.exec(owner.with_for_update()).one()
    known = _known(session, cooperative_id, given)
    fresh: list[Facts] = []
    for one in given:
        name = (one.event_id, one.declared)
        if name not in known:
            fresh.append(one)
        if known.setdefault(name, one.hash) != one.hash:
            raise EpcisError(f"{one.path}.eventID", "is the name of another event")
    _write(session, cooperative_id, fresh, now, sources or {})
    return len(fresh)


def search(session: Session, principal: Principal, asked: EventQuery) -> Page:
    """One page of what was asked for.

    Raises:
        QueryRefused: a time, a page or a list of alternatives that is none.
        TooMuchFound: more than the asker wants in all.
    """
    named = _naming(principal, asked)
    wanted = _wanted(principal, asked, named)
    if asked.most is not None:
        beyond = select(func.count()).select_from(wanted.limit(asked.most + 1).subquery())
        if session.exec(beyond).one() > asked.most:
            raise TooMuchFound(asked.most)
    place = query.place_of(asked.page, 3 if asked.by_time else 2)
    told = place[-1] if place else 0
    size = min(asked.size, asked.first - told) if asked.first else asked.size
    if size <= 0:
        return Page((), None)
    columns = _columns(asked, rare=any(_is_rare(session, one) for one in named))
    if place is not None:
        wanted = wanted.where(_behind(asked, place, columns))
    order = [one.desc() if asked.newest_first else one.asc() for one in columns]
    rows = session.exec(wanted.order_by(*order).limit(size + 1)).all()
    shown, more = rows[:size], len(rows) > size
    told += len(shown)
    if not more or (asked.first is not None and told >= asked.first):
        return Page(shown, None)
    last = shown[-1]
    number = cast("int", last.id)
    onward = (last.event_ms, number, told) if asked.by_time else (number, told)
    return Page(shown, onward)


def get(session: Session, principal: Principal, name: str) -> EpcisEvent:
    """An event by its own ID or its hash; one that was declared wrong says so.

    Raises:
        NoSuchEvent: the caller's cooperative has none.
    """
    full = name + _VERSION if name.startswith(_NI) and "?" not in name else name
    own = select(EpcisEvent).where(EpcisEvent.cooperative_id == principal.cooperative_id)
    newest = (col(EpcisEvent.declared).desc(), col(EpcisEvent.id))
    for named in (EpcisEvent.event_id == full, EpcisEvent.hash == full):
        row = session.exec(own.where(named).order_by(*newest)).first()
        if row is not None:
            return row
    raise NoSuchEvent


def job(session: Session, principal: Principal, public_id: str) -> EpcisCapture:
    """A capture job by its ID.

    Raises:
        NoSuchEvent: the caller's cooperative has none.
    """
    try:
        return find(session, EpcisCapture, public_id, principal)
    except NotFound:
        raise NoSuchEvent from None


def jobs(session: Session, principal: Principal, asked: CaptureQuery) -> JobPage:
    wanted = select(EpcisCapture).where(EpcisCapture.cooperative_id == principal.cooperative_id)
    place = query.place_of(asked.page, 1)
    if place is not None:
        wanted = wanted.where(col(EpcisCapture.id) < place[0])
    newest = wanted.order_by(col(EpcisCapture.id).desc())
    rows = session.exec(newest.limit(asked.size + 1)).all()
    shown = rows[: asked.size]
    more = len(rows) > asked.size
    return JobPage(shown, (cast("int", shown[-1].id),) if more else None)


def _read(octets: bytes) -> list[Facts]:
    document = read(octets)
    if isinstance(document, BaseEvent):
        raise EpcisError("$.type", "a capture takes an EPCISDocument; put the event into one")
    if len(document.events) > MOST_EVENTS:
        raise TooManyEvents(MOST_EVENTS)
    found = facts.of_document(document, _path(document))
    if sum(len(one.things) for one in found) > MOST_THINGS:
        raise EpcisError(_path(document), f"the events name more than {MOST_THINGS} things")
    return found


def _path(document: Document) -> str:
    return _EVENTS if isinstance(document, EpcisDocument) else _FOUND


Name = tuple[str, bool]


def _known(session: Session, owner: int, given: Sequence[Facts]) -> dict[Name, str]:
    """The hashes of events that are stored under one of these names."""
    wanted = sa.select(bulk.texts_in("names"))
    named = select(EpcisEvent.event_id, EpcisEvent.declared, EpcisEvent.hash).where(
        EpcisEvent.cooperative_id == owner, col(EpcisEvent.event_id).in_(wanted)
    )
    names = bulk.listed({one.event_id for one in given})
    found = session.exec(named, params={"names": names})
    return {(name, declared): hashed for name, declared, hashed in found}


def _write(
    session: Session,
    owner: int,
    fresh: Sequence[Facts],
    now: datetime,
    sources: Mapping[str, str],
) -> None:
    """In their order, and then under their numbers what they name."""
    shared: dict[str, object] = {"cooperative_id": owner, "recorded_at": now}
    rows = [
        {name: getattr(one, name) for name in _STORED}
        | shared
        | {"source": sources.get(one.event_id)}
        for one in fresh
    ]
    bulk.insert_new(session, EpcisEvent, rows)
    numbers = _numbers(session, owner, fresh)
    found = [
        {
            "cooperative_id": owner,
            "thing": name,
            "part": part.value,
            "event_id": numbers[one.event_id, one.declared],
        }
        for one in fresh
        for part, name in one.things
    ]
    bulk.insert_new(session, EpcisThing, found)


def _numbers(session: Session, owner: int, fresh: Sequence[Facts]) -> dict[Name, int | None]:
    named = select(EpcisEvent.event_id, EpcisEvent.declared, EpcisEvent.id).where(
        EpcisEvent.cooperative_id == owner,
        col(EpcisEvent.event_id).in_(sa.select(bulk.texts_in("names"))),
    )
    names = bulk.listed({one.event_id for one in fresh})
    found = session.exec(named, params={"names": names})
    return {(name, declared): number for name, declared, number in found}


def _naming(principal: Principal, asked: EventQuery) -> list[SelectOfScalar[int]]:
    """For each thing that has to be named, the numbers of the events that name it."""
    return [
        select(EpcisThing.event_id).where(
            EpcisThing.cooperative_id == principal.cooperative_id,
            col(EpcisThing.thing).in_(query.things(text)),
            col(EpcisThing.part).in_([part.value for part in parts]),
        )
        for parts, text in _named(asked)
    ]


def _is_rare(session: Session, naming: SelectOfScalar[int]) -> bool:
    """Whether so few events name it that all of them are looked up and put into order."""
    some = naming.limit(RARE + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one() <= RARE


def _wanted(
    principal: Principal, asked: EventQuery, named: Sequence[SelectOfScalar[int]]
) -> SelectOfScalar[EpcisEvent]:
    return select(EpcisEvent).where(
        EpcisEvent.cooperative_id == principal.cooperative_id,
        *_times(asked),
        *_words(asked),
        *(col(EpcisEvent.id).in_(naming) for naming in named),
    )


def _times(asked: EventQuery) -> list[ColumnElement[bool]]:
    found = []
    if asked.since:
        begin = facts.milliseconds(query.moment("GE_eventTime", asked.since))
        found.append(col(EpcisEvent.event_ms) >= begin)
    if asked.before:
        end = facts.milliseconds(query.moment("LT_eventTime", asked.before))
        found.append(col(EpcisEvent.event_ms) < end)
    if asked.recorded_since:
        begin_at = query.moment("GE_recordTime", asked.recorded_since)
        found.append(col(EpcisEvent.recorded_at) >= begin_at)
    if asked.recorded_before:
        end_at = query.moment("LT_recordTime", asked.recorded_before)
        found.append(col(EpcisEvent.recorded_at) < end_at)
    return found


def _words(asked: EventQuery) -> list[ColumnElement[bool]]:
    """Columns that have to hold one of some alternatives."""
    plain = {
        "event_type": asked.event_type,
        "action": asked.action,
        "transformation_id": asked.transformation,
        "event_id": asked.event_id,
    }
    held = {name: query.alternatives(text) for name, text in plain.items() if text}
    for name, text, stem in (
        ("biz_step", asked.biz_step, facts.BIZ_STEP),
        ("disposition", asked.disposition, facts.DISPOSITION),
    ):
        if text:
            held[name] = [facts.word(one, stem) for one in query.alternatives(text)]
    places = {"read_point": asked.read_point, "biz_location": asked.biz_location}
    held |= {name: query.things(text) for name, text in places.items() if text}
    found: list[ColumnElement[bool]] = [
        bulk.table_of(EpcisEvent).c[name].in_(values) for name, values in held.items()
    ]
    if asked.declared:
        found.append(col(EpcisEvent.declared).is_(other=True))
    return found


def _named(asked: EventQuery) -> list[tuple[Sequence[Part], str]]:
    """The things that have to be named, each by what it has to be to the event."""
    every = (Part.THING, Part.PARENT, Part.INPUT, Part.OUTPUT)
    of_classes = (Part.CLASS, Part.INPUT_CLASS, Part.OUTPUT_CLASS)
    all_of: list[tuple[Sequence[Part], str | None]] = [
        ((Part.THING,), asked.epc),
        ((Part.PARENT,), asked.parent),
        ((Part.INPUT,), asked.input_epc),
        ((Part.OUTPUT,), asked.output_epc),
        (every, asked.any_epc),
        ((Part.CLASS,), asked.epc_class),
        ((Part.INPUT_CLASS,), asked.input_class),
        ((Part.OUTPUT_CLASS,), asked.output_class),
        (of_classes, asked.any_class),
    ]
    return [(parts, text) for parts, text in all_of if text]


def _behind(
    asked: EventQuery, place: Place, columns: Sequence[ColumnElement[int]]
) -> ColumnElement[bool]:
    *behind, _told = place
    here, there = tuple_(*columns), tuple_(*behind)
    return here < there if asked.newest_first else here > there


def _columns(asked: EventQuery, *, rare: bool) -> list[ColumnElement[int]]:
    """What the list is in the order of; a number tells apart what else is the same.

    For what is rare they are sums, which no index is in the order of: a database that wants to
    save itself the sorting would go through the whole history to find three events.
    """
    table = bulk.table_of(EpcisEvent)
    columns: list[ColumnElement[int]] = [table.c.id]
    if asked.by_time:
        columns = [table.c.event_ms, *columns]
    return [column + 0 for column in columns] if rare else columns
