"""From stored rows to facts: what a device's newest rows say of a zone. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from cloud.clock import from_unix_ms
from cloud.devices.models import Command
from cloud.greenhouses.facts import CommandFacts, Dose, LostSensor, Reading, ZoneFacts
from cloud.greenhouses.models import Zone
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.now import TwoDays
from wire.codes import (
    Alarm,
    Cause,
    Ended,
    EventKind,
    Fault,
    Metric,
    Reason,
    SensorFault,
    ZoneState,
)
from wire.messages import ZoneSettings

KINDS: Final = (
    EventKind.MODE,
    EventKind.FAULT,
    EventKind.FAULT_CLEARED,
    EventKind.DOSE_STARTED,
    EventKind.DOSE_ENDED,
    EventKind.ALARM,
    EventKind.ALARM_OVER,
)
HOUSE_KINDS: Final = (EventKind.SENSOR_FAULT, EventKind.SENSOR_WELL)
"""Events that belong to no zone; alarms are told of zones and of the house."""

_DEFAULT: Final = ZoneSettings(strategy="adaptive")

E = TypeVar("E", bound=StrEnum)


def unheard(zone: Zone) -> ZoneFacts:
    """A zone of which no device tells anything."""
    return ZoneFacts(
        public_id=zone.public_id,
        name=zone.name,
        crop=zone.crop,
        refill=_DEFAULT.refill,
        target=_DEFAULT.target,
    )


def zone(
    zone: Zone,
    sample: Sample | None,
    events: Mapping[EventKind, Event],
    litres: TwoDays,
    ruling: ZoneSettings | None = None,
) -> ZoneFacts:
    """`events` holds the newest one of each kind, `ruling` the settings that the device obeys."""
    levels = ruling or _DEFAULT
    mode = events.get(EventKind.MODE)
    fault = _uncleared(events)
    dose = _newest_dose(events, sample)
    return ZoneFacts(
        public_id=zone.public_id,
        name=zone.name,
        crop=zone.crop,
        refill=levels.refill,
        target=levels.target,
        fill=reading(sample, Metric.FILL),
        state=_state(mode, dose, sample),
        reason=_code(Reason, mode, "reason"),
        fault=_code(Fault, fault, "fault"),
        fault_since=_at(fault) if fault else None,
        alarm=alarm(events),
        dose=dose,
        litres_today=litres.today,
        litres_yesterday=litres.yesterday,
    )


def reading(sample: Sample | None, metric: Metric) -> Reading | None:
    if sample is None or metric.value not in sample.metrics:
        return None
    return Reading(sample.metrics[metric.value], from_unix_ms(sample.wall_ms))


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
        return LostSensor(count)
    return LostSensor(count, sensor, _code(SensorFault, last, "code"))


def alarm(events: Mapping[EventKind, Event]) -> Alarm | None:
    """What is on: the newest of both kinds names all that was on after it."""
    told = [events[kind] for kind in (EventKind.ALARM, EventKind.ALARM_OVER) if kind in events]
    last = max(told, key=lambda row: row.seq, default=None)
    on = "" if last is None else last.data.get("on")
    left = on.split(",") if isinstance(on, str) else []
    return next((code for code in Alarm if code.value in left), None)


def air_alarm(house: Mapping[EventKind, Event], newest: Sample | None) -> Alarm | None:
    """The same of the air; a device that booted since looks at it anew."""
    if newest is None:
        return None
    return alarm({kind: row for kind, row in house.items() if row.boot == newest.boot})


def doses(rows: Sequence[Event]) -> list[Dose]:
    """Waterings from starts and ends in order of time; an end without its start still counts."""
    found: list[Dose] = []
    for row in rows:
        if row.kind == EventKind.DOSE_STARTED:
            found.append(_started(row))
        elif found and found[-1].ended is None:
            found[-1] = _ended(row, found[-1].began)
        else:
            found.append(_ended(row, _at(row)))
    return found


def command(row: Command | None, zone_names: Mapping[int | None, str]) -> CommandFacts | None:
    if row is None:
        return None
    return CommandFacts(
        public_id=row.public_id,
        op=row.op,
        state=row.state,
        issued=row.issued_at,
        changed=row.changed_at,
        reason=row.reason,
        litres=row.litres_given,
        zone=zone_names.get(row.zone_id),
        until=None if row.for_s is None else row.changed_at + timedelta(seconds=row.for_s),
    )


def newest(commands: Iterable[CommandFacts | None]) -> CommandFacts | None:
    known = [command for command in commands if command is not None]
    return max(known, key=lambda command: command.issued, default=None)


def metered(birth: Mapping[str, object]) -> bool:
    """Whether the device told of a flow meter; of an unheard one nothing is said."""
    zones = birth.get("zones")
    told = zones if isinstance(zones, list) else []
    return all(bool(zone.get("flow_meter")) for zone in told if isinstance(zone, dict))


def _state(mode: Event | None, dose: Dose | None, sample: Sample | None) -> ZoneState | None:
    """What the zone machine is doing, as far as events and the newest row tell.

    A dose runs in pulses with pauses to soak in; only the rows tell them apart.
    """
    if dose is None or dose.ended is not None:
        return _code(ZoneState, mode, "state")
    if dose.cause is Cause.MANUAL:
        return ZoneState.MANUAL
    told = sample is not None and from_unix_ms(sample.wall_ms) > dose.began
    closed = sample is not None and sample.metrics.get(Metric.OPEN_S.value, 0.0) <= 0.0
    return ZoneState.SOAK if told and closed else ZoneState.RUN


def _uncleared(events: Mapping[EventKind, Event]) -> Event | None:
    fault, cleared = events.get(EventKind.FAULT), events.get(EventKind.FAULT_CLEARED)
    if fault is None or (cleared is not None and cleared.seq > fault.seq):
        return None
    return fault


def _newest_dose(events: Mapping[EventKind, Event], sample: Sample | None) -> Dose | None:
    """A dose of an earlier boot is over, told or not: a device boots with all valves shut."""
    began, ended = events.get(EventKind.DOSE_STARTED), events.get(EventKind.DOSE_ENDED)
    if ended is not None and (began is None or ended.seq > began.seq):
        return _ended(ended, _at(began) if began else _at(ended))
    if began is None:
        return None
    if sample is not None and sample.boot != began.boot and sample.seq > began.seq:
        return replace(
            _started(began), ended=from_unix_ms(sample.wall_ms), ending=Ended.INTERRUPTED
        )
    return _started(began)


def _started(row: Event) -> Dose:
    return Dose(began=_at(row), cause=_code(Cause, row, "cause") or Cause.AUTO)


def _ended(row: Event, began: datetime) -> Dose:
    litres = row.data.get("litres")
    return Dose(
        began=began,
        cause=_code(Cause, row, "cause") or Cause.AUTO,
        ended=_at(row),
        litres=float(litres) if isinstance(litres, int | float) else 0.0,
        ending=_code(Ended, row, "ended"),
    )


def _code(kind: type[E], row: Event | None, name: str) -> E | None:
    """A code of ours in the row's data; a newer device may know more codes than we do."""
    value = row.data.get(name) if row is not None else None
    return next((code for code in kind if code.value == value), None)


def _at(row: Event) -> datetime:
    return from_unix_ms(row.wall_ms)
