"""Where moments and moistures lie in a run's drawing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 960
LEFT, RIGHT = 56, 56
PLOT: Final = 170
LOW: Final = 0.4
HIGH: Final = 1.1
STEPS_H: Final = (0.1, 0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 168, 336)
MOST_TICKS: Final = 9
DAY_H: Final = 24


@dataclass(frozen=True)
class Scale:
    """One zone's plot: `top` in the drawing, the run's hours, the hour of day it begins at."""

    top: float
    hours: float
    first_hour: float

    @property
    def bottom(self) -> float:
        return self.top + PLOT

    def x(self, at_s: float) -> float:
        """Moments outside the run lie on its border."""
        share = min(1.0, max(0.0, at_s / 3600.0 / self.hours))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, fill: float) -> float:
        share = (min(HIGH, max(LOW, fill)) - LOW) / (HIGH - LOW)
        return self.top + PLOT * (1.0 - share)

    def hours_of_day(self, hour: str, day: str) -> Iterator[tuple[float, str]]:
        """Seconds since the start of round hours, and what to write there."""
        step = next((s for s in STEPS_H if self.hours / s <= MOST_TICKS), STEPS_H[-1])
        number = -(-self.first_hour // step)
        while (clock := number * step) <= self.first_hour + self.hours + 1e-9:
            at_s = (clock - self.first_hour) * 3600.0
            if step >= DAY_H:
                yield at_s, f"{day} {clock / DAY_H + 1:.0f}"
            else:
                yield at_s, f"{round(clock % DAY_H, 2):g} {hour}"
            number += 1
