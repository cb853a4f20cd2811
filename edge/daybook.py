"""Closes days: what each zone got and how it fared, signed by the device, chained as an event."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge.change import Facts
from edge.clock import Wall
from edge.day_sums import span_ms, sums
from edge.history import walk
from edge.recorder import Recorder

META_CLOSED: Final = "closed_day"
MOST_DAYS: Final = 7
"""Days closed late at most, when the agent was off at midnight: their sums cost a moment each."""


class Daybook:
    """`seed` is the device's Ed25519 seed."""

    def __init__(self, recorder: Recorder, seed: bytes) -> None:
        self._recorder, self._key = recorder, Ed25519PrivateKey.from_private_bytes(seed)

    def close_days(self, wall: Wall) -> None:
        """Write a summary per zone of each day that is over, and forget last month's rows."""
        today = wall.day
        if today is None:
            return
        closed = int(self._recorder.store.meta(META_CLOSED) or today - 2)
        for day in range(max(closed + 1, today - MOST_DAYS), today):
            self._close(day)
        with self._recorder.entry() as entry:
            entry.change.set_meta(META_CLOSED, str(today - 1))  # also after a clock set back
            entry.change.prune(self._recorder.store.acked, wall.unix_ms)

    def _close(self, day: int) -> None:
        store = self._recorder.store
        span = store.numbers_between(*span_ms(day))
        if span is None:
            return
        first, last = span
        zones = sums(walk(store.rows, first, last), day)
        with self._recorder.entry() as entry:
            for zone, found in zones.items():
                facts: Facts = {"day": day, "first": first, "last": last, **found}
                entry.change.summary(entry.stamp, zone, facts, self._key.sign)
            entry.change.set_meta(META_CLOSED, str(day))
