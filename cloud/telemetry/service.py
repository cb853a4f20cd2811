"""Reading measured rows back, for pages, lots and reports; a zone's past may span devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from cloud.clock import from_unix_ms, unix_ms
from cloud.devices.models import Device, ZoneBinding
from cloud.devices.service import current_session
from cloud.principal import Principal
from cloud.scope import scoped
from cloud.telemetry.models import Event, Sample
from wire.codes import EventKind, Metric

_DAY_MS: Final = 86_400_000
_OFFSET_MS: Final = 7 * 3_600_000
"""Vietnam's clock is seven hours ahead all year round, so a local day is plain arithmetic."""


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


def series(
    session: Session, zone_id: int, metric: Metric, start: datetime, end: datetime
) -> list[Measured]:
    """The values of a metric in order of time, `start` included, `end` not."""
    value = col(Sample.metrics)[metric.value].as_float()
    rows = session.exec(
        select(Sample.wall_ms, value)
        .where(_of_zone(session, Sample, zone_id, start, end), value.is_not(None))
        .order_by(col(Sample.wall_ms))
    )
    return [Measured(from_unix_ms(wall_ms), number) for wall_ms, number in rows]


def litres(session: Session, zone_id: int, start: datetime, end: datetime) -> float:
    """The water through a zone, as its rows tell it."""
    value = col(Sample.metrics)[Metric.LITRES.value].as_float()
    where = _of_zone(session, Sample, zone_id, start, end)
    total: float = session.exec(select(func.coalesce(func.sum(value), 0.0)).where(where)).one()
    return total


def events(
    session: Session,
    zone_id: int,
    kinds: Sequence[EventKind],
    start: datetime,
    end: datetime,
) -> list[Event]:
    """A zone's events of these kinds in order of time."""
    wanted = [kind.value for kind in kinds]
    where = _of_zone(session, Event, zone_id, start, end)
    order = (col(Event.wall_ms), col(Event.seq))
    return list(
        session.exec(select(Event).where(where, col(Event.kind).in_(wanted)).order_by(*order))
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
    bindings = _bindings(session, zone_id, start, end)
    vwc = col(Sample.metrics)[Metric.VWC.value].as_float()
    where = _of_zone(session, Sample, zone_id, start, end)
    time = col(Sample.wall_ms)
    day = (time + _OFFSET_MS) // _DAY_MS
    moisture, days = session.exec(
        select(func.avg(vwc), func.count(func.distinct(day))).where(where)
    ).one()
    samples, first, last = session.exec(
        select(func.count(), func.min(time), func.max(time)).where(where)
    ).one()
    device_ids = sorted({binding.device_id for binding in bindings})
    return IrrigationSummary(
        litres=litres(session, zone_id, start, end),
        doses=len(events(session, zone_id, [EventKind.DOSE_ENDED], start, end)),
        moisture_mean=moisture,
        days=days,
        samples=samples,
        first_at=from_unix_ms(first) if samples else None,
        last_at=from_unix_ms(last) if samples else None,
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
    return DeviceFacts(device.id, device.simulated, rows, heard_at)


def _rows_stored(session: Session, device_id: str) -> int:
    """How many different rows of a device are kept here."""
    counts = [
        session.exec(
            select(func.count()).select_from(model).where(col(model.device_id) == device_id)
        ).one()
        for model in (Sample, Event)
    ]
    return sum(counts)


def _bindings(
    session: Session, zone_id: int, start: datetime, end: datetime
) -> Sequence[ZoneBinding]:
    return session.exec(
        select(ZoneBinding).where(
            ZoneBinding.zone_id == zone_id,
            ZoneBinding.bound_from < end,
            or_(col(ZoneBinding.bound_to).is_(None), col(ZoneBinding.bound_to) > start),
        )
    ).all()


def _of_zone(
    session: Session,
    model: type[Sample | Event],
    zone_id: int,
    start: datetime,
    end: datetime,
) -> ColumnElement[bool]:
    """Rows of whatever devices served this zone, each within its own time."""
    places = [
        and_(
            col(model.device_id) == binding.device_id,
            col(model.zone_key) == binding.zone_key,
            col(model.wall_ms) >= unix_ms(max(start, binding.bound_from)),
            col(model.wall_ms) < unix_ms(min(end, binding.bound_to or end)),
        )
        for binding in _bindings(session, zone_id, start, end)
    ]
    return or_(false(), *places)


def _any_simulated(session: Session, device_ids: Sequence[str]) -> bool:
    found = select(Device.id).where(
        col(Device.id).in_(device_ids), col(Device.simulated).is_(True)
    )
    return session.exec(found).first() is not None
