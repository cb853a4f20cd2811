"""Whether the soil of a zone answers its doses, and when its silence is a fault."""

from typing import Final

from edge.control import Inputs, Strategy, ZoneMemory, ZoneParams, is_stale
from wire.codes import Fault

CLEAR_RISES: Final = 2.0
"""Water that should raise the probes by this × the least rise is worth waiting for."""


def readings(inputs: Inputs) -> tuple[float | None, ...]:
    """What is known of the probes: each one's own value, or what they say together."""
    return inputs.values or (inputs.vwc,)


def has_answered(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> bool:
    """Whether a probe rose; to end a fault it must rise more than a warm morning makes it."""
    rises = CLEAR_RISES if memory.fault is Fault.NO_WETTING else 1.0
    return memory.wetting.is_answered(readings(inputs), rises * params.min_rise)


def awaits_answer(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> bool:
    """Whether automation should see what its last dose did before it gives another."""
    delivery = memory.delivery
    if delivery is None or delivery.by_hand or is_stale(params, inputs):
        return False
    if params.strategy is Strategy.ADAPTIVE and not _is_dry(params, inputs):
        # its doses are counted, not fed back: only soil that stays dry is worth waiting for
        return False
    return memory.wetting.given >= CLEAR_RISES * params.min_rise


def is_unanswered(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> bool:
    """Water was given and the soil is dry all the same; at the full point nothing could rise."""
    wetting = memory.wetting
    if memory.fault is not None or not _is_dry(params, inputs):
        return False
    telling = wetting.is_telling(params.min_rise)
    return telling and wetting.is_refuted(readings(inputs), params.min_rise)


def _is_dry(params: ZoneParams, inputs: Inputs) -> bool:
    return inputs.vwc is not None and inputs.vwc < params.refill * params.full_point
