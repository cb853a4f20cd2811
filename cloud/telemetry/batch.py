"""One batch of messages in one transaction: what is stored, and what is to be said afterwards.

Takes an open session and never commits; nothing here may be published before the commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import Session

from cloud.clock import unix_ms
from cloud.devices import link
from cloud.devices.link import KnownDevice
from cloud.growing import link as growing
from cloud.telemetry import epochs, reader, rollups, store, zone_keys
from cloud.telemetry.reader import Incoming, Rejected, Sorted
from cloud.telemetry.store import Epoch, Standing
from wire.messages import Ack, Go

MAX_HAVE: Final = 256
"""Islands in one acknowledgement, the lowest first; the device sends the rest once more."""


@dataclass
class Outcome:
    """What a committed batch means for those outside."""

    acks: dict[Epoch, Ack] = field(default_factory=dict)
    births: list[tuple[str, Ack]] = field(default_factory=list)
    goes: list[tuple[str, Go]] = field(default_factory=list)
    greenhouses: set[int] = field(default_factory=set)
    rows: int = 0
    rejected: int = 0


def process(
    session: Session,
    messages: Sequence[Incoming],
    known: Mapping[str, KnownDevice],
    now: datetime,
) -> Outcome:
    """Store everything a batch holds."""
    stands = link.standing(session, {reader.sender(message) for message in messages})
    gone = {device for device, one in stands.items() if one.struck_off}
    found = reader.sort(messages, known, gone)
    _refuse_invented(session, found, stands, now)
    store.insert_samples(session, found.samples)
    rollups.mark(session, found.samples)
    store.insert_events(session, found.events)
    _connections(session, found, now)
    for device, event in found.events:
        link.record_told(session, device, event.k, event.d, now)
        growing.record_told(session, device, event)
    closed = store.closed_ranges(found.samples, found.events, found.births)
    received = store.close_ranges(session, closed, now)
    store.quarantine(session, found.rejected, now)
    return Outcome(
        acks={epoch: _ack(epoch, standing, now) for epoch, standing in received.items()},
        births=_birth_answers(session, found, received, now),
        goes=_goes(session, found, now),
        greenhouses={stands[device].greenhouse_id for device in found.heard | _lost(found)},
        rows=len(found.samples) + len(found.events),
        rejected=len(found.rejected),
    )


def set_aside(session: Session, message: Incoming, problem: str, now: datetime) -> Outcome:
    """Quarantine a message that the database itself refuses, so that it blocks no other."""
    poison = Rejected(reader.sender(message), message.topic, "database", problem, message.payload)
    store.quarantine(session, [poison], now)
    return Outcome(rejected=1)


def _refuse_invented(
    session: Session, found: Sorted, stands: Mapping[str, link.Standing], now: datetime
) -> None:
    """Devices that bring something new are held from here on, all at once and in one order."""
    fresh = epochs.unheard(session, found)
    news = {device for device, _said in (*fresh, *found.births)}
    news |= zone_keys.unheard(found, stands).keys()
    if news:
        link.hold(session, news)
    epochs.set_invented_aside(session, found, fresh, now)
    zone_keys.set_invented_aside(session, found, stands)


def _connections(session: Session, found: Sorted, now: datetime) -> None:
    for device, birth in found.births:
        if link.record_birth(session, device, birth, now):
            growing.record_birth(session, device, birth, now)
    for device, will in found.wills:
        link.record_will(session, device, will, now)
    link.record_heard(session, found.heard, now)


def _birth_answers(
    session: Session, found: Sorted, received: Mapping[Epoch, Standing], now: datetime
) -> list[tuple[str, Ack]]:
    """Each birth hears at once where its epoch stands, with its nonce for the device's clock."""
    answers = []
    for device, birth in found.births:
        epoch = (device, birth.epoch)
        standing = received.get(epoch) or store.close_ranges(session, {epoch: []}, now)[epoch]
        ack = _ack(epoch, standing, now).model_copy(update={"nonce": birth.nonce})
        answers.append((device, ack))
    return answers


def _goes(session: Session, found: Sorted, now: datetime) -> list[tuple[str, Go]]:
    return [
        (device, Go(id=ask.id, nonce=ask.nonce))
        for device, ask in found.asks
        if link.still_wanted(session, device, ask.id, now)
    ]


def _ack(epoch: Epoch, standing: Standing, now: datetime) -> Ack:
    received, have = standing.received, standing.received.have[:MAX_HAVE]
    return Ack(e=epoch[1], n=standing.number, upto=received.upto, have=have, now=unix_ms(now))


def _lost(found: Sorted) -> set[str]:
    return {device for device, _will in found.wills}
