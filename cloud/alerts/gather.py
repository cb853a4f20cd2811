"""From a device's newest rows to what is known of its house. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.alerts.facts import DayFlow, Facts, Minute, Since, ZoneFacts
from cloud.clock import from_unix_ms
from cloud.devices.models import DeviceSession, ZoneBinding
from cloud.telemetry import days, told
from cloud.telemetry.days import Level
from cloud.telemetry.models import Event, Sample
from wire.codes import Cause, EventKind, Fault, Metric, Reason, ZoneState

KINDS: Final = (
    EventKind.MODE,
    EventKind.FAULT,
    EventKind.FAULT_CLEARED,
    EventKind.ALARM,
    EventKind.ALARM_OVER,
    EventKind.DOSE_STARTED,
    EventKind.DOSE_ENDED,
    EventKind.SENSOR_FAULT,
    EventKind.SENSOR_WELL,
    EventKind.ROWS_DROPPED,
    EventKind.STORE_QUARANTINED,
)
LOOKS_BACK: Final = timedelta(days=28)
"""A month of a line's flow: clogging takes weeks, and a crop is replanted after three months."""

Events = Mapping[tuple[str | None, EventKind], Event]
Days = Mapping[tuple[str, int, str], float]


@dataclass(frozen=True)
class Rows:
    """What of a device is stored; `events` holds the newest of each zone and kind."""

    connection: DeviceSession
    bindings: Sequence[ZoneBinding]
    samples: Sequence[Sample]
    events: Events
    days: Days
    stored_at: datetime | None = None
    """When rows of it were last stored, by our own clock."""


def facts(rows: Rows) -> Facts:
    house = _of(rows.events, None)
    newest = rows.samples[-1] if rows.samples else None
    of_house = [row for row in rows.samples if row.zone_key is None]
    air = told.air_alarms(house, newest)
    return Facts(
        heard=rows.connection.heard_at,
        zones=tuple(_zone(rows, binding) for binding in rows.bindings),
        stored_at=rows.stored_at,
        minutes=_minutes(rows.samples),
        air=frozenset(air),
        air_at=_newest_at(house, EventKind.ALARM) if air else None,
        tank=of_house[-1].metrics.get(Metric.TANK.value) if of_house else None,
        lost_sensor=told.lost_sensor(
            house.get(EventKind.SENSOR_FAULT), house.get(EventKind.SENSOR_WELL), newest
        ),
        card=_card(house),
    )


def _of(events: Events, zone_key: str | None) -> Mapping[EventKind, Event]:
    return {kind: row for (key, kind), row in events.items() if key == zone_key}


def _minutes(samples: Sequence[Sample]) -> tuple[Minute, ...]:
    """The rows that were written together, where the house's own is among them."""
    together: dict[tuple[str, int], list[Sample]] = {}
    for row in samples:
        together.setdefault((row.boot, row.uptime_ms), []).append(row)
    return tuple(
        Minute(
            from_unix_ms(row.wall_ms),
            row.metrics.get(Metric.FLOW_LPM.value),
            {
                one.zone_key: one.metrics.get(Metric.OPEN_S.value, 0.0)
                for one in rows
                if one.zone_key is not None
            },
        )
        for rows in together.values()
        for row in rows
        if row.zone_key is None
    )


def _zone(rows: Rows, binding: ZoneBinding) -> ZoneFacts:
    events = _of(rows.events, binding.zone_key)
    samples = [row for row in rows.samples if row.zone_key == binding.zone_key]
    fault, mode = told.uncleared(events), events.get(EventKind.MODE)
    alarms, dose = told.alarms(events), _newest_dose(events)
    spoken = [row for row in samples if Metric.FILL.value in row.metrics]
    return ZoneFacts(
        id=binding.zone_id,
        key=binding.zone_key,
        probes=_has_probes(rows.connection.birth, binding.zone_key),
        fault=told.code(Fault, fault, "fault"),
        fault_at=told.at(fault) if fault else None,
        alarms=frozenset(alarms),
        alarm_at=_newest_at(events, EventKind.ALARM) if alarms else None,
        state=told.code(ZoneState, mode, "state"),
        reason=told.code(Reason, mode, "reason"),
        mode_at=told.at(mode) if mode else None,
        cause=told.code(Cause, dose, "cause"),
        dose_at=told.at(dose) if dose else None,
        mute_rows=len([row for row in samples if not spoken or row.seq > spoken[-1].seq]),
        fill_at=from_unix_ms(spoken[-1].wall_ms) if spoken else None,
        days=_days(rows.days, binding),
    )


def _newest_at(events: Mapping[EventKind, Event], kind: EventKind) -> datetime | None:
    row = events.get(kind)
    return None if row is None else told.at(row)


def _newest_dose(events: Mapping[EventKind, Event]) -> Event | None:
    kinds = (EventKind.DOSE_STARTED, EventKind.DOSE_ENDED)
    doses = [events[kind] for kind in kinds if kind in events]
    return max(doses, key=lambda row: row.seq, default=None)


def _has_probes(birth: Mapping[str, object], zone_key: str) -> bool:
    zones = birth.get("zones")
    known = zones if isinstance(zones, list) else []
    return any(
        zone.get("key") == zone_key and bool(zone.get("sensors"))
        for zone in known
        if isinstance(zone, dict)
    )


def _days(found: Days, binding: ZoneBinding) -> tuple[DayFlow, ...]:
    """Whole days in which this device served this zone, today's so far among them."""
    numbers = sorted({day for key, day, _metric in found if key == binding.zone_key})
    return tuple(
        DayFlow(
            days.start_of(day, Level.DAY),
            found.get((binding.zone_key, day, Metric.LITRES.value), 0.0),
            found.get((binding.zone_key, day, Metric.OPEN_S.value), 0.0),
        )
        for day in numbers
        if days.start_of(day, Level.DAY) >= binding.bound_from
    )


def _card(house: Mapping[EventKind, Event]) -> Since | None:
    kinds = (EventKind.ROWS_DROPPED, EventKind.STORE_QUARANTINED)
    rows = [house[kind] for kind in kinds if kind in house]
    last = max(rows, key=lambda row: row.seq, default=None)
    return None if last is None else Since(told.at(last), last.kind)
