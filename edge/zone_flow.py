"""What the flow meter says of a zone: running dry, burst, or flowing though nobody asked."""

from typing import Final

from edge.control import Inputs, ZoneMemory, ZoneParams
from wire.codes import Fault

BURST_S: Final = 5.0
DRY_S: Final = 10.0
"""A pump that has just started may stutter; a dry one is destroyed within minutes."""


def flows(params: ZoneParams, inputs: Inputs) -> bool:
    """Whether the line carries what the zone's emitters need; a house without meter assumes so."""
    return inputs.flow_lpm is None or inputs.flow_lpm >= params.q_min * params.nominal_lpm


def flows_unasked(params: ZoneParams, inputs: Inputs) -> bool:
    """Whether water runs that no other zone accounts for; ask only while this one is shut."""
    flow = inputs.flow_lpm
    return flow is not None and flow > params.q_leak_lpm and not inputs.others_open


def flow_fault(
    params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float
) -> tuple[Fault | None, float | None]:
    """The fault of an open zone, and since when its flow has been odd."""
    burst = inputs.flow_lpm is not None and inputs.flow_lpm > params.q_max * params.nominal_lpm
    if not burst and flows(params, inputs):
        return None, None
    since = memory.odd_since if memory.odd_since is not None else now
    if now - since < (BURST_S if burst else DRY_S):
        return None, since
    return (Fault.BURST if burst else Fault.DRY_RUN), since
