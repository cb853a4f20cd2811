"""Whether a zone's line carries what it used to: clogged emitters and leaks, by CUSUM; pure.

Nothing but the flow meter sees an emitter clog: its probes stand beside others. Doses that run dry
or burst are faults of the zone machine; this tells what is too small for them.
"""

from dataclasses import dataclass, replace
from typing import Final

from edge.control import Inputs
from wire.codes import Alarm, ZoneState

LEARN_MIN: Final = 120.0
"""Valve-minutes from which the line's usual flow is learnt; 3 % of noise leaves 0.5 % in it."""

LEAST_MIN: Final = 0.5
"""A shorter opening says too little."""

SLACK: Final = 0.04
"""Share of the usual flow that an opening may be off: a meter's noise is 3 %."""

LIMIT: Final = 0.40
"""Sum of shares beyond the slack that is told (Page 1954): 12 % less in five openings."""

CEILING: Final = 2.0 * LIMIT
"""The sums grow no further, so that a mended line is seen to be mended."""

_CARRYING: Final = frozenset({ZoneState.RUN, ZoneState.MANUAL})


@dataclass(frozen=True, slots=True)
class Opening:
    """Water through an open valve so far."""

    since: float
    """Monotonic seconds."""
    litres: float
    """Running total of the zone when it began."""


@dataclass(frozen=True, slots=True)
class FlowWatch:
    """What is known of a zone's line; survives restarts without the opening."""

    made_for_lpm: float
    """The flow its emitters are made for; when a person changes it, all is learnt anew."""
    usual_lpm: float = 0.0
    minutes: float = 0.0
    """Valve-minutes behind `usual_lpm`."""
    low: float = 0.0
    high: float = 0.0
    told: Alarm | None = None
    opening: Opening | None = None
    pulses_per_litre: float | None = None
    """The meter's, by which all was learnt: a new bucket calibration is no change of the line."""

    def asleep(self, made_for_lpm: float, pulses_per_litre: float | None) -> "FlowWatch":
        """What is left of it after a start; what was told stays so until the line is well."""
        if (made_for_lpm, pulses_per_litre) == (self.made_for_lpm, self.pulses_per_litre):
            return replace(self, opening=None)
        return FlowWatch(made_for_lpm, pulses_per_litre=pulses_per_litre, told=self.told)


def watched(watch: FlowWatch, state: ZoneState, inputs: Inputs, now: float) -> FlowWatch:
    """One tick: an opening ends when the machine leaves the states in which the line is full."""
    if inputs.flow_lpm is None:
        return watch
    carries = state in _CARRYING and inputs.open and not inputs.others_open
    if carries:
        return watch if watch.opening else replace(watch, opening=Opening(now, inputs.litres))
    if watch.opening is None:
        return watch
    minutes = (now - watch.opening.since) / 60.0
    litres = inputs.litres - watch.opening.litres
    return measured(replace(watch, opening=None), litres, minutes)


def measured(watch: FlowWatch, litres: float, minutes: float) -> FlowWatch:
    """An opening of some minutes is over."""
    if minutes < LEAST_MIN or litres <= 0.0:
        return watch
    lpm = litres / minutes
    if watch.minutes < LEARN_MIN:
        so_far = watch.minutes + minutes
        usual = watch.usual_lpm + (lpm - watch.usual_lpm) * minutes / so_far
        return replace(watch, usual_lpm=usual, minutes=so_far)
    off = lpm / watch.usual_lpm - 1.0
    low = min(CEILING, max(0.0, watch.low - off - SLACK))
    high = min(CEILING, max(0.0, watch.high + off - SLACK))
    return replace(watch, low=low, high=high, told=_verdict(watch.told, low, high))


def _verdict(told: Alarm | None, low: float, high: float) -> Alarm | None:
    """What is told begins at the limit and ends at nothing: a line does not mend by chance."""
    if low >= LIMIT:
        return Alarm.CLOGGED
    if high >= LIMIT:
        return Alarm.LEAKING
    over = (told is Alarm.CLOGGED and low == 0.0) or (told is Alarm.LEAKING and high == 0.0)
    return None if over else told
