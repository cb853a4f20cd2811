"""What is known of a house when somebody looks for trouble; gathered from rows elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cloud.telemetry.told import LostSensor
from wire.codes import Alarm, Cause, Fault, Reason, ZoneState


@dataclass(frozen=True)
class Minute:
    """What the flow meter and the valves told together; rows are a minute apart."""

    at: datetime
    flow_lpm: float | None
    open_s: Mapping[str, float]
    """Seconds that a valve was open since the row before, by the device's key of its zone."""


@dataclass(frozen=True)
class DayFlow:
    """Water through a zone's open valve in one day."""

    at: datetime
    """The day's midnight in Viet Nam."""
    litres: float
    open_s: float


@dataclass(frozen=True)
class Since:
    """Something that is on, and from when."""

    at: datetime
    code: str = ""


@dataclass(frozen=True)
class ZoneFacts:
    """What is known of a zone that a device serves."""

    id: int
    key: str
    """The device's name for it."""
    probes: bool = False
    """Whether it has probes in the soil."""
    fault: Fault | None = None
    fault_at: datetime | None = None
    alarms: frozenset[Alarm] = frozenset()
    alarm_at: datetime | None = None
    state: ZoneState | None = None
    reason: Reason | None = None
    """Why it does not water, as last told."""
    mode_at: datetime | None = None
    cause: Cause | None = None
    """Of the newest dose."""
    dose_at: datetime | None = None
    mute_rows: int = 0
    """Newest rows in a row that hold no number from its soil."""
    fill_at: datetime | None = None
    days: tuple[DayFlow, ...] = ()
    """Days on which it was watered, in order of time."""


@dataclass(frozen=True)
class Facts:
    """A house with a device that has spoken at least once."""

    heard: datetime
    zones: tuple[ZoneFacts, ...] = ()
    stored_at: datetime | None = None
    """When something it wrote was last stored here."""
    minutes: tuple[Minute, ...] = ()
    """The newest, in order of time."""
    air: frozenset[Alarm] = frozenset()
    air_at: datetime | None = None
    tank: float | None = None
    """Fraction of a full tank."""
    lost_sensor: LostSensor | None = None
    card: Since | None = None
    """The newest trouble with the card, by the code of the event that told it."""
