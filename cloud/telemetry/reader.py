"""From MQTT messages to checked rows: what cannot be understood is set aside, its neighbours stay.

Pure: no session, no clock, no broker.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from cloud.telemetry import signature
from wire import backfill, codec, rows, topics
from wire.backfill import Backfill
from wire.codes import EventKind
from wire.errors import DecodeError, TopicError
from wire.messages import MAX_SEQ, Ask, Birth, Event, Sample, Will
from wire.topics import Up


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as the broker delivered it; `ticket` is what its acknowledgement needs."""

    topic: str
    payload: bytes
    ticket: "Ticket"
    received: float = 0.0
    """Monotonic seconds."""
    is_excess: bool = False
    """More than its device may say: counted, not read."""


class Ticket(NamedTuple):
    """A message identifier counts only on the connection that brought it."""

    mid: int
    qos: int
    generation: int


@dataclass(frozen=True)
class Rejected:
    """A payload, or one row of it, that goes to quarantine; `device` is empty if none is known."""

    device: str
    topic: str
    reason: str
    detail: str
    payload: bytes


class Signer(Protocol):
    """What a device is known by."""

    @property
    def public_key(self) -> str: ...


@dataclass
class Sorted:
    """The content of a batch by kind, each item with its device, in order of arrival."""

    samples: list[tuple[str, Sample]] = field(default_factory=list)
    events: list[tuple[str, Event]] = field(default_factory=list)
    births: list[tuple[str, Birth]] = field(default_factory=list)
    wills: list[tuple[str, Will]] = field(default_factory=list)
    asks: list[tuple[str, Ask]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    heard: set[str] = field(default_factory=set)


def sender(message: Incoming) -> str:
    """The device whose topic it came on; empty where it is no device's."""
    try:
        return topics.parse(message.topic).device
    except TopicError:
        return ""


def sort(
    messages: Iterable[Incoming], known: Mapping[str, Signer], gone: Collection[str] = ()
) -> Sorted:
    """Read all messages of devices that are known; everything else is rejected with a reason.

    `gone` are the known ones that were struck off: whoever has the box now, it is no witness.
    """
    found = Sorted()
    for message in messages:
        try:
            address = topics.parse(message.topic)
        except TopicError as error:
            found.rejected.append(_rejected("", message.topic, error, message.payload))
            continue
        if address.device in topics.NOBODYS:
            continue
        if address.device not in known:
            stranger = DecodeError("unknown_device", "no device of this id is registered")
            found.rejected.append(_rejected("", message.topic, stranger, message.payload))
            continue
        if address.device in gone:
            late = DecodeError("struck_off", "said by a device that was struck off")
            found.rejected.append(_rejected(address.device, message.topic, late, message.payload))
            continue
        if message.is_excess:
            excess = DecodeError("too_many", "more than one device may say; it will say it again")
            found.rejected.append(
                _rejected(address.device, message.topic, excess, message.payload)
            )
            continue
        if address.kind is not Up.WILL:
            found.heard.add(address.device)
        key = known[address.device].public_key
        _read(found, _Source(address.device, key, message.topic, message.payload), address.kind)
    return found


class _Source(NamedTuple):
    device: str
    public_key: str
    topic: str
    payload: bytes


def _read(found: Sorted, source: _Source, kind: Up | topics.Down) -> None:
    try:
        if kind is Up.LIVE:
            _live(found, source, Sample)
        elif kind is Up.EVENT:
            _live(found, source, Event)
        elif kind is Up.BACKFILL:
            for octets in backfill.unpack(codec.decode(Backfill, source.payload)):
                _row(found, source, octets, _model_of(octets), rows.bears_out(octets))
        else:
            _single(found, source, kind)
    except DecodeError as error:
        found.rejected.append(_rejected(source.device, source.topic, error, source.payload))


def _single(found: Sorted, source: _Source, kind: Up | topics.Down) -> None:
    device = source.device
    if kind is Up.BIRTH:
        found.births.append((device, codec.decode(Birth, source.payload)))
    elif kind is Up.WILL:
        found.wills.append((device, codec.decode(Will, source.payload)))
    elif kind is Up.ASK:
        found.asks.append((device, codec.decode(Ask, source.payload)))
    else:
        raise DecodeError("direction", "a device does not speak on a downward topic")


def _live(found: Sorted, source: _Source, model: type[Sample | Event]) -> None:
    """Rows that bear themselves out are taken as they came; all others are written anew first."""
    sealed = rows.sealed(source.payload)
    for octets in sealed or rows.split(source.payload):
        _row(found, source, octets, model, bool(sealed) or rows.bears_out(octets))


def _row(
    found: Sorted,
    source: _Source,
    octets: bytes,
    model: type[Sample | Event],
    is_sealed: bool,  # noqa: FBT001 (told by position for each of many rows)
) -> None:
    try:
        row = codec.decode(model, octets)
        if not is_sealed:
            rows.check(row)
        _refuse_huge(row)
        if isinstance(row, Sample):
            found.samples.append((source.device, row))
            return
        if row.k is EventKind.DAY_SUMMARY:
            signature.check(row, source.public_key)
        found.events.append((source.device, row))
    except DecodeError as error:
        found.rejected.append(_rejected(source.device, source.topic, error, octets))


def _model_of(octets: bytes) -> type[Sample | Event]:
    return Event if _EVENT_MARK in octets else Sample


_EVENT_MARK: Final = b'"k":'  # only an event has this key; a value cannot hold a bare quote


def _refuse_huge(row: Sample | Event) -> None:
    """A database holds 64 bits; the wire's pattern for uptime has no upper end."""
    if row.u > MAX_SEQ:
        raise DecodeError("invalid", "u: more milliseconds than there will ever be")


def _rejected(
    device: str, topic: str, error: DecodeError | TopicError, payload: bytes
) -> Rejected:
    return Rejected(device, topic, error.code, str(error), payload)
