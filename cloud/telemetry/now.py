"""How a device's zones are at this moment: the newest rows, one query for each question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, case, false, func, or_
from sqlmodel import Session, col, select

from cloud.clock import unix_ms
from cloud.devices.models import DeviceSession, ZoneBinding
from cloud.telemetry.models import Event, Sample
from wire.codes import EventKind, Metric

_DEPTH: Final = 8
"""Rows looked through for each zone; one that is missing in so many minutes is silent anyway."""


@dataclass(frozen=True)
class TwoDays:
    """Litres through a zone."""

    today: float = 0.0
    yesterday: float = 0.0


def newest_samples(
    session: Session, connection: DeviceSession, zones: int
) -> Mapping[str | None, Sample]:
    """The newest row of each zone, and of the house under None."""
    rows = session.exec(
        select(Sample)
        .where(Sample.device_id == connection.device_id, Sample.epoch == connection.epoch)
        .order_by(col(Sample.seq).desc())
        .limit(_DEPTH * (zones + 1))
    ).all()
    return {row.zone_key: row for row in reversed(rows)}


def newest_events(
    session: Session, connection: DeviceSession, kinds: Sequence[EventKind]
) -> Mapping[tuple[str | None, EventKind], Event]:
    """The newest event of each zone and kind."""
    of_device = (Event.device_id == connection.device_id, Event.epoch == connection.epoch)
    newest = (
        select(func.max(Event.seq))
        .where(*of_device, col(Event.kind).in_([kind.value for kind in kinds]))
        .group_by(col(Event.zone_key), col(Event.kind))
    )
    rows = session.exec(select(Event).where(*of_device, col(Event.seq).in_(newest))).all()
    return {(row.zone_key, EventKind(row.kind)): row for row in rows}


def litres_of_two_days(
    session: Session, bindings: Sequence[ZoneBinding], yesterday: datetime, today: datetime
) -> Mapping[int, TwoDays]:
    """Litres by zone; each device counts for the time in which it served the zone."""
    value = func.coalesce(col(Sample.metrics)[Metric.LITRES.value].as_float(), 0.0)
    fresh = col(Sample.wall_ms) >= unix_ms(today)
    place = (col(Sample.device_id), col(Sample.zone_key))
    rows = session.exec(
        select(
            *place,
            func.sum(case((fresh, value), else_=0.0)),
            func.sum(case((fresh, 0.0), else_=value)),
        )
        .where(or_(false(), *(_served(binding, yesterday) for binding in bindings)))
        .group_by(*place)
    ).all()
    zones: dict[tuple[str, str | None], int]
    zones = {(binding.device_id, binding.zone_key): binding.zone_id for binding in bindings}
    found: dict[int, TwoDays] = {}
    for device_id, zone_key, since, before in rows:
        zone_id = zones[device_id, zone_key]
        earlier = found.get(zone_id, TwoDays())
        found[zone_id] = TwoDays(earlier.today + since, earlier.yesterday + before)
    return found


def _served(binding: ZoneBinding, since: datetime) -> ColumnElement[bool]:
    times = [col(Sample.wall_ms) >= unix_ms(max(since, binding.bound_from))]
    if binding.bound_to is not None:
        times.append(col(Sample.wall_ms) < unix_ms(binding.bound_to))
    return and_(
        col(Sample.device_id) == binding.device_id,
        col(Sample.zone_key) == binding.zone_key,
        *times,
    )
