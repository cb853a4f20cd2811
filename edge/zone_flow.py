"""What the flow meter says of a zone: running dry, burst, or flowing though nobody asked."""

from typing import Final

from edge.control import Inputs, ZoneMemory, ZoneParams
from wire.codes import Fault

BURST_S: Final = 5.0
DRY_S: Final = 10.0
"""A pump that has just started may stutter; a dry one is destroyed within minutes."""


def flow_verdict(params: ZoneParams, inputs: Inputs) -> Fault | None:
    """What the flow of an open zone would mean if it stayed so; without a meter nothing."""
    if inputs.flow_lpm is None:
        return None
    if inputs.flow_lpm > params.q_max * params.nominal_lpm:
        return Fault.BURST
    return Fault.DRY_RUN if inputs.flow_lpm < params.q_min * params.nominal_lpm else None


def flows_unasked(params: ZoneParams, inputs: Inputs) -> bool:
    """Whether water runs that no other zone accounts for; ask only while this one is shut."""
    flow = inputs.flow_lpm
    return flow is not None and flow > params.q_leak_lpm and not inputs.others_open


def flow_fault(
    params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float
) -> tuple[Fault | None, float | None]:
    """The fault of an open zone, and since when its flow has been odd."""
    verdict = flow_verdict(params, inputs)
    if verdict is None:
        return None, None
    since = memory.odd_since if memory.odd_since is not None else now
    patience = BURST_S if verdict is Fault.BURST else DRY_S
    return (verdict if now - since >= patience else None), since
