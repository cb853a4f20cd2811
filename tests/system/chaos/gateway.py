"""A greenhouse's box as far as its rows go: the agent's own store, courier and uplink, in a hurry.

Rows are made by a generator instead of probes; they reach the cloud by no other way than a real
agent's. `python -m tests.system.chaos.gateway FOLDER FASTER` runs until it is killed.
"""

import hashlib
import mmap
import random
import struct
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from edge.birth import birth
from edge.clock import SystemClock, Timekeeper, Wall
from edge.config_file import load
from edge.courier import Courier, Route
from edge.office import Inbox
from edge.recorder import Recorder
from edge.store import Store
from edge.upkeep import tidy
from edge.uplink import Confirmed, Session, Signal
from wire import identity
from wire.codes import ClockQuality, EventKind, Metric

START_MS: Final = 1_788_000_000_000
ROW_MS: Final = 60_000
"""Five thousand rows are three days and a half, so that some are packed before they are sent."""
EVENT_EVERY: Final = 8
LEAVE: Final = struct.Struct("=Q")
LOOK_S: Final = 0.01
ZONES: Final = ("z1", "z2", None)


@dataclass
class HurriedClock:
    """Waits, time-outs and back-off pass so many times faster; the calendar follows the rows."""

    faster: float
    wall_ms: int = START_MS
    _real: SystemClock = field(default_factory=SystemClock)

    def mono(self) -> float:
        return self._real.mono()

    def net(self) -> float:
        return self._real.net() * self.faster

    def wall(self) -> Wall:
        return Wall(self.wall_ms, ClockQuality.TRUSTED)


@dataclass(frozen=True)
class Allowance:
    """How many rows may be made so far: a number in a file that both sides have mapped."""

    memory: mmap.mmap

    @classmethod
    def at(cls, folder: Path) -> "Allowance":
        path = folder / "allowance"
        if not path.exists():
            path.write_bytes(bytes(mmap.PAGESIZE))
        with path.open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), mmap.PAGESIZE))

    @property
    def rows(self) -> int:
        return int(LEAVE.unpack_from(self.memory)[0])

    def give(self, rows: int) -> None:
        LEAVE.pack_into(self.memory, 0, rows)


class ForgetfulCourier(Courier):
    """The mistake of many a gateway: what the broker has confirmed is thrown away."""

    def _heed(self, signal: Signal) -> None:
        if isinstance(signal, Confirmed):
            for flight in self._drain._flights:
                if signal.message in flight.unconfirmed:
                    self._forget(*flight.parcel.span)
        super()._heed(signal)

    def _forget(self, first: int, last: int) -> None:
        with self._store.transaction() as change:
            change._db.execute("DELETE FROM outbox WHERE seq BETWEEN ? AND ?", (first, last))


COURIERS: Final = {"": Courier, "forgetful": ForgetfulCourier}


class Gateway:
    """Makes rows and notes each in a journal of its own as soon as the store has promised it."""

    def __init__(self, folder: Path, faster: float, courier: type[Courier] = Courier) -> None:
        config, who = load(folder / "hardware.toml"), identity.load(folder / "identity.json")
        self._store = store = Store(folder / "edge.db")
        self._clock = clock = HurriedClock(faster, START_MS + store.last * ROW_MS)
        self._allowance, self._journal = Allowance.at(folder), (folder / "journal").open("a")
        route = Route(
            who,
            lambda nonce: birth(config, who, store, clock, nonce),
            random.Random(f"{who.device} {store.session}"),
            Session,
        )
        self._courier = courier(route, store, Timekeeper(clock), Inbox())
        self._recorder = Recorder(store, clock, self._courier.rows_waiting)

    def run(self) -> None:
        pause = threading.Event()
        self._courier.start()
        while True:
            if self._store.last >= self._allowance.rows:
                pause.wait(LOOK_S)
            else:
                self._minute()

    def _minute(self) -> None:
        before = self._store.last
        self._clock.wall_ms = START_MS + before * ROW_MS
        with self._recorder.entry() as entry:
            for number, zone in enumerate(ZONES, before + 1):
                entry.sample(zone, {Metric.VWC: number / 7 % 0.4, Metric.LITRES: number / 8})
            if before // len(ZONES) % EVENT_EVERY == 0:
                entry.event(
                    EventKind.MODE, "z1", {"state": "resting", "reason": f"after {before}"}
                )
            tidy(entry, self._store)
            lines = digests(self._store, before + 1, entry.change.last)
        self._journal.write(lines)
        self._journal.flush()


def digests(store: Store, first: int, last: int) -> str:
    """A line for each row: its number and the hash of its octets."""
    found = store.rows(first, last, last - first + 1)
    return "".join(f"{row.seq} {hashlib.sha256(row.payload).hexdigest()}\n" for row in found)


if __name__ == "__main__":
    place, faster, mistake = sys.argv[1:]
    Gateway(Path(place), float(faster), COURIERS[mistake]).run()
