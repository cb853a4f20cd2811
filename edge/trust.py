"""Whether a probe is worth hearing: it must move when the roots around it do. Pure.

A constant reading is no fault by itself (a fixed limit of hours gave 47 false alarms per sensor
and month on real data); a constant reading through a day of drying and watering is.
"""

from dataclasses import dataclass, replace
from typing import Final

WINDOW_S: Final = 86_400.0
"""A whole day: every probe's surroundings dry by day and fill again."""

TELLING: Final = 0.02
"""m³/m³ that the soil around the probe must have moved before its silence means anything."""

STUCK_SHARE: Final = 0.1
"""A probe that moved less than this share of what it should is stuck."""

BACK_SHARE: Final = 0.3
"""And is heard again once it moves by this."""

NONE_YET: Final = 9.0
"""m³/m³ beyond any reading: the lowest so far, before there was one."""

FROZEN_WINDOWS: Final = 2
"""Two days to the bit alike are a fault whatever the soil did."""


@dataclass(frozen=True, slots=True)
class Trust:
    """One probe's day so far, and the verdict on the days before."""

    is_trusted: bool = True
    frozen: int = 0
    """Days in a row on which it did not move at all."""
    seconds: float = 0.0
    low: float = NONE_YET
    high: float = -NONE_YET
    due_low: float = NONE_YET
    due_high: float = -NONE_YET


def judged(trust: Trust, value: float, due: float, seconds: float) -> Trust:
    """Take a reading and what was expected of it, both m³/m³; judge at the end of a day."""
    trust = replace(
        trust,
        seconds=trust.seconds + seconds,
        low=min(trust.low, value),
        high=max(trust.high, value),
        due_low=min(trust.due_low, due),
        due_high=max(trust.due_high, due),
    )
    return trust if trust.seconds < WINDOW_S else _verdict(trust)


def _verdict(trust: Trust) -> Trust:
    moved, due = trust.high - trust.low, trust.due_high - trust.due_low
    frozen = trust.frozen + 1 if moved == 0.0 else 0
    is_trusted = trust.is_trusted
    if due >= TELLING:
        is_trusted = moved >= (STUCK_SHARE if is_trusted else BACK_SHARE) * due
    return Trust(is_trusted and frozen < FROZEN_WINDOWS, frozen)
