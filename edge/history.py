"""The past on the card: samples packed after two days, quarter hours kept for a year.

Packing does not ask whether the cloud has a row: a packed one is sent like any other. It refuses
to pass on a row whose octets the card has changed.
"""

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from wire import backfill, codec
from wire.backfill import Backfill
from wire.codes import Metric
from wire.errors import WireError
from wire.messages import Sample

DAY_MS: Final = 86_400_000
QUARTER_MS: Final = 900_000
HOUR_MS: Final = 3_600_000
HOUR_ROWS: Final = 5_000
"""More than an hour of 64 zones: nobody need look further back for it."""
PACK_AFTER_MS: Final = 2 * DAY_MS
"""What a slow line still sends live, or a day's end reads again, stays as it is."""
KEEP_QUARTERS_MS: Final = 366 * DAY_MS
PACK_ROWS: Final = 250
"""Half of what a chunk may hold: a row of many metrics then fits too."""
ROLL_ROWS: Final = 1000
"""More than a quarter hour of 64 zones."""
ROLLED: Final = "rolled"
"""The note of the row up to which quarter hours are made."""
KEPT_FROM: Final = "kept_from"
"""The note of the number from which on none has been forgotten."""
WALK_ROWS: Final = 500
"""Rows in memory at once."""
_SUMS: Final = frozenset({Metric.LITRES.value, Metric.OPEN_S.value})

Metrics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A sealed row as it goes on the wire; `sound` unless the card changed a bit of it."""

    seq: int
    kind: str
    payload: bytes
    sound: bool


def rows(db: sqlite3.Connection, first: int, last: int, limit: int) -> list[StoredRow]:
    """Rows with numbers from `first` to `last`, packed or not, in order."""
    found = db.execute(
        "SELECT seq, kind, CAST(payload AS BLOB), crc, wall_ms FROM outbox "
        "WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?",
        (first, last, limit),
    )
    loose = [_row(entry) for entry in found]
    packed = [row for row in _unpacked(db, first, last, limit) if first <= row.seq <= last]
    known = {row.seq: row for row in [*packed, *loose]}  # a rotten chunk knows its events' numbers
    return sorted(known.values(), key=lambda row: row.seq)[:limit]


def walk(
    fetch: Callable[[int, int, int], Sequence[StoredRow]], first: int, last: int
) -> Iterator[StoredRow]:
    """All rows of a span, a few at a time; `fetch` is `Store.rows`, or `rows` of a connection."""
    while first <= last and (found := fetch(first, last, WALK_ROWS)):
        yield from found
        first = found[-1].seq + 1


def recent_from(db: sqlite3.Connection, last: int) -> int:
    """The first number of the hour that ended with the newest row, where that is not packed."""
    found = db.execute(
        "SELECT min(seq) FROM outbox WHERE seq > ?1 AND wall_ms > "
        "(SELECT wall_ms FROM outbox ORDER BY seq DESC LIMIT 1) - ?2",
        (last - HOUR_ROWS, HOUR_MS),
    )
    return int(found.fetchone()[0] or last + 1)


def oldest(db: sqlite3.Connection) -> int:
    """The lowest number still on the card, 0 when there is none."""
    found = db.execute(
        "SELECT min(seq) FROM (SELECT min(seq) AS seq FROM outbox "
        "UNION ALL SELECT min(first) FROM packed)"
    )
    return int(found.fetchone()[0] or 0)


def pack(db: sqlite3.Connection, wall_ms: int) -> list[int]:
    """Pack the oldest samples, if there are enough for a chunk; the numbers of rotten ones."""
    newest = db.execute(
        "SELECT wall_ms FROM outbox WHERE kind = 'sample' AND seq <= ? "
        "ORDER BY seq LIMIT 1 OFFSET ?",
        (rolled(db), PACK_ROWS - 1),
    ).fetchone()
    if newest is None or newest[0] >= wall_ms - PACK_AFTER_MS:
        return []
    found = db.execute(
        "SELECT seq, kind, CAST(payload AS BLOB), crc, wall_ms FROM outbox "
        "WHERE kind = 'sample' ORDER BY seq LIMIT ?",
        (PACK_ROWS,),
    ).fetchall()
    entries = [_row(entry) for entry in found]
    sound = [row for row in entries if row.sound]
    if sound:
        chunk = codec.encode(backfill.pack([codec.decode(Sample, row.payload) for row in sound]))
        db.execute(
            "INSERT INTO packed (first, last, wall_ms, chunk, crc) VALUES (?, ?, ?, ?, ?)",
            (sound[0].seq, sound[-1].seq, newest[0], chunk, zlib.crc32(chunk)),
        )
    db.executemany("DELETE FROM outbox WHERE seq = ?", [(row.seq,) for row in entries])
    return [row.seq for row in entries if not row.sound]


def roll(db: sqlite3.Connection, wall_ms: int) -> None:
    """Make the next quarter hour of samples not yet looked at, once it is over."""
    done, now = rolled(db), wall_ms // QUARTER_MS
    (first, last) = db.execute(
        "SELECT min(wall_ms), max(wall_ms) FROM (SELECT wall_ms FROM outbox "
        "WHERE kind = 'sample' AND seq > ? ORDER BY seq LIMIT ?)",
        (done, ROLL_ROWS),
    ).fetchone()
    if first is None or (first // QUARTER_MS == now and last // QUARTER_MS == now):
        return
    found = db.execute(
        "SELECT seq, kind, CAST(payload AS BLOB), crc, wall_ms FROM outbox "
        "WHERE kind = 'sample' AND seq > ? ORDER BY seq LIMIT ?",
        (done, ROLL_ROWS),
    ).fetchall()
    quarter = found[0]["wall_ms"] // QUARTER_MS
    mine = list(takewhile(lambda entry: entry["wall_ms"] // QUARTER_MS == quarter, found))
    sound = [row.payload for row in map(_row, mine) if row.sound]
    for zone, metrics in means(sound).items():
        db.execute(
            "INSERT OR REPLACE INTO quarter (start_ms, zone, metrics) VALUES (?, ?, ?)",
            (quarter * QUARTER_MS, zone, codec.dump(metrics).decode()),
        )
    db.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (ROLLED, str(mine[-1]["seq"]))
    )


def rolled(db: sqlite3.Connection) -> int:
    """The last sample that quarter hours are made of."""
    found = db.execute("SELECT value FROM meta WHERE key = ?", (ROLLED,)).fetchone()
    return int(found[0]) if found else 0


def means(payloads: Iterable[bytes]) -> dict[str, Metrics]:
    """The mean of each metric of each zone, or its sum where it counts; '' is the house."""
    values: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for payload in payloads:
        body = json.loads(payload)
        for name, value in body["m"].items():
            values[body.get("z", "")][name].append(value)
    return {
        zone: {name: _summary(name, found) for name, found in metrics.items()}
        for zone, metrics in values.items()
    }


def quarters(db: sqlite3.Connection, zone: str, start_ms: int, end_ms: int) -> dict[int, Metrics]:
    """The quarter hours of a zone that begin in a span, by their beginning."""
    found = db.execute(
        "SELECT start_ms, metrics FROM quarter WHERE zone = ? AND start_ms >= ? AND start_ms < ? "
        "ORDER BY start_ms",
        (zone, start_ms, end_ms),
    )
    return {row["start_ms"]: json.loads(row["metrics"]) for row in found}


def forget(db: sqlite3.Connection, acked: int, before_ms: int, wall_ms: int) -> int:
    """Drop rows the cloud has that are older than asked, and quarter hours of last year.

    The highest number that went, 0 if none did.
    """
    old = (acked, before_ms)
    found = db.execute(
        "SELECT max(seq) FROM ("
        "SELECT max(last) AS seq FROM packed WHERE last <= ?1 AND wall_ms < ?2 UNION ALL "
        "SELECT max(seq) FROM outbox WHERE seq <= ?1 AND wall_ms < ?2)",
        old,
    )
    (highest,) = found.fetchone()
    db.execute("DELETE FROM packed WHERE last <= ? AND wall_ms < ?", old)
    db.execute("DELETE FROM outbox WHERE seq <= ? AND wall_ms < ?", old)
    db.execute("DELETE FROM quarter WHERE start_ms < ?", (wall_ms - KEEP_QUARTERS_MS,))
    return int(highest or 0)


def _row(entry: sqlite3.Row) -> StoredRow:
    seq, kind, payload, crc, _ = entry
    return StoredRow(seq, kind, payload, sound=zlib.crc32(payload) == crc)


def _unpacked(db: sqlite3.Connection, first: int, last: int, limit: int) -> Iterator[StoredRow]:
    """Rows of the first chunks that reach into the span; all of a rotten chunk are unsound."""
    found = db.execute(
        "SELECT first, last, chunk, crc FROM packed WHERE last >= ? AND first <= ? ORDER BY first",
        (first, last),
    )
    so_far = 0
    for start, end, chunk, crc in found:
        bodies = _bodies(chunk) if zlib.crc32(chunk) == crc else None
        if bodies is None:
            yield from (
                StoredRow(seq, "sample", b"", sound=False) for seq in range(start, end + 1)
            )
            continue
        here = [StoredRow(json.loads(body)["s"], "sample", body, sound=True) for body in bodies]
        yield from here
        so_far += sum(row.seq >= first for row in here)
        if so_far >= limit:
            return


def _bodies(chunk: bytes) -> list[bytes] | None:
    try:
        return backfill.unpack(codec.decode(Backfill, chunk))
    except WireError:
        return None


def _summary(name: str, found: list[float]) -> float:
    total = sum(found)
    return round(total if name in _SUMS else total / len(found), 4)
