"""What a run counts and remembers: faults by kind, broken promises, and a trace with its hash."""

import hashlib
from collections import Counter, deque
from typing import Final

from tests.sim.agenda import Agenda

TAIL: Final = 40
"""Lines of the trace that a violation is told with."""


class BrokenPromiseError(AssertionError):
    """A promise was not kept."""


class Tally:
    """Random identifiers of the programs stay out of the trace: they differ from run to run."""

    def __init__(self, agenda: Agenda) -> None:
        self.faults: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        """What went well; a run in which nothing happens proves nothing."""
        self._agenda, self._hash = agenda, hashlib.sha256()
        self._tail: deque[str] = deque(maxlen=TAIL)

    def fault(self, kind: str, on: str = "") -> None:
        self.faults[kind] += 1
        self.note(f"fault {kind} {on}")

    def note(self, what: str) -> None:
        line = f"{self._agenda.now:.3f} {what}"
        self._hash.update(line.encode())
        self._tail.append(line)

    def broken(self, promise: str, how: str) -> None:
        raise BrokenPromiseError(f"{promise}: {how}")

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    @property
    def tail(self) -> str:
        return "\n".join(self._tail)
