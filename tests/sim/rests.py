"""One house's pauses as its own rows tell them, and the doses that broke one."""

from collections.abc import Mapping
from typing import Final

from wire.codes import Cause, EventKind

OF_THE_PAUSE: Final = 1.0 - 2e-4
"""The Pi counts a pause by its own clock, which may go fast."""


class Rests:
    """People may water in a pause; automation may not, whatever dies meanwhile."""

    def __init__(self) -> None:
        self.broken: list[str] = []
        self._until, self._is_doubted = float("-inf"), False

    def hear(self, kind: str, facts: Mapping[str, object], at: float) -> None:
        """An event in the order in which it was written, at a true time."""
        if kind == EventKind.PAUSED:
            seconds = facts["for_s"]
            assert isinstance(seconds, int)
            self._until, self._is_doubted = at + seconds * OF_THE_PAUSE, False
        elif kind == EventKind.RESUMED:
            self._until = float("-inf")
        elif kind == EventKind.DOSE_STARTED and self._forbids(facts, at):
            self.broken.append(f"a dose {self._until - at:.0f} s before its end")

    def _forbids(self, facts: Mapping[str, object], at: float) -> bool:
        return at < self._until and facts["cause"] != Cause.MANUAL

    def doubt(self) -> None:
        """The wall clock vouches for a time that is wrong."""
        self._is_doubted = True

    def start(self) -> None:
        """A new agent reckons by a clock that is believed how long the power was off."""
        if self._is_doubted:
            self._until = float("-inf")
