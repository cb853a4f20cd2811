"""From stored rows to facts: what a device's newest rows say of a zone. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cloud.clock import from_unix_ms
from cloud.devices.models import Command
from cloud.greenhouses.facts import Ahead, CommandFacts, Dose, Reading, ZoneFacts
from cloud.greenhouses.models import Zone
from cloud.telemetry import told
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.now import TwoDays
from wire.codes import (
    Cause,
    Ended,
    EventKind,
    Fault,
    Metric,
    Outlook,
    Reason,
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

_AHEAD_MS: Final = 3 * 86_400_000
"""A box looks two days ahead."""
_DEFAULT: Final = ZoneSettings(strategy="adaptive")


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
    fault = told.uncleared(events)
    dose = _newest_dose(events, sample)
    return ZoneFacts(
        public_id=zone.public_id,
        name=zone.name,
        crop=zone.crop,
        refill=levels.refill,
        target=levels.target,
        fill=reading(sample, Metric.FILL),
        state=_state(mode, dose, sample),
        reason=told.code(Reason, mode, "reason"),
        fault=told.code(Fault, fault, "fault"),
        fault_since=told.at(fault) if fault else None,
        alarm=next(iter(told.alarms(events)), None),
        dose=dose,
        litres_today=litres.today,
        litres_yesterday=litres.yesterday,
        ahead=_ahead(mode),
    )


def reading(sample: Sample | None, metric: Metric) -> Reading | None:
    if sample is None or metric.value not in sample.metrics:
        return None
    return Reading(sample.metrics[metric.value], from_unix_ms(sample.wall_ms))


def doses(rows: Sequence[Event]) -> list[Dose]:
    """Waterings from starts and ends in order of time; an end without its start still counts."""
    found: list[Dose] = []
    for row in rows:
        if row.kind == EventKind.DOSE_STARTED:
            found.append(_started(row))
        elif found and found[-1].ended is None:
            found[-1] = _ended(row, found[-1].began)
        else:
            found.append(_ended(row, told.at(row)))
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
    known = zones if isinstance(zones, list) else []
    return all(bool(zone.get("flow_meter")) for zone in known if isinstance(zone, dict))


def _state(mode: Event | None, dose: Dose | None, sample: Sample | None) -> ZoneState | None:
    """What the zone machine is doing, as far as events and the newest row tell.

    A dose runs in pulses with pauses to soak in; only the rows tell them apart.
    """
    if dose is None or dose.ended is not None:
        return told.code(ZoneState, mode, "state")
    if dose.cause is Cause.MANUAL:
        return ZoneState.MANUAL
    has_told = sample is not None and from_unix_ms(sample.wall_ms) > dose.began
    closed = sample is not None and sample.metrics.get(Metric.OPEN_S.value, 0.0) <= 0.0
    return ZoneState.SOAK if has_told and closed else ZoneState.RUN


def _ahead(mode: Event | None) -> Ahead | None:
    """The next dose, as the box told it with why it rests; no hour that it cannot know."""
    at_ms, by = (mode.data.get("next_ms") if mode else None), told.code(Outlook, mode, "next_by")
    if mode is None or by is None or type(at_ms) is not int:
        return None
    return Ahead(from_unix_ms(at_ms), by) if 0 <= at_ms - mode.wall_ms <= _AHEAD_MS else None


def _newest_dose(events: Mapping[EventKind, Event], sample: Sample | None) -> Dose | None:
    """A dose of an earlier boot is over, told or not: a device boots with all valves shut."""
    began, ended = events.get(EventKind.DOSE_STARTED), events.get(EventKind.DOSE_ENDED)
    if ended is not None and (began is None or ended.seq > began.seq):
        return _ended(ended, told.at(began) if began else told.at(ended))
    if began is None:
        return None
    if sample is not None and sample.boot != began.boot and sample.seq > began.seq:
        return replace(
            _started(began), ended=from_unix_ms(sample.wall_ms), ending=Ended.INTERRUPTED
        )
    return _started(began)


def _started(row: Event) -> Dose:
    return Dose(began=told.at(row), cause=told.code(Cause, row, "cause") or Cause.AUTO)


def _ended(row: Event, began: datetime) -> Dose:
    litres = row.data.get("litres")
    return Dose(
        began=began,
        cause=told.code(Cause, row, "cause") or Cause.AUTO,
        ended=told.at(row),
        litres=float(litres) if isinstance(litres, int | float) else 0.0,
        ending=told.code(Ended, row, "ended"),
    )
