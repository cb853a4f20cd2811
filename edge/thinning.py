"""What goes first when the card fills: minutes that the cloud has, then every other hour.

Events stay whatever happens, and so do the quarter hours of a year: what is dropped leaves its
means behind.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from edge import ballast, history
from edge.drain import Span, spans

CRAMPED_BYTES: Final = 2 * ballast.LOW_BYTES
"""Room, in the file and beside it, under which a chunk goes each minute; the ballast has gone
before, so this is days of rows."""
MOST_EVENTS: Final = 8
"""Each event among the samples of a chunk costs one more row to tell what was dropped: a chunk
with more of them would be told with more room than it gives back."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Packed samples, some hundred of them, with the wall time of the newest."""

    first: int
    last: int
    wall_ms: int

    @property
    def is_cheap(self) -> bool:
        """Whether dropping it gives room."""
        return self.last - self.first < history.PACK_ROWS + MOST_EVENTS


def victim(chunks: Sequence[Chunk], acked: int) -> Chunk | None:
    """The chunk that is missed least: the oldest that the cloud has, else one of an outage.

    Of an outage the one goes whose neighbours lie nearest to each other, so that it is thinned
    evenly; its two ends go last.
    """
    cheap = [chunk for chunk in chunks if chunk.is_cheap]
    known = next((chunk for chunk in cheap if chunk.last <= acked), None)
    inner = range(1, len(cheap) - 1)
    if known is not None or not inner:
        return known or next(iter(cheap), None)
    return cheap[min(inner, key=lambda at: cheap[at + 1].wall_ms - cheap[at - 1].wall_ms)]


def thin(db: sqlite3.Connection, acked: int, free: int) -> list[Span]:
    """Drop one chunk where room is short; the numbers of its samples as spans."""
    if free + _reusable(db) >= CRAMPED_BYTES:
        return []
    found = db.execute("SELECT first, last, wall_ms FROM packed ORDER BY first")
    chunk = victim([Chunk(*row) for row in found], acked)
    if chunk is None:
        return []
    rows = history.rows(db, chunk.first, chunk.last, chunk.last - chunk.first + 1)
    db.execute("DELETE FROM packed WHERE first = ?", (chunk.first,))
    return spans(row.seq for row in rows if row.kind == "sample")


def _reusable(db: sqlite3.Connection) -> int:
    """Bytes of pages that the file has no use for."""
    (pages,) = db.execute("PRAGMA freelist_count").fetchone()
    (size,) = db.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)
