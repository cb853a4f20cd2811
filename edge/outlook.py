"""When a zone will next want water, as far as its usual days and a forecast tell. Pure.

People read it; nothing is decided by it.
"""

from dataclasses import dataclass
from typing import Final

from edge.belief import Belief, usual_l
from edge.control import Inputs, Strategy, ZoneMemory, ZoneParams
from edge.evaporation import expected
from wire.codes import Outlook, Reason

AHEAD_MIN: Final = 2 * 1440
"""A dose further away than this is not worth an hour."""

STEP_MIN: Final = 30
"""People plan by the hour. Steps end on the clock's half hours: what is told stands still."""

MOVED_S: Final = 3600.0
"""An hour that was told is told again once it has moved by this much."""

_DAY_MIN: Final = 1440
_TELLABLE: Final = frozenset({None, Reason.WET_ENOUGH, Reason.OUTSIDE_WINDOW})
"""Anything else keeps the zone shut for as long as it lasts."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next dose."""

    seconds: float
    by: Outlook


def ahead(
    params: ZoneParams, memory: ZoneMemory, inputs: Inputs, reason: Reason | None
) -> Ahead | None:
    """The next automatic dose; None where the clock, the books or the strategy tell nothing."""
    if inputs.minute is None or inputs.day is None or reason not in _TELLABLE:
        return None
    if params.strategy is Strategy.TIMER:
        return _by_programme(params, inputs.minute)
    if params.strategy is not Strategy.ADAPTIVE or memory.belief is None:
        return None
    return _by_thirst(params, memory.belief, inputs.minute, inputs.day)


def has_moved(told_ms: int | None, now_ms: int | None) -> bool:
    """Whether people should hear another hour than the one they were told; unix milliseconds."""
    if told_ms is None or now_ms is None:
        return told_ms is not now_ms
    return abs(now_ms - told_ms) >= MOVED_S * 1000.0


def _by_programme(params: ZoneParams, minute: int) -> Ahead | None:
    start, end = params.window
    slots = [slot for slot in params.programme if start <= slot < end]
    waits = [(slot - minute) % _DAY_MIN or _DAY_MIN for slot in slots]
    return Ahead(min(waits) * 60.0, Outlook.PROGRAMME) if waits else None


def _by_thirst(params: ZoneParams, known: Belief, minute: int, day: int) -> Ahead | None:
    """Let the plant watered for drink on, hour by hour, until it lacks enough in the window."""
    garden, (start, end) = params.garden, params.window
    lacks, by, at = known.deficit_l, Outlook.USUAL, minute
    while at - minute < AHEAD_MIN:
        of_day, on = at % _DAY_MIN, day + at // _DAY_MIN
        if lacks >= params.trigger_l and start <= of_day < end:
            return Ahead((at - minute) * 60.0, by)
        step = STEP_MIN - at % STEP_MIN
        by = Outlook.FORECAST if any(on == told for told, _ in params.forecast) else by
        lacks += expected(params.forecast, on) * usual_l(known, garden, of_day, step * 60.0)
        at += step
    return None
