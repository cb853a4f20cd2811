"""Writes down what happened, with one stamp per entry, and wakes whoever carries it away."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from edge.change import Change, Facts, Stamp
from edge.clock import Clock
from edge.store import Store
from wire.codes import EventKind, Metric

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One transaction's writes, all at one moment."""

    change: Change
    stamp: Stamp
    of_commands: list[str] = field(default_factory=list)
    """What the log will tell: the id that the cloud's log names too, from the click to the pin."""

    def event(self, kind: EventKind, zone: str | None, data: Facts) -> None:
        self.change.event(self.stamp, kind, zone, data)
        if "id" in data:
            self.of_commands.append(f"{kind.value} command={data['id']} zone={zone or ''}")

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
            entry = Entry(change, Stamp(uptime_ms, self._clock.wall()))
            yield entry
        self._rows_waiting()
        for line in entry.of_commands:
            _log.info(line)

    def tell(self, kind: EventKind, zone: str | None, data: Facts) -> None:
        """Write one event."""
        with self.entry() as entry:
            entry.event(kind, zone, data)
