"""What keeps the store small, a little every minute so that no pass of the loop waits for it."""

from typing import Final

from edge.recorder import Entry
from edge.store import Store
from wire.codes import ClockQuality, EventKind

ROTTEN: Final = "crc"
"""Why rows were dropped that the card had changed."""
FULL: Final = "card_full"
"""Why rows were dropped on a card without room."""


def tidy(entry: Entry, store: Store) -> None:
    """One quarter hour and one chunk at most; only a trusted clock tells what is old."""
    for first, last in entry.change.thin(store.acked, store.free()):
        _tell(entry, first, last, FULL)
    wall = entry.stamp.wall
    if wall.quality is ClockQuality.TRUSTED:
        for seq in entry.change.tidy(wall.unix_ms):
            _tell(entry, seq, seq, ROTTEN)


def _tell(entry: Entry, first: int, last: int, reason: str) -> None:
    entry.event(EventKind.ROWS_DROPPED, None, {"from": first, "to": last, "reason": reason})
