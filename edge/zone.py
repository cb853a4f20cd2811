"""The zone machine, one step a second: INIT, IDLE, PRIME, RUN, SOAK, VERIFY and the ways out.

It orders and records; it holds no valve. Any doubt ends in an order to close.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from edge.control import (
    Close,
    Delivery,
    Dose,
    Effect,
    Emit,
    Inputs,
    Open,
    Strategy,
    ZoneMemory,
    ZoneParams,
    budget_left,
    calendar_reason,
    hard_reason,
    is_stale,
)
from edge.wetting import Wetting
from edge.zone_answer import awaits_answer, has_answered, is_unanswered
from edge.zone_books import WATERING, booked
from edge.zone_flow import flow_fault, flow_verdict, flows_unasked
from wire.codes import Cause, Ended, EventKind, Fault, Reason, ZoneState

QUIET_S: Final = 10.0
"""How long the meter must stand still before a zone may leave INIT."""

STEADY_S: Final = 6.0
"""The meter is averaged over some seconds; on its way up it passes through the right flow."""

LEAK_S: Final = 15.0
"""A pipe drains for some seconds after closing; flow beyond that comes through a valve."""

CLOSE_TRIES: Final = 3
WAIT_IN_SOAK_S: Final = 1800.0
"""How long a dose waits for the line or the tank before its next pulse; then it is given up."""

REST_S: Final = 6 * 3600.0
"""How long a zone whose soil does not answer stays shut: time for a person to look at its lines.

A bag of coir lives through it even on a hot day; then the capped programme waters on.
"""

ENOUGH: Final = 0.98
"""A dose is complete at this share of its litres: no pulse is opened for a cupful."""

_BARRED: Final = frozenset({ZoneState.HOLD, ZoneState.LOCKOUT})
_Outcome = tuple[ZoneMemory, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class _Tick:
    params: ZoneParams
    memory: ZoneMemory
    inputs: Inputs
    now: float

    @property
    def elapsed(self) -> float:
        return self.now - self.memory.since


def step(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> _Outcome:
    """One second of a zone; carry the effects out in order before the next step."""
    if now < memory.now:
        return _distrust_clock(_Tick(params, memory, inputs, now))
    tick = _Tick(params, booked(params, memory, inputs, now), inputs, now)
    return _barred(tick) or _leak(tick) or _answer(tick) or _HANDLERS[tick.memory.state](tick)


def _distrust_clock(tick: _Tick) -> _Outcome:
    """Monotonic time went backwards: nothing timed can be believed, so close and prove anew."""
    memory, now = tick.memory, tick.now
    data = {"behind_s": round(memory.now - now, 3)}
    stays = memory.state in _BARRED or memory.fault is not None
    last = None if memory.last_dose_end is None else now
    memory = replace(memory, now=now, since=now, day_start=now, last_dose_end=last)
    memory, effects = _shut(
        replace(tick, memory=memory),
        memory.state if stays else ZoneState.INIT,
        Ended.INTERRUPTED,
    )
    return memory, (*effects, Emit(EventKind.CLOCK_STEP, tick.params.key, data))


def _barred(tick: _Tick) -> _Outcome | None:
    """STOP, the emergency stop and a valve that does not obey overrule every state."""
    inputs, memory = tick.inputs, tick.memory
    if inputs.lockout or inputs.hold:
        state = ZoneState.LOCKOUT if inputs.lockout else ZoneState.HOLD
        return _change_mode(tick, state) if memory.state is not state else None
    if inputs.valve_fault is not None and memory.fault is None:
        return _fail(tick, inputs.valve_fault)
    if memory.state in _BARRED:
        return _change_mode(tick, ZoneState.FAULT if memory.fault else ZoneState.INIT)
    return _clear(tick) if inputs.clear_fault else None


def _change_mode(tick: _Tick, state: ZoneState) -> _Outcome:
    memory, effects = _shut(tick, state, Ended.STOPPED)
    return memory, (*effects, Emit(EventKind.MODE, tick.params.key, {"state": state.value}))


def _clear(tick: _Tick) -> _Outcome | None:
    """A valve that does not close is cleared by a person at the greenhouse, never from afar."""
    fault = tick.memory.fault
    if fault is None or tick.inputs.valve_fault is not None:
        return None
    if fault is Fault.STUCK_OPEN and not tick.inputs.cleared_here:
        return None
    return _cleared(tick, fault)


def _answer(tick: _Tick) -> _Outcome | None:
    """Any probe that rises ends the count of unanswered doses, and the fault they led to."""
    if not has_answered(tick.params, tick.memory, tick.inputs):
        return None
    if tick.memory.fault is Fault.NO_WETTING:
        return _cleared(tick, Fault.NO_WETTING)
    return _again(tick, replace(tick.memory, wetting=Wetting()))


def _cleared(tick: _Tick, fault: Fault) -> _Outcome:
    memory = replace(tick.memory, fault=None, wetting=Wetting())
    if memory.state is ZoneState.FAULT:
        memory = replace(memory, state=ZoneState.INIT, since=tick.now)
    return memory, (Emit(EventKind.FAULT_CLEARED, tick.params.key, {"fault": fault.value}),)


def _leak(tick: _Tick) -> _Outcome | None:
    """Flow with every valve shut: close again, three times, then take the zone out of service.

    All zones of the house come to the same verdict, which is right: the pump they share would
    feed the open valve through any of them.
    """
    memory = tick.memory
    if memory.state in WATERING or memory.fault is Fault.STUCK_OPEN:
        return None
    if not flows_unasked(tick.params, tick.inputs):
        odd = memory.odd_since is not None
        return _again(tick, replace(memory, odd_since=None, close_tries=0)) if odd else None
    if memory.odd_since is None:
        return _again(tick, replace(memory, odd_since=tick.now))
    return _close_again(tick) if tick.now - memory.odd_since >= LEAK_S else None


def _close_again(tick: _Tick) -> _Outcome:
    if tick.memory.close_tries >= CLOSE_TRIES:
        return _fail(tick, Fault.STUCK_OPEN)
    tries = tick.memory.close_tries + 1
    memory = replace(tick.memory, odd_since=tick.now, close_tries=tries)
    return memory, (Close(tick.params.key, Ended.FAULT),)


def _again(tick: _Tick, memory: ZoneMemory) -> _Outcome:
    return _HANDLERS[memory.state](replace(tick, memory=memory))


def _init(tick: _Tick) -> _Outcome:
    if tick.inputs.others_open or tick.inputs.open or flows_unasked(tick.params, tick.inputs):
        return replace(tick.memory, since=tick.now), ()
    if tick.elapsed < QUIET_S:
        return tick.memory, ()
    return replace(tick.memory, state=ZoneState.IDLE, since=tick.now), ()


def _idle(tick: _Tick) -> _Outcome:
    dose = tick.inputs.request
    if dose is None:
        return tick.memory, ()
    return _begin(tick, dose)


def _begin(tick: _Tick, dose: Dose) -> _Outcome:
    """Start a dose unless something binds it; an automatic dose also keeps to the calendar."""
    params, memory = tick.params, tick.memory
    reason = hard_reason(params, memory, tick.inputs)
    if reason is None and dose.cause is not Cause.MANUAL:
        reason = calendar_reason(params, memory, tick.inputs, tick.now)
    if reason is not None:
        return memory, ()
    memory, effects = _shut(tick, ZoneState.IDLE, Ended.STOPPED)
    memory = replace(memory, delivery=Delivery(dose))
    if dose.cause is not Cause.MANUAL:
        memory = replace(memory, wetting=memory.wetting.begun())
    data = {"cause": dose.cause.value, "litres": round(dose.litres, 2), **_answering(dose)}
    started = Emit(EventKind.DOSE_STARTED, params.key, data)
    memory, opened = _open(replace(tick, memory=memory))
    told = effects if tick.memory.delivery is not None else ()
    return memory, (*told, started, *opened)


def _open(tick: _Tick) -> _Outcome:
    """Every pulse primes anew: the pipe has run empty while the soil soaked."""
    params, memory = tick.params, tick.memory
    delivery = memory.delivery
    if delivery is None:
        return memory, ()
    dose = delivery.dose
    lease_s = min(params.max_lease_s, dose.max_s - delivery.open_s)
    if dose.cause is not Cause.MANUAL:
        lease_s = min(lease_s, params.prime_s + params.pulse_s)
    left = min(dose.litres - delivery.given_l, budget_left(params, memory))
    order = Open(params.key, lease_s, min(left, params.max_lease_l))
    delivery = replace(delivery, pulses=delivery.pulses + 1)
    memory = replace(memory, state=ZoneState.PRIME, since=tick.now, delivery=delivery)
    return replace(memory, odd_since=None, steady_since=None), (order,)


def _prime(tick: _Tick) -> _Outcome:
    """Wait for the flow the emitters draw: a filling pipe draws more, a broken one for good."""
    ending = _ending(tick)
    if ending is not None:
        return _end_pulse(tick, ending)
    verdict = flow_verdict(tick.params, tick.inputs)
    if verdict is None:
        return _steady(tick)
    if tick.elapsed >= tick.params.prime_s:
        return _fail(tick, Fault.BURST if verdict is Fault.BURST else Fault.NO_FLOW)
    return replace(tick.memory, steady_since=None), ()


def _steady(tick: _Tick) -> _Outcome:
    memory = tick.memory
    since = memory.steady_since if memory.steady_since is not None else tick.now
    if tick.now - since < STEADY_S:
        return replace(memory, steady_since=since), ()
    by_hand = memory.delivery is not None and memory.delivery.by_hand
    state = ZoneState.MANUAL if by_hand else ZoneState.RUN
    return replace(memory, state=state, since=tick.now), ()


def _run(tick: _Tick) -> _Outcome:
    ending = _ending(tick)
    if ending is not None:
        return _end_pulse(tick, ending)
    fault, odd_since = flow_fault(tick.params, tick.memory, tick.inputs, tick.now)
    if fault is not None:
        return _fail(tick, fault)
    memory = replace(tick.memory, odd_since=odd_since)
    if memory.state is ZoneState.RUN and tick.elapsed >= tick.params.pulse_s:
        return _soak_after(replace(tick, memory=memory))
    return memory, ()


def _ending(tick: _Tick) -> Ended | None:
    """Why the valve must not stay open, the reasons that end the whole dose first."""
    delivery = tick.memory.delivery
    if delivery is None:
        return Ended.STOPPED
    checks = (
        (tick.inputs.cancel or not tick.inputs.tank_ok, Ended.STOPPED),
        (delivery.given_l >= delivery.dose.litres * ENOUGH, Ended.COMPLETE),
        (budget_left(tick.params, tick.memory) <= 0.0, Ended.BUDGET),
        (_blind(tick, delivery), Ended.STALE),
        (
            delivery.open_s >= delivery.dose.max_s,
            Ended.COMPLETE if delivery.by_hand else Ended.LEASE,
        ),
        (not tick.inputs.open, Ended.LEASE),
    )
    return next((ended for applies, ended in checks if applies), None)


def _blind(tick: _Tick, delivery: Delivery) -> bool:
    """Whether the dose was decided on a probe that can no longer be believed."""
    decided = delivery.dose.cause is Cause.AUTO and tick.params.strategy is not Strategy.TIMER
    return decided and is_stale(tick.params, tick.inputs)


def _end_pulse(tick: _Tick, ended: Ended) -> _Outcome:
    """The guard's lease ends a pulse and the dose goes on; everything else ends the dose."""
    delivery = tick.memory.delivery
    spent = delivery is None or delivery.open_s >= delivery.dose.max_s
    automatic = delivery is not None and not delivery.by_hand
    if ended is Ended.LEASE and automatic and not spent:
        return _soak_after(tick)
    memory, effects = _shut(tick, ZoneState.IDLE, ended)
    if ended is not Ended.COMPLETE or delivery is None:
        return memory, effects
    return replace(memory, state=ZoneState.SOAK, delivery=replace(delivery, over=True)), effects


def _soak_after(tick: _Tick) -> _Outcome:
    memory = replace(tick.memory, state=ZoneState.SOAK, since=tick.now, odd_since=None)
    return memory, (Close(tick.params.key, Ended.COMPLETE),)


def _soak(tick: _Tick) -> _Outcome:
    delivery, params = tick.memory.delivery, tick.params
    if _asked_by_hand(tick) and tick.inputs.request is not None:
        return _begin(tick, tick.inputs.request)
    if delivery is None or tick.elapsed < params.soak_s:
        return tick.memory, ()
    if delivery.over:
        return replace(tick.memory, state=ZoneState.VERIFY, since=tick.now), ()
    if calendar_reason(params, tick.memory, tick.inputs, tick.now) is not None:
        return _shut(tick, ZoneState.IDLE, Ended.STOPPED)
    return _next_pulse(tick, delivery)


def _next_pulse(tick: _Tick, delivery: Delivery) -> _Outcome:
    reason = hard_reason(tick.params, tick.memory, tick.inputs)
    if reason is Reason.DAY_BUDGET:
        return _shut(tick, ZoneState.IDLE, Ended.BUDGET)
    if _blind(tick, delivery):
        return _shut(tick, ZoneState.IDLE, Ended.STALE)
    if reason is None:
        return _open(tick)
    if tick.elapsed >= tick.params.soak_s + WAIT_IN_SOAK_S:
        return _shut(tick, ZoneState.IDLE, Ended.STOPPED)
    return tick.memory, ()


def _verify(tick: _Tick) -> _Outcome:
    """Await the soil's answer before another dose; silence is judged when the wait is over."""
    if _asked_by_hand(tick) and tick.inputs.request is not None:
        return _begin(tick, tick.inputs.request)
    params, memory, inputs = tick.params, tick.memory, tick.inputs
    if not awaits_answer(params, memory, inputs):
        return replace(memory, state=ZoneState.IDLE, since=tick.now, delivery=None), ()
    if tick.elapsed < params.verify_s:
        return _stand(tick)
    if is_unanswered(params, memory, inputs):
        return _fail(tick, Fault.NO_WETTING)
    return replace(memory, state=ZoneState.IDLE, since=tick.now, delivery=None), ()


def _asked_by_hand(tick: _Tick) -> bool:
    return tick.inputs.request is not None and tick.inputs.request.cause is Cause.MANUAL


def _stand(tick: _Tick) -> _Outcome:
    return tick.memory, ()


def _rest(tick: _Tick) -> _Outcome:
    """Most faults last until a person clears them; unanswered water only bars the soil's voice."""
    if tick.memory.fault is not Fault.NO_WETTING or tick.elapsed < REST_S:
        return _stand(tick)
    return replace(tick.memory, state=ZoneState.IDLE, since=tick.now), ()


def _fail(tick: _Tick, fault: Fault) -> _Outcome:
    state = tick.memory.state if tick.memory.state in _BARRED else ZoneState.FAULT
    memory, effects = _shut(tick, state, Ended.FAULT)
    data = {"fault": fault.value, "flow_lpm": tick.inputs.flow_lpm}
    memory = replace(memory, fault=fault)
    return memory, (*effects, Emit(EventKind.FAULT, tick.params.key, data))


def _shut(tick: _Tick, state: ZoneState, ended: Ended) -> _Outcome:
    """Order the valve closed, tell the dose's end once, and go to `state` without a dose."""
    key, delivery = tick.params.key, tick.memory.delivery
    memory = replace(
        tick.memory, state=state, since=tick.now, delivery=None, odd_since=None, close_tries=0
    )
    if delivery is None or delivery.over:
        return memory, (Close(key, ended),)
    dose = delivery.dose
    data = {
        "cause": dose.cause.value,
        "ended": ended.value,
        "litres": round(delivery.given_l, 3),
        "open_s": round(delivery.open_s, 1),
        "pulses": delivery.pulses,
        **_answering(dose),
    }
    memory = replace(memory, last_dose_end=tick.now)
    return memory, (Close(key, ended), Emit(EventKind.DOSE_ENDED, key, data))


def _answering(dose: Dose) -> dict[str, str]:
    return {} if dose.id is None else {"id": dose.id}


_HANDLERS: Final[dict[ZoneState, Callable[[_Tick], _Outcome]]] = {
    ZoneState.INIT: _init,
    ZoneState.IDLE: _idle,
    ZoneState.PRIME: _prime,
    ZoneState.RUN: _run,
    ZoneState.MANUAL: _run,
    ZoneState.SOAK: _soak,
    ZoneState.VERIFY: _verify,
    ZoneState.FAULT: _rest,
    ZoneState.HOLD: _stand,
    ZoneState.LOCKOUT: _stand,
}
