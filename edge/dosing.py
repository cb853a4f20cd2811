"""How much water an idle zone wants: the strategies, asked every five minutes.

A dose is always a computed volume, never "open until wet": the wetting front arrives an hour late.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from edge import belief
from edge.belief import Sight
from edge.control import (
    MIN_PROBES,
    Dose,
    Inputs,
    Strategy,
    ZoneMemory,
    ZoneParams,
    budget_left,
    calendar_reason,
    hard_reason,
    is_stale,
)
from edge.evaporation import expected
from wire.codes import Cause, ZoneState

PLAN_EVERY_S: Final = 300.0
"""Cadence of `plan`: soil moves slowly, and a filtered probe needs some minutes to settle."""

SLOT_GRACE_MIN: Final = 60
"""A programme slot missed by more than this is skipped: a boot at noon must not catch up."""

BLIND_CADENCE_S: Final = 90 * 60.0
"""Programme cadence while the wall clock is unknown."""

PROGRAMME_SHARE: Final = 0.60
"""Share of the day's budget that a programme without feedback may use in all its slots."""

ADAPTIVE_SHARE: Final = 0.20
"""Share of the day's budget that one dose may use: what went wrong is seen before the next."""

LONE_PROBE_AUTHORITY: Final = 0.5
MIN_DOSE_L_PER_PLANT: Final = 0.03
"""Below this the pipe swallows the dose."""

SLOW_FLOW_MARGIN: Final = 1.5
"""A dose may take this many times its nominal duration before it is cut off by time."""


def plan(
    params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float
) -> tuple[ZoneMemory, Dose | None]:
    """Every five minutes: the dose that an idle zone wants, if any."""
    if params.strategy is Strategy.ADAPTIVE:
        memory = _learn(params, memory, inputs, now)
    blocked = hard_reason(params, memory, inputs) or calendar_reason(params, memory, inputs, now)
    if blocked or memory.state is not ZoneState.IDLE:
        return memory, None
    memory, litres, cause = _STRATEGIES[params.strategy](params, memory, inputs, now)
    litres = min(litres, budget_left(params, memory))
    if litres < MIN_DOSE_L_PER_PLANT * params.plants:
        return memory, None
    max_s = params.prime_s + SLOW_FLOW_MARGIN * 60.0 * litres / params.nominal_lpm
    return memory, Dose(cause, litres, max_s)


_Wish = tuple[ZoneMemory, float, Cause]
_Planner = Callable[[ZoneParams, ZoneMemory, Inputs, float], _Wish]


def _threshold(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> _Wish:
    """Refill the computed depletion; without two believed probes only the capped programme."""
    if inputs.probes < MIN_PROBES or is_stale(params, inputs):
        return _programme(params, memory, inputs, now)
    return memory, _deficit_l(params, inputs), Cause.AUTO


def _adaptive(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> _Wish:
    """Replace what the plants drank; without a trusted probe only within the programme's share."""
    del now
    known = memory.belief
    if known is None:
        return memory, 0.0, Cause.AUTO
    enough = MIN_DOSE_L_PER_PLANT if memory.refilling else params.trigger_l
    memory = replace(memory, refilling=known.deficit_l >= enough)
    if not memory.refilling:
        return memory, 0.0, Cause.AUTO
    authority = 1.0 if inputs.probes >= MIN_PROBES else LONE_PROBE_AUTHORITY
    most = authority * ADAPTIVE_SHARE * params.budget_l
    litres = min(known.deficit_l * params.plants, most)
    if belief.trusted(known, _readings(inputs)):
        return memory, litres, Cause.AUTO
    left = PROGRAMME_SHARE * params.budget_l - memory.day_l
    return memory, min(litres, left), Cause.FALLBACK


def _learn(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> ZoneMemory:
    """Keep the root zone's books, whether or not a dose is possible now."""
    litres = inputs.litres / params.plants
    if memory.belief is not None and memory.belief.is_current(now, litres):
        return memory
    sight = Sight(
        now=now,
        wall_s=inputs.wall_s,
        minute=inputs.minute,
        day=inputs.day,
        litres=litres,
        air=inputs.air,
        readings=_readings(inputs),
        expected=expected(params.forecast, inputs.day),
    )
    garden = params.garden
    known = memory.belief or belief.first(garden, _dry_vwc(params, inputs))
    return replace(memory, belief=belief.seen(known, garden, sight))


def _dry_vwc(params: ZoneParams, inputs: Inputs) -> float | None:
    """What the probes say of a zone nobody has watered yet, if they say it is dry."""
    if inputs.vwc is None or inputs.vwc >= params.refill * params.full_point:
        return None
    return inputs.vwc


def _readings(inputs: Inputs) -> dict[str, float]:
    return {str(n): value for n, value in enumerate(inputs.values, 1) if value is not None}


def _timer(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> _Wish:
    memory, litres, _ = _programme(params, memory, inputs, now)
    return memory, litres, Cause.AUTO


# MONITOR has none: its calendar reason always forbids.
_STRATEGIES: Final[dict[Strategy, _Planner]] = {
    Strategy.TIMER: _timer,
    Strategy.THRESHOLD: _threshold,
    Strategy.ADAPTIVE: _adaptive,
}


def _deficit_l(params: ZoneParams, inputs: Inputs) -> float:
    """Litres from the measured water content up to the target; none above the refill point."""
    fill = (inputs.vwc or 0.0) / params.full_point
    if fill >= params.refill:
        return 0.0
    return (params.target - fill) * params.full_point * params.root_l * params.plants


def _programme(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> _Wish:
    """The capped programme without feedback: by slots, or by cadence without a trusted clock."""
    share = PROGRAMME_SHARE * params.budget_l
    litres = min(share / len(params.programme), share - memory.day_l)
    if inputs.minute is None:
        last = memory.last_dose_end
        due = last is None or now - last >= BLIND_CADENCE_S
        return memory, litres if due else 0.0, Cause.FALLBACK
    passed = [slot for slot in params.programme if slot <= inputs.minute]
    fresh = len(passed) > memory.slots_done and inputs.minute - passed[-1] <= SLOT_GRACE_MIN
    memory = replace(memory, slots_done=max(memory.slots_done, len(passed)))
    return memory, litres if fresh else 0.0, Cause.FALLBACK
