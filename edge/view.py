"""How things stand at one moment, for people there; values only, safe in any thread."""

from dataclasses import dataclass

from wire.codes import Alarm, Ended, Fault, Reason, ZoneState


@dataclass(frozen=True, slots=True)
class LastDose:
    """What a zone was given last since the agent started."""

    ago_s: float
    litres: float
    ended: Ended


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that is being carried out."""

    litres: float
    left_s: float
    """For which the valve may still be open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneView:
    """One zone."""

    key: str
    name: str | None
    """As people there call it."""
    state: ZoneState
    open: bool
    waiting: bool
    """Somebody's dose waits for the line."""
    reason: Reason | None
    """Why it does not water now."""
    fault: Fault | None
    alarm: Alarm | None
    """What is to be seen to in its line."""
    fill: float | None
    """Water in the soil relative to its full point."""
    probe_ages_s: tuple[float | None, ...]
    """Since each probe was heard; None for never."""
    given: Given | None
    today_l: float
    last: LastDose | None
    most_s: float
    """The longest that one opening may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The house."""

    minute: int | None
    """Minute of the local day, where the clock is believed."""
    connected: bool
    tank: float | None
    """How full; None without a sensor."""
    halted_s: float | None
    """For how long all water has been barred."""
    pause_left_s: float
    alarms: tuple[Alarm, ...]
    """What is to be seen to in the house's air."""
    zones: tuple[ZoneView, ...]
