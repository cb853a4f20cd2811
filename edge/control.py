"""What the irrigation decision is told, remembers and orders, and why a zone may not open.

Pure values; `edge.dosing` decides on doses, `edge.zone` is the machine that carries them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from edge.agronomy import CropCurve
from edge.belief import Belief, Garden
from edge.evaporation import Air, Forecast
from edge.rootzone import Medium
from edge.wetting import Wetting
from wire.codes import Cause, Ended, EventKind, Fault, Reason, ZoneState

MIN_PROBES: Final = 2
"""A threshold on one probe used 21 times the water of the optimum once that probe stuck dry."""


class Strategy(StrEnum):
    """How a zone decides on doses."""

    TIMER = "timer"
    THRESHOLD = "threshold"
    ADAPTIVE = "adaptive"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneParams:
    """What a zone is and may do; the hardware file bounds it, the cloud may only narrow it."""

    key: str
    plants: int
    nominal_lpm: float
    """All emitters of the zone together, L/min."""
    max_lease_l: float
    """Hard cap of one opening, L."""
    budget_l: float
    """Hard cap of a day, L."""
    max_lease_s: float = 600.0
    """Hard cap of one opening, s."""
    strategy: Strategy = Strategy.ADAPTIVE
    full_point: float = 0.55
    """Water content after free drainage, m³/m³."""
    root_l: float = 10.0
    """Rooted medium per plant, L: turns a depletion into litres."""
    wilting_point: float = 0.28
    """Water content at which roots get nothing more, m³/m³."""
    drain_s: float = 1440.0
    """Time constant of drainage above the full point."""
    trigger: float = 0.10
    """Share of the available water that may go before the adaptive strategy doses."""
    stress_p: float = 0.40
    """Share of the available water that the crop takes without stress."""
    plant_area_m2: float = 0.40
    """Ground per plant: turns millimetres into litres."""
    curve: CropCurve | None = None
    """The crop's Kc; None until somebody says what grows here."""
    planted: int | None = None
    """Ordinal of the local day on which the cycle began."""
    leaching: float = 0.20
    """Water beyond the mean need, for the plants that get least of it."""
    refill: float = 0.80
    """Fraction of the full point at which water is wanted."""
    target: float = 0.93
    """Fraction of the full point that a dose aims at."""
    pulse_s: float = 180.0
    soak_s: float = 900.0
    prime_s: float = 60.0
    q_min: float = 0.6
    """Least believable flow while open, fraction of nominal."""
    q_max: float = 1.4
    q_leak_lpm: float = 0.3
    min_interval_s: float = 600.0
    window: tuple[int, int] = (360, 1020)
    """Minutes of the local day between which automation may start a dose."""
    programme: tuple[int, ...] = (420, 600, 780, 900)
    """Minutes of the day of the timer strategy and of the fallback without probes."""
    stale_s: float = 180.0
    min_rise: float = 0.015
    """Rise of the water content that proves that a dose reached the probes, m³/m³."""
    verify_s: float = 3600.0
    """How long automation waits for that rise before it doses again."""
    forecast: Forecast = ()
    """What days are expected to draw; none: tomorrow as today."""

    @property
    def garden(self) -> Garden:
        """What the adaptive strategy believes before anything is measured."""
        medium = Medium(
            volume_l=self.root_l,
            full=self.full_point,
            wilting=self.wilting_point,
            drain_s=self.drain_s,
            p=self.stress_p,
        )
        return Garden(
            medium=medium,
            area_m2=self.plant_area_m2,
            curve=self.curve,
            planted=self.planted,
            leaching=self.leaching,
        )

    @property
    def trigger_l(self) -> float:
        """Litres per plant that must be lacking before the adaptive strategy doses."""
        return self.trigger * (self.full_point - self.wilting_point) * self.root_l


@dataclass(frozen=True, slots=True)
class Dose:
    """A wanted amount. Both bounds end it, whichever is reached first."""

    cause: Cause
    litres: float
    max_s: float
    id: str | None = None
    """The command it answers."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A dose being carried out."""

    dose: Dose
    given_l: float = 0.0
    open_s: float = 0.0
    pulses: int = 0
    over: bool = False
    """Told as ended; only soaking and the soil's answer are still awaited."""

    @property
    def by_hand(self) -> bool:
        return self.dose.cause is Cause.MANUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneMemory:
    """All that the decision remembers of a zone from tick to tick; times are monotonic seconds."""

    state: ZoneState = ZoneState.INIT
    since: float = 0.0
    """When `state` was entered."""
    now: float = 0.0
    """The latest tick seen; an earlier one means that the clock cannot be believed."""
    delivery: Delivery | None = None
    litres: float = 0.0
    """`Inputs.litres` at the latest tick."""
    day: int | None = None
    """Ordinal of the local day that `day_l` belongs to; None until a clock was trusted."""
    day_start: float = 0.0
    calendar: float | None = None
    """Local calendar minus monotonic time as last seen, minutes; it moves when a clock is set."""
    day_l: float = 0.0
    slots_done: int = 0
    last_dose_end: float | None = None
    fault: Fault | None = None
    wetting: Wetting = field(default_factory=Wetting)
    """The doses that the soil has not answered yet."""
    odd_since: float | None = None
    """Since when the flow has been outside what the state allows."""
    steady_since: float | None = None
    """Since when a priming line has carried its emitters' flow."""
    close_tries: int = 0
    belief: Belief | None = None
    """What the adaptive strategy has learnt; survives restarts."""
    refilling: bool = False
    """The adaptive strategy doses on until nothing is lacking: only full roots agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the shell gathered for one zone in this tick."""

    minute: int | None
    """Minute of the local day; None while the clock is untrusted."""
    day: int | None
    """Ordinal of the local day; None while the clock is untrusted."""
    open: bool
    """Whether the valve bank holds this zone's valve open now."""
    litres: float
    """Running total through this zone as the valve bank books it, by meter or nominal flow."""
    flow_lpm: float | None
    """None: the house has no flow meter, so flow faults are off."""
    vwc: float | None
    """Voted water content, m³/m³."""
    vwc_age_s: float = 0.0
    probes: int = 0
    """How many trusted probes stand behind `vwc`."""
    values: tuple[float | None, ...] = ()
    """Each probe's own water content, m³/m³; None for one not heard lately."""
    air: Air = field(default_factory=Air)
    """The house's own weather."""
    wall_s: float | None = None
    """Seconds since 1970; None while the clock is untrusted."""
    tank_ok: bool = True
    valve_fault: Fault | None = None
    """What is wrong with the zone's valve on a node."""
    others_open: bool = False
    """Another zone holds the line, so this zone may not open and the flow is not its own."""
    paused: bool = False
    hold: bool = False
    lockout: bool = False
    cancel: bool = False
    """Somebody at the greenhouse ends this zone's dose."""
    clear_fault: bool = False
    cleared_here: bool = False
    """Whoever clears the fault stands before the valve."""
    request: Dose | None = None
    """A dose of `plan` or of a person, offered for this tick."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open the zone's valve on a lease."""

    zone: str
    lease_s: float
    lease_l: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the zone's valve; harmless when it is closed."""

    zone: str
    ended: Ended


@dataclass(frozen=True, slots=True)
class Emit:
    """Record an event."""

    kind: EventKind
    zone: str
    data: Mapping[str, str | int | float | bool | None]


Effect = Open | Close | Emit


def may_open(params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float) -> Reason | None:
    """The reason against watering now that a person should hear first.

    A line that another zone holds comes last: it is free again in minutes, wet soil is not dry.
    """
    hard = hard_reason(params, memory, inputs)
    if hard is not None and hard is not Reason.OTHER_ZONE:
        return hard
    soil = _soil_reason(params, memory, believed(memory, inputs))
    return calendar_reason(params, memory, inputs, now) or soil or hard


def hard_reason(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> Reason | None:
    """What binds people and automation alike."""
    checks = (
        (inputs.lockout, Reason.LOCKOUT),
        (inputs.hold, Reason.HOLD),
        (is_out_of_service(memory) or inputs.valve_fault is not None, Reason.FAULT),
        (memory.state is ZoneState.INIT, Reason.STARTING),
        (not inputs.tank_ok, Reason.NO_TANK),
        (budget_left(params, memory) <= 0.0, Reason.DAY_BUDGET),
        (inputs.others_open, Reason.OTHER_ZONE),
    )
    return _first(checks)


def is_out_of_service(memory: ZoneMemory) -> bool:
    """Whether a fault forbids all water; unanswered water does so only while the zone rests."""
    if memory.fault is Fault.NO_WETTING:
        return memory.state is ZoneState.FAULT
    return memory.fault is not None


def believed(memory: ZoneMemory, inputs: Inputs) -> Inputs:
    """What the dose decision may know: a soil that does not answer water has no voice in it."""
    if memory.fault is not Fault.NO_WETTING:
        return inputs
    return replace(inputs, vwc=None, probes=0, values=())


def budget_left(params: ZoneParams, memory: ZoneMemory) -> float:
    """Litres that the zone may still take today."""
    return max(0.0, params.budget_l - memory.day_l)


def is_stale(params: ZoneParams, inputs: Inputs) -> bool:
    """Whether there is no believable water content."""
    return inputs.vwc is None or inputs.vwc_age_s > params.stale_s


def calendar_reason(
    params: ZoneParams, memory: ZoneMemory, inputs: Inputs, now: float
) -> Reason | None:
    """What binds automation whatever the soil says."""
    start, end = params.window
    ended = memory.last_dose_end
    checks = (
        (inputs.paused, Reason.PAUSED),
        (params.strategy is Strategy.MONITOR, Reason.MONITOR_ONLY),
        (inputs.minute is not None and not start <= inputs.minute < end, Reason.OUTSIDE_WINDOW),
        (ended is not None and now - ended < params.min_interval_s, Reason.TOO_SOON),
    )
    return _first(checks)


def _soil_reason(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> Reason | None:
    if params.strategy is Strategy.TIMER:
        return None
    if is_stale(params, inputs) or inputs.vwc is None:
        return Reason.PROBE_STALE
    if params.strategy is Strategy.THRESHOLD and inputs.probes < MIN_PROBES:
        return Reason.TOO_FEW_PROBES
    if params.strategy is Strategy.ADAPTIVE and memory.belief is not None:
        return Reason.WET_ENOUGH if memory.belief.deficit_l < params.trigger_l else None
    return Reason.WET_ENOUGH if inputs.vwc >= params.refill * params.full_point else None


def _first(checks: tuple[tuple[bool, Reason], ...]) -> Reason | None:
    return next((reason for applies, reason in checks if applies), None)
