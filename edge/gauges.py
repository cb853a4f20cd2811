"""Slow quantities of the whole house (air, light, tank): plausible, filtered, dated. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from edge.readings import Quantity

MEDIAN_OF: Final = 5
"""At ten seconds a reading the filter is a minute deep: a relay's spark never shows."""

STALE_S: Final = 180.0
"""Air and level do not change much in three minutes; after them nobody knows."""

PLAUSIBLE: Final[Mapping[Quantity, tuple[float, float]]] = {
    Quantity.AIR_C: (-10.0, 70.0),
    Quantity.RH: (0.01, 1.0),
    Quantity.RADIATION: (-20.0, 1500.0),
    Quantity.LEVEL: (-0.10, 1.15),
}
"""What a greenhouse can have; a little beyond the ends of a scale is an old calibration."""

BOUNDS: Final[Mapping[Quantity, tuple[float, float]]] = {
    Quantity.RADIATION: (0.0, 1500.0),
    Quantity.LEVEL: (0.0, 1.0),
}
"""What is told of it: no tank is fuller than full."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Two points of a linear sensor on a converter."""

    low_raw: int
    high_raw: int
    low: float
    high: float

    def at(self, raw: int) -> float:
        share = (raw - self.low_raw) / (self.high_raw - self.low_raw)
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a sensor speaks: for how long it is believed, and of how many readings the middle."""

    stale_s: float = STALE_S
    median_of: int = MEDIAN_OF


@dataclass(frozen=True, slots=True)
class Gauge:
    """Recent plausible values of one quantity of one sensor."""

    pace: Pace = Pace()
    recent: tuple[float, ...] = ()
    at: float = float("-inf")
    """When the latest of them was received, monotonic seconds."""

    def is_fresh(self, now: float) -> bool:
        return bool(self.recent) and now - self.at <= self.pace.stale_s


def is_plausible(quantity: Quantity, value: float) -> bool:
    low, high = PLAUSIBLE[quantity]
    return low <= value <= high


def feel(gauge: Gauge, value: float, at: float) -> Gauge:
    """Take a plausible value; after a long silence the filter starts anew."""
    recent = (*gauge.recent, value) if gauge.is_fresh(at) else (value,)
    return Gauge(gauge.pace, recent[-gauge.pace.median_of :], at)


def together(quantity: Quantity, gauges: Iterable[Gauge], now: float) -> float | None:
    """What all fresh gauges of a quantity say: the median of their medians."""
    values = [median(gauge.recent) for gauge in gauges if gauge.is_fresh(now)]
    if not values:
        return None
    low, high = BOUNDS.get(quantity, PLAUSIBLE[quantity])
    return min(high, max(low, median(values)))
