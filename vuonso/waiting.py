"""Waits for what happens elsewhere: with a deadline, a reason and an eye on the processes."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import Final, TypeVar

from edge.clock import Clock
from vuonso.children import Children
from vuonso.errors import DemoError, UnreachableError

LOOK_AGAIN_S: Final = 0.25  # quick for a person, nothing for a Pi

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """Waits on conditions; stops waiting when a process died."""

    clock: Clock
    children: Children

    def until(self, what: str, condition: Callable[[], T | None], within_s: float) -> T:
        """Return the first true answer of the condition.

        Raises:
            DemoError: it did not come in time, or a process ended meanwhile.
        """
        deadline = self.clock.net() + within_s
        while self.clock.net() < deadline:
            self.children.check()
            found = self._ask(condition)
            if found:
                return found
            Event().wait(LOOK_AGAIN_S)
        raise DemoError("too_late", f"Waited {within_s:.0f} s in vain for {what}.")

    def forever(self) -> None:
        """Return never; raise when a process ended."""
        while True:
            self.children.check()
            Event().wait(1.0)

    def _ask(self, condition: Callable[[], T | None]) -> T | None:
        try:
            return condition()
        except UnreachableError:
            return None
