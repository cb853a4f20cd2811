"""One zone as the shell keeps it: parameters, the decision's memory, and what waits to be told."""

from dataclasses import dataclass, field, replace
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
from edge.zone_books import WATERING, at_boot
from wire.codes import Cause, Ended, EventKind, Reason, ZoneState
from wire.messages import ZoneSettings

WETTED_S: Final = 3600.0
"""How long after a dose a fast change of a probe is believed: the wetting front arrives late."""

FULL_POINT: Final = {"coir": 0.55, "soil": 0.30}
ROOT_L: Final = {"coir": 10.0, "soil": 25.0}
"""Presets per medium: water content after drainage, litres of rooted medium per plant."""

LINE_WAIT_S: Final = 300.0
"""How long a person's dose waits for the line: longer than any one pulse of automation."""

_BUSY: Final = WATERING | {ZoneState.SOAK, ZoneState.VERIFY}


@dataclass
class ZoneKeeper:
    """The mutable state of one zone; only the control loop touches it."""

    hardware: Zone
    params: ZoneParams
    memory: ZoneMemory
    next_params: ZoneParams | None = None
    request: Dose | None = None
    """A person's dose that the zone machine has not taken up yet."""
    waits_until: float = 0.0
    """Monotonic seconds up to which that dose may wait for the line."""
    clear_fault: bool = False
    plan_due: float = 0.0
    told: tuple[str, str | None] | None = None
    """State and reason as last told to the cloud."""
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
            self.params, self.next_params = self.next_params, None

    def mode(self, inputs: Inputs, now: float) -> tuple[str, str | None]:
        """State and reason against watering, for people."""
        reason = may_open(self.params, self.memory, inputs, now)
        return self.memory.state.value, reason.value if reason else None

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


def params_of(zone: Zone, settings: ZoneSettings | None) -> ZoneParams:
    """The hardware file bounds; the cloud's settings choose within it."""
    params = ZoneParams(
        key=zone.key,
        plants=zone.plants,
        nominal_lpm=zone.flow_lph / 60,
        max_lease_l=zone.max_lease_l,
        max_lease_s=zone.max_lease_s,
        budget_l=zone.day_budget_l,
        full_point=FULL_POINT[zone.medium],
        root_l=ROOT_L[zone.medium],
    )
    if settings is None:
        return params
    return replace(
        params,
        strategy=Strategy(settings.strategy),
        plants=settings.plants or zone.plants,
        refill=settings.refill,
        target=settings.target,
        window=(settings.window_from, settings.window_to),
    )


def keep(zone: Zone, settings: ZoneSettings | None, record: ZoneRecord, now: float) -> ZoneKeeper:
    """A zone after a start: today's litres and an uncleared fault survive, no dose does."""
    memory = at_boot(now, day=record.day, day_l=record.litres)
    if record.fault is not None:
        memory = replace(memory, state=ZoneState.FAULT, fault=record.fault)
    return ZoneKeeper(zone, params_of(zone, settings), memory, plan_due=now)
