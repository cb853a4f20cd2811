"""What is known of a greenhouse at a moment: the input of its status, gathered by the service."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cloud.devices.models import CommandState
from cloud.devices.rules import LOST_AFTER, UNDER_WAY
from cloud.telemetry.told import LostSensor
from cloud.words import Line
from wire.codes import Alarm, Cause, Ended, Fault, Op, Outlook, Reason, ZoneState

_FLOWING: Final = frozenset({ZoneState.PRIME, ZoneState.RUN, ZoneState.MANUAL})


@dataclass(frozen=True)
class Reading:
    """A measured value and when it was measured."""

    value: float
    at: datetime


@dataclass(frozen=True)
class Dose:
    """One watering; without an end it is going on."""

    began: datetime
    cause: Cause
    ended: datetime | None = None
    litres: float = 0.0
    ending: Ended | None = None


@dataclass(frozen=True)
class Ahead:
    """When the box means to water next, and by what it reckoned that."""

    at: datetime
    by: Outlook


@dataclass(frozen=True)
class CommandFacts:
    """The newest command of its kind."""

    public_id: str
    op: Op
    state: CommandState
    issued: datetime
    changed: datetime
    reason: str | None = None
    litres: float | None = None
    zone: str | None = None
    until: datetime | None = None
    """Of a pause: its end, once the device has begun it."""


@dataclass(frozen=True)
class ZoneFacts:
    """What is known of a zone. `refill` and `target` are fractions of the full point."""

    public_id: str
    name: str
    crop: str
    refill: float
    target: float
    fill: Reading | None = None
    state: ZoneState | None = None
    reason: Reason | None = None
    fault: Fault | None = None
    fault_since: datetime | None = None
    alarm: Alarm | None = None
    dose: Dose | None = None
    litres_today: float = 0.0
    litres_yesterday: float = 0.0
    ahead: Ahead | None = None


@dataclass(frozen=True)
class Worry:
    """An alert that is not over, as a sentence; `urgent` where it cannot wait."""

    line: Line
    urgent: bool


@dataclass(frozen=True)
class Facts:
    """What is known of a greenhouse; `asked` is the newest command other than STOP."""

    zones: tuple[ZoneFacts, ...]
    heard: datetime | None = None
    connected: bool = False
    tank: Reading | None = None
    lost_sensor: LostSensor | None = None
    alarm: Alarm | None = None
    metered: bool = True
    """Whether a flow meter can see the water."""
    asked: CommandFacts | None = None
    stop: CommandFacts | None = None
    worries: tuple[Worry, ...] = ()
    """What is the matter by the alerts, the most pressing first."""


def is_lost(facts: Facts, now: datetime) -> bool:
    return facts.heard is None or not facts.connected or now - facts.heard > LOST_AFTER


def is_held(facts: Facts) -> bool:
    return any(zone.state is ZoneState.HOLD for zone in facts.zones)


def is_paused(facts: Facts) -> bool:
    return any(zone.reason is Reason.PAUSED for zone in facts.zones)


def flows(zone: ZoneFacts) -> bool:
    return zone.state in _FLOWING


def is_pending(command: CommandFacts | None) -> bool:
    return command is not None and command.state in UNDER_WAY
