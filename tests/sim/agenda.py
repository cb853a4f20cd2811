"""One heap of what is due and one virtual time; nothing in a simulation happens anywhere else."""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

Act = Callable[[], None]


@dataclass(order=True, slots=True)
class _Due:
    at: float
    number: int
    """What is due at one moment happens in the order in which it was planned."""
    act: Act = field(compare=False)


class Agenda:
    """True seconds since the start of a run; clocks may say something else."""

    def __init__(self) -> None:
        self.now = 0.0
        self.steps = 0
        self._numbers = count()
        self._heap: list[_Due] = []

    def at(self, when: float, act: Act) -> None:
        heapq.heappush(self._heap, _Due(max(when, self.now), next(self._numbers), act))

    def after(self, seconds: float, act: Act) -> None:
        self.at(self.now + seconds, act)

    def on_grid(self, seconds: float) -> float:
        """The next moment of a grid: what would come one by one can then come together."""
        return (math.floor(self.now / seconds) + 1) * seconds

    def run(self, until: float) -> None:
        """Everything up to a moment."""
        while self._heap and self._heap[0].at <= until:
            due = heapq.heappop(self._heap)
            self.now = due.at
            self.steps += 1
            due.act()
        self.now = until
