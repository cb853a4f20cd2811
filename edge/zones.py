"""One zone as the shell keeps it: parameters, the decision's memory, and what waits to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from edge.change import ZoneRecord
from edge.config import Zone
from edge.control import (
    Dose,
    Emit,
    Inputs,
    Strategy,
    ZoneMemory,
    ZoneParams,
    hard_reason,
    may_open,
)
from edge.evaporation import EPOCH
from edge.flow_watch import FlowWatch
from edge.outlook import Ahead, ahead
from edge.profiles import crops, media
from edge.zone_books import WATERING, at_boot
from wire.codes import Cause, Ended, EventKind, Reason, ZoneState
from wire.messages import ZoneSettings

WETTED_S: Final = 3600.0
"""How long after a dose a fast change of a probe is believed: the wetting front arrives late."""

LINE_WAIT_S: Final = 300.0
"""How long a person's dose waits for the line: longer than any one pulse of automation."""

_STEADY: Final = frozenset({ZoneState.RUN, ZoneState.MANUAL})
"""The pipe is full: what the meter counts leaves the emitters."""
_BUSY: Final = WATERING | {ZoneState.SOAK, ZoneState.VERIFY}


@dataclass(frozen=True, slots=True)
class GivenDose:
    """A dose that has ended."""

    at: float
    """Monotonic seconds."""
    litres: float
    ended: Ended


@dataclass
class ZoneKeeper:
    """The mutable state of one zone; only the control loop touches it."""

    hardware: Zone
    params: ZoneParams
    memory: ZoneMemory
    flow: FlowWatch
    """Alarms of the zone's line."""
    name: str | None = None
    """As people call it."""
    next_params: ZoneParams | None = None
    request: Dose | None = None
    """A person's dose that the zone machine has not taken up yet."""
    waits_until: float = 0.0
    """Monotonic seconds up to which that dose may wait for the line."""
    clear_fault: bool = False
    cleared_here: bool = False
    cancel: bool = False
    """Somebody at the greenhouse wants this zone's dose to end."""
    flow_told: str | None = None
    """The command whose water the meter was last told to have seen."""
    last_dose: GivenDose | None = None
    plan_due: float = 0.0
    learnt_due: float = 0.0
    """When what was learnt goes to the card again."""
    told: tuple[str, str | None] | None = None
    """State and reason as last told to the cloud."""
    next_told_ms: int | None = None
    """When the next dose is due, as last told; unix milliseconds."""
    booked: tuple[float, float] = field(default=(0.0, 0.0))
    """Seconds open and litres as of the last sample row."""

    @property
    def key(self) -> str:
        return self.params.key

    @property
    def is_busy(self) -> bool:
        """Whether a dose is under way or its effect awaited: no moment for new settings."""
        return self.memory.state in _BUSY

    def is_wetted(self, now: float) -> bool:
        ended = self.memory.last_dose_end
        return self.is_busy or (ended is not None and now - ended <= WETTED_S)

    def adopt_settings(self) -> None:
        """Take new settings at a safe point."""
        if self.next_params is not None and not self.is_busy:
            before, self.params, self.next_params = self.params, self.next_params, None
            self.memory = _recounted(self.memory, before.plants / self.params.plants)

    def mode(self, inputs: Inputs, now: float) -> tuple[str, str | None]:
        """State and reason against watering, for people."""
        reason = may_open(self.params, self.memory, inputs, now)
        return self.memory.state.value, reason.value if reason else None

    def ahead(self, inputs: Inputs, now: float) -> Ahead | None:
        """The next automatic dose, for people."""
        reason = may_open(self.params, self.memory, inputs, now)
        return ahead(self.params, self.memory, inputs, reason)

    def refusal(self, inputs: Inputs) -> Reason | None:
        """What binds even a person now."""
        return hard_reason(self.params, self.memory, inputs)

    def ask(self, dose: Dose, now: float) -> None:
        """Offer a person's dose to the zone machine."""
        self.request, self.waits_until = dose, now + LINE_WAIT_S

    @property
    def is_promised(self) -> bool:
        """Whether a person's dose waits or flows here already."""
        delivery = self.memory.delivery
        if self.request is not None or delivery is None:
            return self.request is not None
        return self.memory.state in WATERING and delivery.dose.cause is Cause.MANUAL

    @property
    def is_watering(self) -> bool:
        """Whether a dose flows here or waits to."""
        return self.request is not None or self.memory.state in WATERING

    @property
    def doubted(self) -> frozenset[int]:
        """Probes that do not move when they should, counted from 1."""
        trust = {} if self.memory.belief is None else self.memory.belief.trust
        return frozenset(int(number) for number, said in trust.items() if not said.is_trusted)

    def obeyed(self) -> None:
        """What was asked of this tick has been taken in."""
        self.clear_fault = self.cleared_here = self.cancel = False

    def remember(self, told: Emit, now: float) -> None:
        """Keep the end of a dose for people who ask."""
        litres, ended = told.data.get("litres"), told.data.get("ended")
        if told.kind is EventKind.DOSE_ENDED and isinstance(litres, float):
            self.last_dose = GivenDose(now, litres, Ended(str(ended)))

    def first_flow(self, inputs: Inputs) -> Emit | None:
        """The meter's word, once, that what a command asked for flows; none without a meter."""
        delivery = self.memory.delivery
        if delivery is None or inputs.flow_lpm is None or self.memory.state not in _STEADY:
            return None
        command = delivery.dose.id
        if command in {None, self.flow_told} or delivery.given_l <= 0.0:
            return None
        self.flow_told = command
        data: dict[str, str | int | float | bool | None] = {
            "id": command,
            "litres": round(delivery.given_l, 3),
        }
        return Emit(EventKind.COMMAND_FLOWING, self.key, data)

    def waits_for_line(self, inputs: Inputs, now: float) -> bool:
        """Whether only water flowing elsewhere, or in an automatic pulse, keeps the dose back."""
        if now >= self.waits_until or self.refusal(inputs) not in {None, Reason.OTHER_ZONE}:
            return False
        return inputs.open or inputs.others_open

    @property
    def is_under_way(self) -> bool:
        """Whether a dose has begun whose end is not told yet."""
        return self.memory.delivery is not None and not self.memory.delivery.over

    def interrupted(self) -> Emit | None:
        """The end of a dose that is cut short because the agent leaves."""
        delivery = self.memory.delivery
        if delivery is None or not self.is_under_way:
            return None
        self.memory = replace(self.memory, delivery=None)
        data: dict[str, str | int | float | bool | None] = {
            "cause": delivery.dose.cause.value,
            "ended": Ended.INTERRUPTED.value,
            "litres": round(delivery.given_l, 3),
            "open_s": round(delivery.open_s, 1),
            "pulses": delivery.pulses,
            "id": delivery.dose.id,
        }
        return Emit(EventKind.DOSE_ENDED, self.key, data)

    def record(self) -> ZoneRecord:
        """What the zone must know after a power cut."""
        return ZoneRecord(self.memory.day, round(self.memory.day_l, 3), self.memory.fault)


def params_of(
    zone: Zone, settings: ZoneSettings | None, forecast: Mapping[date, float] | None = None
) -> ZoneParams:
    """The hardware file bounds; the cloud's settings choose within it."""
    ahead = sorted((forecast or {}).items())
    built = replace(_as_built(zone), forecast=tuple(((on - EPOCH).days, of) for on, of in ahead))
    if settings is None:
        return _with_crop(built, zone)
    grown = {"crop": settings.crop, "planted": settings.planted}
    said = {key: value for key, value in grown.items() if value is not None}
    params = _with_crop(built, zone.model_copy(update=said))
    return replace(
        params,
        strategy=Strategy(settings.strategy),
        plants=settings.plants or zone.plants,
        refill=settings.refill,
        target=settings.target,
        window=(settings.window_from, settings.window_to),
    )


def _as_built(zone: Zone) -> ZoneParams:
    medium, tuning = media()[zone.medium], zone.tuning
    return ZoneParams(
        key=zone.key,
        plants=zone.plants,
        nominal_lpm=zone.flow_lph / 60,
        max_lease_l=zone.max_lease_l,
        max_lease_s=zone.max_lease_s,
        budget_l=zone.day_budget_l,
        full_point=medium.full if tuning.full_point is None else tuning.full_point,
        wilting_point=medium.wilting,
        root_l=medium.root_l if tuning.root_l is None else tuning.root_l,
        drain_s=medium.drain_h * 3600.0,
        trigger=medium.trigger if tuning.trigger is None else tuning.trigger,
        leaching=medium.leaching if tuning.leaching is None else tuning.leaching,
        plant_area_m2=zone.plant_area_m2,
        verify_s=medium.verify_s,
        programme=tuning.minutes,
        pulse_s=tuning.pulse_s,
        soak_s=tuning.soak_s,
        prime_s=tuning.prime_s,
        min_interval_s=tuning.min_interval_s,
        q_min=tuning.q_min,
        q_max=tuning.q_max,
        q_leak_lpm=tuning.q_leak_lpm,
        stale_s=tuning.stale_s,
        min_rise=tuning.min_rise,
    )


def _with_crop(params: ZoneParams, zone: Zone) -> ZoneParams:
    if zone.crop is not None:
        crop = crops()[zone.crop]
        params = replace(params, curve=crop.curve(zone.cycle_days), stress_p=crop.p)
    if zone.planted is not None:
        params = replace(params, planted=(zone.planted - EPOCH).days)
    return params


def _recounted(memory: ZoneMemory, factor: float) -> ZoneMemory:
    """Water that was shared among other plants is not water that has just come."""
    if memory.belief is None:
        return memory
    return replace(memory, belief=replace(memory.belief, litres=memory.belief.litres * factor))


def keep(zone: Zone, record: ZoneRecord, now: float) -> ZoneKeeper:
    """A zone after a start: today's litres and an uncleared fault survive, no dose does."""
    memory = at_boot(now, day=record.day, day_l=record.litres)
    if record.fault is not None:
        memory = replace(memory, state=ZoneState.FAULT, fault=record.fault)
    params = params_of(zone, None)
    flow = FlowWatch(params.nominal_lpm)
    return ZoneKeeper(zone, params, memory, flow, name=zone.name, plan_due=now)
