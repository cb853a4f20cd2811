"""Turns stored rows into payloads: live lists per kind, or one squeezed chunk."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from edge.drain import Parcel
from edge.history import StoredRow
from wire import backfill, codec
from wire.backfill import Form
from wire.messages import Event, Sample
from wire.topics import Up

Payload = tuple[Up, bytes]


def payloads(
    parcel: Parcel, rows: list[StoredRow], form: Form = backfill.OLDEST
) -> Iterator[Payload]:
    """What to publish for the sound rows of a parcel; a chunk of them in a form of `up/h`."""
    if parcel.is_chunk:
        yield from _chunks(rows, form)
        return
    for kind, topic in (("sample", Up.LIVE), ("event", Up.EVENT)):
        bodies = [row.payload for row in rows if row.kind == kind]
        if bodies:
            yield from _lists(topic, bodies)


def _lists(topic: Up, bodies: list[bytes]) -> Iterator[Payload]:
    """Lists that fit into one payload each."""
    size, batch = 0, list[bytes]()
    for body in bodies:
        if batch and size + len(body) + len(batch) + 2 > codec.MAX_PAYLOAD:
            yield topic, _joined(batch)
            size, batch = 0, []
        batch.append(body)
        size += len(body)
    yield topic, _joined(batch)


def _joined(bodies: list[bytes]) -> bytes:
    return bodies[0] if len(bodies) == 1 else b"[" + b",".join(bodies) + b"]"


def _chunks(rows: Sequence[StoredRow], form: Form) -> Iterator[Payload]:
    if not rows:
        return
    try:
        yield Up.BACKFILL, codec.encode(backfill.pack([_decoded(row) for row in rows], form))
    except ValidationError:  # squeezed, it is still larger than a payload may be
        half = len(rows) // 2
        yield from _chunks(rows[:half], form)
        yield from _chunks(rows[half:], form)


def _decoded(row: StoredRow) -> Sample | Event:
    if row.kind == "sample":
        return codec.decode(Sample, row.payload)
    return codec.decode(Event, row.payload)
