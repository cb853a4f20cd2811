"""The kinds of alerts, how pressing they are, and how long each must be well to be over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What is the matter."""

    SILENT = "silent"
    """The box of the house is not heard."""
    STALE = "stale"
    """It is heard, and its numbers stand still."""
    NO_FLOW = "no_flow"
    """A valve is open and no water comes."""
    LEAK = "leak"
    """Water flows that nobody ordered, or more than the line used to carry."""
    BURST = "burst"
    STUCK_VALVE = "stuck_valve"
    CLOGGED = "clogged"
    NO_WETTING = "no_wetting"
    """Water was given and the soil did not answer."""
    MACHINE = "machine"
    """A part of the box or a wireless valve fails."""
    SENSOR = "sensor"
    """A sensor is not heard, or not believed."""
    FALLBACK = "fallback"
    """A zone is watered by the clock, for lack of probes to believe."""
    BUDGET = "budget"
    """The day's water is used up."""
    TANK = "tank"
    HALTED = "halted"
    """Nothing is watered: the emergency stop, or a STOP that lasts for hours."""
    HEAT = "heat"
    COLD = "cold"
    DRY_AIR = "dry_air"
    DAMP_AIR = "damp_air"
    BATTERY = "battery"
    """Of a wireless sensor, almost empty."""
    CARD = "card"
    """The box's card is full or damaged."""


class Severity(StrEnum):
    """Whether it can wait."""

    WATCH = "watch"
    ACT = "act"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True)
class Place:
    """One kind in one zone, or in the house where the zone is None: there is one alert for it."""

    kind: Kind
    zone: int | None = None


CALM: Final = timedelta(minutes=5)
"""Five rows in which all is well; what comes and goes within it is one and the same trouble."""

_CALMS: Final[Mapping[Kind, timedelta]] = {
    # Air follows clouds and an open door: a quarter of an hour is the agent's own measure.
    Kind.HEAT: timedelta(minutes=15),
    Kind.COLD: timedelta(minutes=15),
    Kind.DRY_AIR: timedelta(minutes=15),
    Kind.DAMP_AIR: timedelta(minutes=15),
    # A cell that is weak today drops the box again and again.
    Kind.SILENT: timedelta(minutes=10),
}


def calm(kind: Kind) -> timedelta:
    """For how long nothing of it may be seen before it is over."""
    return _CALMS.get(kind, CALM)
