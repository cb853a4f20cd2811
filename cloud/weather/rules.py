"""What a forecast makes of the days ahead, relative to those before. Pure.

The forecast is of the open air and a house is not: only how much a day differs from the days
before it, by the same source, is taken from it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from wire.messages import LEAST_THIRST, MOST_THIRST

BEFORE_DAYS: Final = 5
"""As many as a house learns its usual day from."""
AHEAD_DAYS: Final = 3
TOLD_DAYS: Final = 2
"""Today and tomorrow are told to boxes: one that hears no more goes on as before by itself."""
LEAST_BEFORE: Final = 3
LEAST_MM: Final = 0.5
"""Of usual days; shares of next to nothing are noise."""
FRESH: Final = timedelta(hours=24)
"""An older forecast is none: tomorrow as today is as good."""
AGAIN: Final = timedelta(hours=6)
"""How often a source is asked; weather models run as often."""
_STEPS: Final = 20
"""Of one: shares in steps of 5 %, so that boxes are not told of every breath of wind."""


def shares(et0_mm: Mapping[date, float], today: date) -> dict[date, float]:
    """Today and tomorrow relative to the days before, within a fifth; empty: as before."""
    before = [et0_mm[on] for n in range(1, BEFORE_DAYS + 1) if (on := _day(today, -n)) in et0_mm]
    usual = sum(before) / len(before) if before else 0.0
    if len(before) < LEAST_BEFORE or usual < LEAST_MM:
        return {}
    told = (_day(today, n) for n in range(TOLD_DAYS))
    return {on: _within(et0_mm[on] / usual) for on in told if on in et0_mm}


def is_fresh(fetched_at: datetime, now: datetime) -> bool:
    """A moment ahead of our clock is a clock that was set: not fresh either."""
    return timedelta() <= now - fetched_at <= FRESH


def _within(share: float) -> float:
    return max(LEAST_THIRST, min(MOST_THIRST, round(share * _STEPS) / _STEPS))


def _day(today: date, distance: int) -> date:
    return today + timedelta(days=distance)
