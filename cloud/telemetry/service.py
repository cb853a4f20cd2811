"""Reading measured rows back, for pages, lots and reports; a zone's past may span devices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from cloud.clock import from_unix_ms, unix_ms
from cloud.devices.models import Device, ZoneBinding
from cloud.devices.service import current_session
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.telemetry import archive, past
from cloud.telemetry.days import Level
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.past import Bucket, Stretch
from wire.codes import EventKind, Metric


@dataclass(frozen=True)
class Measured:
    """One value at its time."""

    at: datetime
    value: float


@dataclass(frozen=True)
class DeviceFacts:
    """A device and how much of it arrived here."""

    id: str
    simulated: bool
    rows: int
    heard_at: datetime | None
    struck_off_at: datetime | None


@dataclass(frozen=True)
class IrrigationSummary:
    """What the probes and the flow meter of a zone say about a stretch of time."""

    litres: float
    doses: int
    moisture_mean: float | None
    days: int
    samples: int
    first_at: datetime | None
    last_at: datetime | None
    devices: tuple[str, ...]
    simulated: bool


def served(session: Session, zone_id: int, start: datetime, end: datetime) -> list[Stretch]:
    """When which device served this zone, `start` included, `end` not."""
    return serving(session, [zone_id], start, end)[zone_id]


def serving(
    session: Session, zone_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Stretch]]:
    """The same of several zones at once."""
    bindings = session.exec(
        select(ZoneBinding).where(
            col(ZoneBinding.zone_id).in_(zone_ids),
            ZoneBinding.bound_from < end,
            or_(col(ZoneBinding.bound_to).is_(None), col(ZoneBinding.bound_to) > start),
        )
    ).all()
    return {
        zone_id: [
            Stretch(
                one.device_id,
                one.zone_key,
                unix_ms(max(start, one.bound_from)),
                unix_ms(min(end, one.bound_to or end)),
            )
            for one in bindings
            if one.zone_id == zone_id
        ]
        for zone_id in zone_ids
    }


def series(session: Session, served: Sequence[Stretch], metric: Metric) -> list[Measured]:
    """The values of a metric in order of time; of days lately."""
    value = col(Sample.metrics)[metric.value].as_float()
    rows = session.exec(
        select(Sample.wall_ms, value)
        .where(or_(false(), *map(past.in_samples, served)))
        .order_by(col(Sample.wall_ms))
    )
    # Not asked of the database, which would take every row's metrics apart once more for it.
    return [Measured(from_unix_ms(at), number) for at, number in rows if number is not None]


def buckets(
    session: Session, zone_id: int, metric: Metric, level: Level, time: tuple[datetime, datetime]
) -> list[Bucket]:
    """The same from further back, by the hour or the day; the newest bucket may still grow."""
    return past.curve(session, served(session, zone_id, *time), metric.value, level)


def week(
    session: Session,
    zone_ids: Sequence[int],
    metrics: Sequence[Metric],
    time: tuple[datetime, datetime],
    level: Level = Level.DAY,
) -> Mapping[int | None, Mapping[str, list[Bucket]]]:
    """Days, or hours, of several zones of a house at once, and of the house itself under None.

    What is measured once for all zones comes from the device of the first of them.
    """
    served = serving(session, zone_ids, *time)
    found: dict[int | None, list[Stretch]] = {one: served[one] for one in zone_ids}
    first = found[zone_ids[0]] if zone_ids else []
    found[None] = past.of_house(first)
    wanted = [metric.value for metric in metrics]
    return past.curves(session, found, wanted, level)


def events(session: Session, served: Sequence[Stretch], kinds: Sequence[EventKind]) -> list[Event]:
    """A zone's events of these kinds in order of time."""
    wanted = [kind.value for kind in kinds]
    among = [_events_in(stretch) for stretch in served]
    order = (col(Event.wall_ms), col(Event.seq))
    return list(
        session.exec(
            select(Event).where(or_(false(), *among), col(Event.kind).in_(wanted)).order_by(*order)
        )
    )


def newest_events(
    session: Session, device_id: str, kinds: Sequence[EventKind], most: int
) -> list[Event]:
    """The last events of a device, its zones' and its own, newest first."""
    wanted = [kind.value for kind in kinds]
    found = (
        select(Event)
        .where(Event.device_id == device_id, col(Event.kind).in_(wanted))
        .order_by(col(Event.wall_ms).desc(), col(Event.seq).desc())
        .limit(most)
    )
    return list(session.exec(found))


def irrigation_summary(
    session: Session, zone_id: int, start: datetime, end: datetime
) -> IrrigationSummary:
    """The measured irrigation of a zone, as evidence for what grew there."""
    stretches = served(session, zone_id, start, end)
    found = past.sums(session, stretches, [Metric.LITRES.value, Metric.VWC.value])
    wet = found.counts.get(Metric.VWC, 0)
    device_ids = sorted({stretch.device_id for stretch in stretches})
    return IrrigationSummary(
        litres=found.totals.get(Metric.LITRES, 0.0),
        doses=len(events(session, stretches, [EventKind.DOSE_ENDED])),
        moisture_mean=found.totals[Metric.VWC] / wet if wet else None,
        days=len(found.days),
        samples=found.rows,
        first_at=None if found.first is None else from_unix_ms(found.first),
        last_at=None if found.last is None else from_unix_ms(found.last),
        devices=tuple(device_ids),
        simulated=_any_simulated(session, device_ids),
    )


def devices(session: Session, principal: Principal) -> list[DeviceFacts]:
    """The devices of the caller's cooperative."""
    found = session.exec(scoped(select(Device), principal).order_by(Device.id)).all()
    return [_facts(session, device) for device in found]


def all_devices(session: Session) -> list[DeviceFacts]:
    """Every device there is, for the operator at the machine."""
    return [_facts(session, device) for device in session.exec(select(Device)).all()]


def _facts(session: Session, device: Device) -> DeviceFacts:
    connection = current_session(session, device.id)
    heard_at = connection.heard_at if connection else None
    rows = _rows_stored(session, device.id)
    return DeviceFacts(device.id, device.simulated, rows, heard_at, device.struck_off_at)


def _rows_stored(session: Session, device_id: str) -> int:
    """How many different rows of a device are kept here."""
    events = select(func.count()).select_from(Event).where(Event.device_id == device_id)
    return session.exec(events).one() + archive.count(session, device_id)


def _events_in(stretch: Stretch) -> ColumnElement[bool]:
    return and_(
        col(Event.device_id) == stretch.device_id,
        col(Event.zone_key) == stretch.zone_key,
        col(Event.wall_ms) >= stretch.start,
        col(Event.wall_ms) < stretch.end,
    )


def _any_simulated(session: Session, device_ids: Sequence[str]) -> bool:
    found = select(Device.id).where(
        col(Device.id).in_(device_ids), col(Device.simulated).is_(True)
    )
    return session.exec(found).first() is not None
