"""What every controller is told and how its valve is counted."""

from dataclasses import dataclass
from typing import Final, Protocol

from firmware_sim.climate import Air

SAME_OPENING_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sight:
    """What a controller can know at the start of a step."""

    step: int
    counts: list[list[int]]
    """[reading of the step][probe], -1 for none."""
    air: Air
    flow_lpm: float
    """What the meter shows while the valve is open."""


class Valve:
    """Openings of one valve."""

    def __init__(self) -> None:
        self.cycles = 0
        self.longest_s = 0.0
        self._since = self._until = float("-inf")

    def opened(self, start_s: float, seconds: float) -> None:
        """It was open for `seconds` from `start_s` on."""
        if seconds <= 0.0:
            return
        if start_s - self._until > SAME_OPENING_S:
            self.cycles += 1
            self._since = start_s
        self._until = start_s + seconds
        self.longest_s = max(self.longest_s, self._until - self._since)


class Controller(Protocol):
    """One strategy on one bed."""

    @property
    def valve(self) -> Valve: ...

    def open_s(self, sight: Sight) -> float:
        """Seconds that the valve is open in this step."""

    def restart(self, step: int) -> None:
        """Power is back after a cut; what was not stored is gone."""
