"""Writing a batch's rows: each once, whatever the broker or the device repeats."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Text, bindparam, cast, exists, func, tuple_
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from cloud import bulk
from cloud.clock import unix_ms
from cloud.db import UtcDateTime
from cloud.telemetry.days import day_of
from cloud.telemetry.models import EpochState, Event, Quarantine, Sample
from cloud.telemetry.reader import Rejected
from cloud.telemetry.rules import Range, Received, ranges_of
from wire import messages
from wire.codes import EventKind, Metric

MAX_KEPT: Final = 4_096
"""Octets of a rejected payload kept to look at."""
_MAX_TOPIC: Final = 200
_DEVICE_CHARS: Final = 16
_KEY: Final = (col(EpochState.device_id), col(EpochState.epoch))
_WANTED: Final = bulk.texts_in("epochs")
_NAMED: Final = (
    func.substr(_WANTED, 1, _DEVICE_CHARS),
    func.substr(_WANTED, _DEVICE_CHARS + 1),
)
_LOCKED: Final = (
    select_columns(
        *_KEY, col(EpochState.upto), cast(col(EpochState.have), Text), col(EpochState.told)
    )
    .where(tuple_(*_KEY).in_(select_columns(*_NAMED)))
    .order_by(*_KEY)
    .with_for_update()
)
"""Composed once: every batch asks it, and composing costs more than asking."""

_UNKNOWN: Final = select_columns(*_NAMED).where(
    ~exists().where(_KEY[0] == _NAMED[0], _KEY[1] == _NAMED[1])
)
_ALIVE: Final = (
    select_columns(_KEY[0], func.count())
    .where(
        _KEY[0].in_(select_columns(bulk.texts_in("devices"))),
        col(EpochState.changed_at) > bindparam("since", type_=UtcDateTime),
    )
    .group_by(_KEY[0])
)
_NO_RANGES: Final = "[]"
_NAMES: Final = {metric: metric.value for metric in Metric}
"""Bare texts: an encoder asks each member of an enumeration anew what it is."""

Epoch = tuple[str, str]
"""A device and one epoch of its numbers."""


@dataclass(frozen=True)
class Standing:
    """What is received of an epoch, and the number of the ack that may say so."""

    received: Received
    number: int


def insert_samples(session: Session, rows: Sequence[tuple[str, messages.Sample]]) -> None:
    bodies = []
    for device, row in rows:
        body = _common(device, row)
        body["day"] = day_of(row.t)
        body["metrics"] = {_NAMES[metric]: value for metric, value in row.m.items()}
        bodies.append(body)
    bulk.insert_new(session, Sample, bodies)


def insert_events(session: Session, rows: Sequence[tuple[str, messages.Event]]) -> None:
    bodies = [
        _common(device, row) | {"kind": row.k.value, "data": row.d, "chain": row.h}
        for device, row in rows
    ]
    bulk.insert_new(session, Event, bodies)


def closed_ranges(
    samples: Iterable[tuple[str, messages.Sample]],
    events: Iterable[tuple[str, messages.Event]],
    births: Iterable[tuple[str, messages.Birth]],
) -> dict[Epoch, list[Range]]:
    """The numbers of each epoch that need not be sent again: stored here, or gone for good."""
    seqs: defaultdict[Epoch, list[int]] = defaultdict(list)
    gone: defaultdict[Epoch, list[Range]] = defaultdict(list)
    for device, sample in samples:
        seqs[device, sample.e].append(sample.s)
    for device, event in events:
        seqs[device, event.e].append(event.s)
        if event.k is EventKind.ROWS_DROPPED:
            gone[device, event.e] += _dropped(event)
    for device, birth in births:
        # What lies below the oldest row on the card can come from nowhere any more.
        gone[device, birth.epoch] += [(1, birth.oldest - 1)] if birth.oldest > 1 else []
    return {epoch: ranges_of(seqs[epoch]) + gone[epoch] for epoch in dict.fromkeys((*seqs, *gone))}


def close_ranges(
    session: Session, closed: Mapping[Epoch, Sequence[Range]], now: datetime
) -> dict[Epoch, Standing]:
    """Remember what arrived, under a lock on the epochs' rows, and return what is there now.

    Numbers of acks grow with each commit to an epoch, whichever worker makes it. They begin at
    the time, so that a database restored from a backup goes on above what it said before.
    """
    before = _locked(session, closed, now)
    after = {
        epoch: Standing(
            before[epoch].received.with_ranges(ranges),
            max(before[epoch].number + 1, unix_ms(now)),
        )
        for epoch, ranges in closed.items()
    }
    bulk.put(session, EpochState, [_state(epoch, after[epoch], now) for epoch in after])
    return after


def unknown(session: Session, epochs: Collection[Epoch]) -> list[Epoch]:
    """Those of which nothing was ever stored, in the order in which they are given."""
    found = session.connection().execute(_UNKNOWN, _wanted(epochs))
    names = {(device, epoch) for device, epoch in found}
    return [epoch for epoch in epochs if epoch in names]


def alive(session: Session, devices: Collection[str], since: datetime) -> Counter[str]:
    """How many epochs of each of these devices were told of anything since then."""
    wanted = {"devices": bulk.listed(devices), "since": since}
    counts: Counter[str] = Counter()
    for device, count in session.connection().execute(_ALIVE, wanted):
        counts[device] = count
    return counts


def quarantine(session: Session, rejected: Iterable[Rejected], now: datetime) -> None:
    """Count what was rejected; one row for each sender and reason, so that a flood stays small."""
    counts: Counter[tuple[str, str]] = Counter()
    newest: dict[tuple[str, str], Rejected] = {}
    for item in rejected:
        counts[item.device, item.reason] += 1
        newest[item.device, item.reason] = item
    for key in sorted(newest):  # always in the same order, as all that two workers both write
        _set_aside(session, newest[key], counts[key], now)


def _set_aside(session: Session, item: Rejected, count: int, now: datetime) -> None:
    table = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {
        "device_id": item.device,
        "reason": item.reason,
        "count": count,
        "topic": _printable(item.topic)[:_MAX_TOPIC],
        "detail": _printable(item.detail),
        "payload": item.payload[:MAX_KEPT],
        "size": len(item.payload),
        "last_at": now,
    }
    fresh = table.insert(Quarantine).values(**row, first_at=now)
    again = {**row, "count": Quarantine.count + fresh.excluded.count}
    session.connection().execute(
        fresh.on_conflict_do_update(index_elements=["device_id", "reason"], set_=again)
    )


def _common(device: str, row: messages.Row) -> dict[str, object]:
    return {
        "device_id": device,
        "epoch": row.e,
        "seq": row.s,
        "boot": row.b,
        "uptime_ms": row.u,
        "wall_ms": row.t,
        "quality": row.q.value,
        "zone_key": row.z,
    }


def _locked(session: Session, epochs: Collection[Epoch], now: datetime) -> dict[Epoch, Standing]:
    """Always in the same order, so that no two workers wait for each other."""
    found = _lock(session, epochs)
    missing = [epoch for epoch in epochs if epoch not in found]
    if not missing:
        return found
    fresh = [_state(epoch, Standing(Received(), 0), now) for epoch in missing]
    bulk.insert_new(session, EpochState, fresh)
    return found | _lock(session, missing)


def _lock(session: Session, epochs: Collection[Epoch]) -> dict[Epoch, Standing]:
    found = session.connection().execute(_LOCKED, _wanted(epochs))
    return {
        (device, epoch): Standing(Received(upto, _ranges(have)), told)
        for device, epoch, upto, have, told in found
    }


def _wanted(epochs: Iterable[Epoch]) -> dict[str, str]:
    return {"epochs": bulk.listed(device + epoch for device, epoch in epochs)}


def _ranges(have: str) -> tuple[Range, ...]:
    """Nearly always none: so it is read as text."""
    return () if have == _NO_RANGES else tuple((low, high) for low, high in json.loads(have))


def _state(epoch: Epoch, standing: Standing, now: datetime) -> dict[str, object]:
    device_id, name = epoch
    return {
        "device_id": device_id,
        "epoch": name,
        "upto": standing.received.upto,
        "have": standing.received.have,
        "told": standing.number,
        "changed_at": now,
    }


def _dropped(event: messages.Event) -> list[Range]:
    low, high = event.d.get("from"), event.d.get("to")
    if isinstance(low, int) and isinstance(high, int) and 1 <= low <= high <= event.s:
        return [(low, high)]
    return []


def _printable(text: str) -> str:
    """PostgreSQL's text has no place for a zero octet, nor UTF-8 for half a character."""
    return text.replace("\0", "?").encode(errors="replace").decode()
