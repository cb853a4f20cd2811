"""Heat, cold, air too dry or too damp, a battery almost empty: told once it lasts; pure.

Irrigation cannot mend these; a person can, with shade, vents, doors and a fresh battery.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from edge.agronomy import saturation_vapour_pressure
from edge.evaporation import Air
from wire.codes import Alarm


@dataclass(frozen=True, slots=True)
class Limit:
    """One alarm: it begins at or beyond `on` after a while and ends at or within `off`."""

    on: float
    off: float
    patience_s: float

    def is_beyond(self, value: float) -> bool:
        return value >= self.on if self.on > self.off else value <= self.on

    def is_within(self, value: float) -> bool:
        return value <= self.off if self.on > self.off else value >= self.off


HEAT: Final = Limit(40.0, 38.0, 30 * 60.0)
"""°C; fruit vegetables drop flowers well below it, and a house at noon passes 35 every day."""

COLD: Final = Limit(5.0, 7.0, 30 * 60.0)
"""°C; the highlands know such nights, and leaves freeze at 3 °C above the air's frost."""

DRY_AIR: Final = Limit(3.0, 2.5, 60 * 60.0)
"""Vapour pressure deficit, kPa; leaves close their pores."""

DAMP_AIR: Final = Limit(0.15, 0.3, 12 * 3600.0)
"""kPa; every night is damp, half a day of it brings mildew."""


BATTERY: Final = Limit(20.0, 50.0, 30 * 60.0)
"""Per cent of the weakest one; a cell that rests gains a few, and a fresh one tells far more."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One alarm so far."""

    since: float | None = None
    """Since when the air has been beyond the limit, monotonic seconds."""
    told: bool = False


AirWatch = Mapping[Alarm, Watch]
CALM: Final[AirWatch] = dict.fromkeys(
    (Alarm.HEAT, Alarm.COLD, Alarm.DRY_AIR, Alarm.DAMP_AIR, Alarm.BATTERY), Watch()
)


def watched(watch: AirWatch, air: Air, charge: float | None, now: float) -> AirWatch:
    """Look at air and charge; what is not measured now changes nothing that was told."""
    deficit = _deficit_kpa(air)
    seen = (
        (Alarm.HEAT, HEAT, air.air_c),
        (Alarm.COLD, COLD, air.air_c),
        (Alarm.DRY_AIR, DRY_AIR, deficit),
        (Alarm.DAMP_AIR, DAMP_AIR, deficit),
        (Alarm.BATTERY, BATTERY, charge),
    )
    return {alarm: _judged(watch[alarm], limit, value, now) for alarm, limit, value in seen}


def _deficit_kpa(air: Air) -> float | None:
    """FAO-56 Eq. 11 and 17."""
    if air.air_c is None or air.rh is None:
        return None
    return saturation_vapour_pressure(air.air_c) * (1.0 - air.rh)


def _judged(watch: Watch, limit: Limit, value: float | None, now: float) -> Watch:
    if value is None:
        return Watch(None, watch.told)
    if not limit.is_beyond(value):
        return Watch(None, watch.told and not limit.is_within(value))
    since = now if watch.since is None else watch.since
    return Watch(since, watch.told or now - since >= limit.patience_s)
