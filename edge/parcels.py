"""Turns stored rows into payloads: live lists per kind, or one squeezed chunk."""

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from edge.drain import Parcel
from edge.history import StoredRow
from wire import backfill, codec
from wire.messages import Event, Sample
from wire.topics import Up

Payload = tuple[Up, bytes]


def payloads(parcel: Parcel, rows: list[StoredRow]) -> Iterator[Payload]:
    """What to publish for the sound rows of a parcel."""
    if parcel.is_chunk:
        yield from _chunks(rows)
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


def _chunks(rows: Sequence[StoredRow]) -> Iterator[Payload]:
    if not rows:
        return
    try:
        yield Up.BACKFILL, codec.encode(backfill.pack([_decoded(row) for row in rows]))
    except ValidationError:  # squeezed, it is still larger than a payload may be
        half = len(rows) // 2
        yield from _chunks(rows[:half])
        yield from _chunks(rows[half:])


def _decoded(row: StoredRow) -> Sample | Event:
    if row.kind == "sample":
        return codec.decode(Sample, row.payload)
    return codec.decode(Event, row.payload)
