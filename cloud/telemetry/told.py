"""What a device's newest events say: faults until cleared, alarms until over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from cloud.clock import from_unix_ms
from cloud.telemetry.models import Event, Sample
from wire.codes import Alarm, EventKind, SensorFault

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class LostSensor:
    """Sensors that the device does not hear; the newest of them by name, where it is one."""

    count: int
    at: datetime
    sensor: str | None = None
    fault: SensorFault | None = None


def code(kind: type[E], row: Event | None, name: str) -> E | None:
    """A code of ours in the row's data; a newer device may know more codes than we do."""
    value = row.data.get(name) if row is not None else None
    return next((code for code in kind if code.value == value), None)


def at(row: Event) -> datetime:
    return from_unix_ms(row.wall_ms)


def uncleared(events: Mapping[EventKind, Event]) -> Event | None:
    """The fault that a zone still has; `events` holds the newest one of each kind."""
    fault, cleared = events.get(EventKind.FAULT), events.get(EventKind.FAULT_CLEARED)
    if fault is None or (cleared is not None and cleared.seq > fault.seq):
        return None
    return fault


def alarms(events: Mapping[EventKind, Event]) -> tuple[Alarm, ...]:
    """What is on: the newest of both kinds names all that was on after it."""
    told = [events[kind] for kind in (EventKind.ALARM, EventKind.ALARM_OVER) if kind in events]
    last = max(told, key=lambda row: row.seq, default=None)
    on = "" if last is None else last.data.get("on")
    left = on.split(",") if isinstance(on, str) else []
    return tuple(code for code in Alarm if code.value in left)


def air_alarms(house: Mapping[EventKind, Event], newest: Sample | None) -> tuple[Alarm, ...]:
    """The same of the air; a device that booted since looks at it anew."""
    if newest is None:
        return ()
    return alarms({kind: row for kind, row in house.items() if row.boot == newest.boot})


def lost_sensor(
    fault: Event | None, well: Event | None, newest: Sample | None
) -> LostSensor | None:
    """A device that booted since begins to count anew, so what it told before says nothing."""
    told = [row for row in (fault, well) if row is not None]
    last = max(told, key=lambda row: row.seq, default=None)
    if last is None or (newest is not None and newest.boot != last.boot):
        return None
    lost = last.data.get("lost")
    count = lost if isinstance(lost, int) else int(last is fault)
    if count < 1:
        return None
    sensor = last.data.get("sensor")
    if last is not fault or not isinstance(sensor, str):
        return LostSensor(count, at(last))
    return LostSensor(count, at(last), sensor, code(SensorFault, last, "code"))
