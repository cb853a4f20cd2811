"""Greenhouses as their people see them: the derived status, a zone's waterings, its curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud import scope
from cloud.alerts import service as alerting
from cloud.alerts import words as alerts
from cloud.clock import unix_ms
from cloud.devices import service as devices
from cloud.devices.models import Device, DeviceSession
from cloud.greenhouses import gather
from cloud.greenhouses.curve import WEEK, Past, Span, midnight
from cloud.greenhouses.diary import TELLERS, Entry, entry
from cloud.greenhouses.facts import Dose, Facts, Worry, ZoneFacts
from cloud.greenhouses.models import Greenhouse, Zone, ZoneBinding
from cloud.greenhouses.rules import Status, derive
from cloud.growing import service as growing
from cloud.i18n import TIME_ZONE
from cloud.principal import Principal
from cloud.telemetry import now as newest
from cloud.telemetry import service as telemetry
from cloud.telemetry import told
from cloud.telemetry.days import Level
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.past import Bucket, Stretch, of_house
from cloud.telemetry.service import Measured
from wire.codes import EventKind, Metric, Op

MINUTES: Final = (5, 8, 15)
"""The three amounts offered; the device's own bound cuts them short."""
WATERINGS: Final = 5
_LOOK_BACK: Final = timedelta(days=14)
_AHEAD: Final = timedelta(minutes=5)  # a device's clock may run a little before ours
_SECONDS: Final = 60.0
DIARY_ENTRIES: Final = 60
"""Some days of an ordinary greenhouse, and a page that a telephone still loads at once."""


@dataclass(frozen=True)
class GreenhouseStatus:
    """A greenhouse and how it is."""

    id: str
    name: str
    simulated: bool
    status: Status
    zones: Sequence[Zone]
    """In the order of the status' cards."""


@dataclass(frozen=True)
class Choice:
    """One amount of water to ask for."""

    minutes: int
    litres: float


def find(session: Session, principal: Principal, public_id: str) -> Greenhouse:
    return scope.find(session, Greenhouse, public_id, principal)


def find_zone(session: Session, principal: Principal, public_id: str) -> tuple[Zone, Greenhouse]:
    zone = scope.find(session, Zone, public_id, principal)
    own = scope.scoped(select(Greenhouse), principal).where(Greenhouse.id == zone.greenhouse_id)
    return zone, session.exec(own).one()


def all_of(session: Session, principal: Principal) -> Sequence[Greenhouse]:
    own = scope.scoped(select(Greenhouse), principal)
    return session.exec(own.order_by(col(Greenhouse.id))).all()


def status(
    session: Session, principal: Principal, greenhouse: Greenhouse, now: datetime
) -> GreenhouseStatus:
    device = devices.device_of(session, cast("int", greenhouse.id))
    zones = zones_of(session, principal, greenhouse)
    return GreenhouseStatus(
        id=greenhouse.public_id,
        name=greenhouse.name,
        simulated=device is not None and device.simulated,
        status=derive(_facts(session, device, zones, now), now),
        zones=zones,
    )


def choices(session: Session, zone: Zone) -> list[Choice]:
    """Amounts in minutes with the litres they mean; none where no device serves the zone."""
    binding = devices.binding_of(session, cast("int", zone.id))
    info = devices.zone_info(session, binding) if binding else None
    if info is None:
        return []
    most = int(info.max_lease_s // _SECONDS)
    offered = sorted({min(minutes, most) for minutes in MINUTES} - {0})
    return [Choice(minutes, minutes * info.nominal_lpm) for minutes in offered]


def served_lately(session: Session, zone: Zone, now: datetime) -> list[Stretch]:
    """By which devices, as far back as `waterings` looks."""
    return telemetry.served(session, cast("int", zone.id), now - _LOOK_BACK, now + _AHEAD)


def waterings(session: Session, lately: Sequence[Stretch]) -> list[Dose]:
    """The last ones, newest first."""
    kinds = (EventKind.DOSE_STARTED, EventKind.DOSE_ENDED)
    return gather.doses(telemetry.events(session, lately, kinds))[-WATERINGS:][::-1]


def moisture(session: Session, lately: Sequence[Stretch], start: datetime) -> list[Measured]:
    """A zone's water as a fraction of its full point, from then up to now."""
    shown = [stretch.since(unix_ms(start)) for stretch in lately]
    return telemetry.series(session, shown, Metric.FILL)


def long_past(session: Session, zone: Zone, span: Span, now: datetime) -> Past:
    """A zone's week or season from what is rolled up; a season begins with its planting."""
    start, week = now - WEEK, midnight(now) - WEEK
    if span is Span.SEASON:
        start = datetime.combine(zone.planted_on, time(), TIME_ZONE)
    days = _rolled_up(session, zone, Level.DAY, (min(start, midnight(now - 2 * WEEK)), now))
    hours = _rolled_up(session, zone, Level.HOUR, (week, now))
    return Past(span, start, now, days, hours)


def warmth(session: Session, lately: Sequence[Stretch], start: datetime) -> list[Measured]:
    """The air of the house in degrees Celsius, from then up to now."""
    shown = [stretch.since(unix_ms(start)) for stretch in lately]
    return telemetry.series(session, of_house(shown), Metric.AIR_C)


def diary(session: Session, principal: Principal, greenhouse: Greenhouse) -> list[Entry]:
    """What happened lately, newest first."""
    device = devices.device_of(session, cast("int", greenhouse.id))
    if device is None:
        return []
    names: dict[str | None, str] = {}
    for zone in zones_of(session, principal, greenhouse):
        binding = devices.binding_of(session, cast("int", zone.id))
        if binding is not None:
            names[binding.zone_key] = zone.name
    rows = telemetry.newest_events(session, device.id, tuple(TELLERS), DIARY_ENTRIES)
    return [line for row in rows if (line := entry(row, names)) is not None]


def zones_of(session: Session, principal: Principal, greenhouse: Greenhouse) -> Sequence[Zone]:
    """The zones of a greenhouse, as they lie."""
    own = scope.scoped(select(Zone), principal).where(Zone.greenhouse_id == greenhouse.id)
    return session.exec(own.order_by(col(Zone.position))).all()


def _rolled_up(
    session: Session, zone: Zone, level: Level, time: tuple[datetime, datetime]
) -> Mapping[Metric, Sequence[Bucket]]:
    zone_id = cast("int", zone.id)
    metrics = (Metric.FILL, Metric.LITRES, Metric.AIR_C)
    found = telemetry.week(session, [zone_id], metrics, time, level)
    house = {Metric.AIR_C: found[None][Metric.AIR_C]}
    return {metric: found[zone_id][metric] for metric in metrics} | house


def _facts(session: Session, device: Device | None, zones: Sequence[Zone], now: datetime) -> Facts:
    connection = devices.current_session(session, device.id) if device else None
    if device is None or connection is None:
        asked = devices.newest_commands(session, device.id) if device else {}
        stop = gather.command(asked.get(Op.STOP), {})
        return Facts(zones=tuple(gather.unheard(zone) for zone in zones), stop=stop)
    names = {zone.id: zone.name for zone in zones}
    asked = devices.newest_commands(session, device.id)
    commands = {op: gather.command(asked.get(op), names) for op in Op}
    stop = commands.pop(Op.STOP)
    samples = newest.newest_samples(session, connection, len(zones))
    events = newest.newest_events(session, connection, (*gather.KINDS, *gather.HOUSE_KINDS))
    house = {kind: row for (key, kind), row in events.items() if key is None}
    newest_row = max(samples.values(), key=lambda sample: sample.seq, default=None)
    return Facts(
        zones=_zone_facts(session, connection, zones, samples, events, now),
        heard=connection.heard_at,
        connected=connection.ended_at is None,
        tank=gather.reading(samples.get(None), Metric.TANK),
        lost_sensor=told.lost_sensor(
            house.get(EventKind.SENSOR_FAULT),
            house.get(EventKind.SENSOR_WELL),
            newest_row,
        ),
        alarm=next(iter(told.air_alarms(house, newest_row)), None),
        metered=gather.metered(connection.birth),
        asked=gather.newest(commands.values()),
        stop=stop,
        worries=_worries(session, device.greenhouse_id, names),
    )


def _worries(
    session: Session, greenhouse_id: int, names: Mapping[int | None, str]
) -> tuple[Worry, ...]:
    return tuple(
        Worry(alerts.sentence(row.kind, row.detail, names.get(row.zone_id, "")), row.is_urgent)
        for row in alerting.unwell(session, greenhouse_id)
    )


def _zone_facts(
    session: Session,
    connection: DeviceSession,
    zones: Sequence[Zone],
    samples: Mapping[str | None, Sample],
    events: Mapping[tuple[str | None, EventKind], Event],
    now: datetime,
) -> tuple[ZoneFacts, ...]:
    today = now.astimezone(TIME_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    bindings = _bindings(session, zones, yesterday)
    litres = newest.litres_of_two_days(session, bindings, yesterday, today)
    keys = {
        binding.zone_id: binding.zone_key
        for binding in bindings
        if binding.bound_to is None and binding.device_id == connection.device_id
    }
    ruling = growing.in_force(session, connection.device_id)
    return tuple(
        gather.zone(
            zone,
            samples.get(keys[zone.id]),
            {kind: row for (key, kind), row in events.items() if key == keys[zone.id]},
            litres.get(zone.id, newest.TwoDays()),
            ruling.get(keys[zone.id]),
        )
        if zone.id in keys
        else gather.unheard(zone)
        for zone in zones
    )


def _bindings(session: Session, zones: Sequence[Zone], since: datetime) -> Sequence[ZoneBinding]:
    ends = col(ZoneBinding.bound_to)
    return session.exec(
        select(ZoneBinding)
        .where(
            col(ZoneBinding.zone_id).in_([zone.id for zone in zones]),
            ends.is_(None) | (ends > since),
        )
        .order_by(col(ZoneBinding.bound_from))
    ).all()
