"""Writes down what happened, with one stamp per entry, and wakes whoever carries it away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from edge.change import Change, Facts, Stamp
from edge.clock import Clock
from edge.store import Store
from wire.codes import EventKind, Metric


@dataclass(frozen=True)
class Entry:
    """One transaction's writes, all at one moment."""

    change: Change
    stamp: Stamp

    def event(self, kind: EventKind, zone: str | None, data: Facts) -> None:
        self.change.event(self.stamp, kind, zone, data)

    def sample(self, zone: str | None, metrics: dict[Metric, float]) -> None:
        self.change.sample(self.stamp, zone, metrics)


class Recorder:
    """The store as the control loop sees it."""

    def __init__(self, store: Store, clock: Clock, rows_waiting: Callable[[], None]) -> None:
        self.store = store
        self._clock, self._rows_waiting = clock, rows_waiting
        self._booted = clock.mono()

    def mono(self) -> float:
        return self._clock.mono()

    @contextmanager
    def entry(self) -> Iterator[Entry]:
        """Write several things together; they are on the card when the block is left."""
        uptime_ms = max(0, round((self._clock.mono() - self._booted) * 1000))
        with self.store.transaction() as change:
            yield Entry(change, Stamp(uptime_ms, self._clock.wall()))
        self._rows_waiting()

    def tell(self, kind: EventKind, zone: str | None, data: Facts) -> None:
        """Write one event."""
        with self.entry() as entry:
            entry.event(kind, zone, data)
