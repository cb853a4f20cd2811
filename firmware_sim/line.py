"""The cloud at the far end of the line: takes the rows that the agent would send, and acks them.

The agent's own books say what to send; no socket is opened and no command ever comes.
"""

import json
from collections.abc import Iterator
from typing import Final

from edge.drain import Drain, Parcel, Span, spans
from edge.parcels import payloads
from edge.store import Store
from wire import backfill, codec
from wire.backfill import Backfill
from wire.topics import Up

EVERY_S: Final = 10.0


class Line:
    """What has arrived, by epoch."""

    def __init__(self) -> None:
        self.arrived: dict[str, set[int]] = {}
        self.longest_gone_s = 0.0
        self.waiting = 0
        """Rows still on the card at the end."""
        self._gone_since: float | None = None
        self._drain: Drain | None = None
        self._due = 0.0

    @property
    def is_gone(self) -> bool:
        return self._gone_since is not None

    @property
    def rows(self) -> int:
        """Of all epochs together."""
        return sum(len(numbers) for numbers in self.arrived.values())

    def cut(self, now: float) -> None:
        """The broker is gone."""
        self._gone_since = now

    def mend(self, now: float) -> None:
        """It is back; the agent greets it anew."""
        self._count(now)
        self._gone_since = None
        self.hang_up()

    def hang_up(self) -> None:
        """The agent has died: whatever it thought to be under way is forgotten."""
        self._drain = None

    def carry(self, store: Store, now: float) -> None:
        """Let pass what the agent wants to send by now."""
        if now < self._due:
            return
        self._due = now + EVERY_S
        if self.is_gone:
            self._count(now)
        else:
            self._drain_all(store, now)

    def end(self, store: Store, now: float) -> None:
        """All that the agent will ever write is written."""
        self._due = now
        self.carry(store, now)
        self.waiting = store.last - len(self._of(store))

    def _drain_all(self, store: Store, now: float) -> None:
        if self._drain is None:
            self._drain = Drain(store.acked, store.last, store.recent_from())
        while (parcel := self._drain.next(store.last)) is not None:
            self._receive(store, parcel)
            self._drain.sent(parcel, (), now)
            upto = self._upto(store)
            self._drain.acked(upto, self._islands(store, upto))
            store.ack(upto)

    def _receive(self, store: Store, parcel: Parcel) -> None:
        first, last = parcel.span
        rows = store.rows(first, last, last - first + 1)
        have = self._of(store)
        for kind, body in payloads(parcel, rows):
            have.update(_numbers(kind, body))

    def _upto(self, store: Store) -> int:
        have, upto = self._of(store), store.acked
        while upto + 1 in have:
            upto += 1
        return upto

    def _islands(self, store: Store, upto: int) -> list[Span]:
        if upto == store.last:
            return []
        return spans(sorted(number for number in self._of(store) if number > upto))

    def _of(self, store: Store) -> set[int]:
        return self.arrived.setdefault(store.origin.epoch, set())

    def _count(self, now: float) -> None:
        if self._gone_since is not None:
            self.longest_gone_s = max(self.longest_gone_s, now - self._gone_since)


def _numbers(kind: Up, body: bytes) -> Iterator[int]:
    chunk = kind is Up.BACKFILL
    rows = backfill.unpack(codec.decode(Backfill, body)) if chunk else codec.split_rows(body)
    for row in rows:
        yield json.loads(row)["s"]
