"""Boxes, brokers, workers and a database of one cooperative, and what a seed does to them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.devices import service as devices
from tests.system.chaos import books
from tests.system.chaos.books import Audit
from tests.system.chaos.cast import Broker, Child, Mortal, until
from tests.system.chaos.gateway import Allowance
from tests.system.chaos.line import Blow, Harm, Line
from tests.system.chaos.plan import Deed, Fault

T = TypeVar("T")

AHEAD: Final = 200
"""Rows that may be made beyond the next misfortune, so that it strikes at work."""
HARMS: Final = {
    Deed.RESET: Harm.RESET,
    Deed.CUT: Harm.CUT,
    Deed.STALL: Harm.STALL,
    Deed.DELAY: Harm.DELAY,
}
AFTER: Final = (0, 200, 2_000)
"""Octets carried before a line is harmed: at its first, in the greeting, among rows."""
WORKERS_SHARE: Final = 0.1
SCATTER: Final = 1_000
"""Makes further draws of one."""
STALE, EMPTY = 0.4, 0.7
"""A broker's draw: below, it restarts with old sessions; above, without its file."""
QUIET_S: Final = 1.0
STILL_S: Final = 60.0
"""Nothing more comes when nothing has come for so long; back-off is over by then many times."""


@dataclass
class Box:
    """A gateway's process and its folder."""

    device: str
    folder: Path
    child: Child
    _read: int = 0
    _made: int = 0

    @property
    def made(self) -> int:
        """Rows noted in the journal so far."""
        with suppress(FileNotFoundError), (self.folder / "journal").open("rb") as journal:
            journal.seek(self._read)
            fresh = journal.read()
            self._read += len(fresh)
            self._made += fresh.count(b"\n")
        return self._made

    def allow(self, rows: int) -> None:
        Allowance.at(self.folder).give(rows)


@dataclass
class Town:
    """Everything that runs in a campaign."""

    engine: Engine
    boxes: Sequence[Box]
    brokers: Sequence[Broker]
    workers: Sequence[Child]
    box_lines: Sequence[Line]
    worker_lines: Sequence[Line]
    server: Mortal | None
    """The database's, where it is a process of its own; SQLite dies with the worker."""
    done: Counter[Deed] = field(default_factory=Counter)
    _marks: dict[int, int] = field(default_factory=dict)
    _stored: int = 0

    def begin(self) -> None:
        """Start everything, until each box is known: before that a broker keeps nothing."""
        for child in self.children:
            child.start()
        self.until(self._is_settled, "the boxes are born")

    def live(self, faults: Iterable[Fault], rows: int, still_s: float = STILL_S) -> Audit:
        """Make so many rows among these faults, let the town come to rest, and compare."""
        for fault in faults:
            self.allow(fault.at + AHEAD)
            self._await_rows(fault.at)
            self.suffer(fault)
        for line in (*self.box_lines, *self.worker_lines):
            line.spare()
        self.allow(rows)
        self._await_rows(rows)
        return self.rest(still_s)

    def rest(self, still_s: float = STILL_S) -> Audit:
        """Wait until everything made is stored, or nothing more comes; the boxes then leave."""
        clock = SystemClock()
        seen, since = -1, clock.mono()

        def is_over() -> bool:
            nonlocal seen, since
            stored = self.stored()
            if stored != seen:
                seen, since = stored, clock.mono()
            return stored >= self.made or clock.mono() - since > still_s

        self.until(is_over, "the town comes to rest")
        for box in self.boxes:
            box.child.kill()
        return books.audit(self.engine, {box.device: box.folder for box in self.boxes})

    def suffer(self, fault: Fault) -> None:
        if fault.deed in HARMS:
            self._strike(fault)
        elif fault.deed is Deed.GATEWAY:
            box = _pick(self.boxes, fault.draw)
            before = self._marks.get(id(box), 0)
            self.until(lambda: box.made > before, f"the box works again: {fault}")
            box.child.kill()
            self._marks[id(box)] = box.made
            box.child.start()
        else:
            self._kill(fault)
        self.done[fault.deed] += 1

    def _strike(self, fault: Fault) -> None:
        """Mostly a box's line; a worker comes back in seconds, and bears one harm at a time."""
        line = _pick(self.box_lines, fault.draw)
        worker_line = _pick(self.worker_lines, fault.draw)
        is_spared = fault.deed is Deed.STALL or worker_line.pending
        if fault.draw * SCATTER % 1 < WORKERS_SHARE and not is_spared:
            line = worker_line
        after = AFTER[int(fault.draw * SCATTER) % len(AFTER)]
        line.strike(Blow(HARMS[fault.deed], after))
        self._await_harm(line)

    def _kill(self, fault: Fault) -> None:
        """Kill what has done some work since it was last started, and start it again."""
        targets: dict[Deed, Sequence[Mortal]] = {
            Deed.BROKER: self.brokers,
            Deed.CLOUD: self.workers,
            Deed.DATABASE: self.workers if self.server is None else (self.server,),
        }
        target = _pick(targets[fault.deed], fault.draw)
        before = self._marks.get(id(target), 0)
        self.until(lambda: self.stored() > before, f"rows come again: {fault}")
        if isinstance(target, Broker):
            self._kill_broker(target, fault.draw)
        else:
            target.kill()
        self._marks[id(target)] = self.stored()
        target.start()

    def _kill_broker(self, broker: Broker, draw: float) -> None:
        """A broker wakes with what it last wrote down, with something older, or with nothing."""
        if draw < STALE:
            broker.save()
        broker.kill()
        if draw > EMPTY:
            broker.lose_all()

    def allow(self, rows: int) -> None:
        for box in self.boxes:
            box.allow(-(-rows // len(self.boxes)))

    @property
    def children(self) -> Sequence[Child]:
        """All but brokers and database."""
        return (*self.workers, *(box.child for box in self.boxes))

    @property
    def made(self) -> int:
        return sum(box.made for box in self.boxes)

    def stored(self) -> int:
        """Rows the cloud has; the last known number while the database is away."""
        with suppress(SQLAlchemyError):
            self._stored = books.stored(self.engine)
        return self._stored

    @property
    def struck(self) -> Counter[Harm]:
        """Harm that has really come to lines."""
        return sum((line.struck for line in self._all_lines), Counter[Harm]())

    @property
    def _all_lines(self) -> Sequence[Line]:
        return (*self.box_lines, *self.worker_lines)

    def until(self, condition: Callable[[], bool], hope: str) -> None:
        """Wait for the world, and tell at once of a process that ended by itself."""

        def is_so() -> bool:
            for child in self.children:
                assert child.lives, f"{' '.join(child.words)} ended: {child.last_words}"
            return condition()

        until(is_so, hope)

    def _is_settled(self) -> bool:
        with Session(self.engine) as session:
            return all(devices.current_session(session, box.device) for box in self.boxes)

    def _await_harm(self, line: Line) -> None:
        """Let the line carry something; where nobody speaks just now, the harm waits."""
        clock = SystemClock()
        began = clock.mono()
        self.until(lambda: not line.pending or clock.mono() - began > QUIET_S, "a line is harmed")

    def _await_rows(self, rows: int) -> None:
        self.until(lambda: self.made >= rows, f"{rows} rows are made")


def _pick(found: Sequence[T], draw: float) -> T:
    return found[int(draw * len(found))]
