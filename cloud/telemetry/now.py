"""How a device's zones are at this moment: the newest rows, one query for each question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, func, select

from cloud.clock import unix_ms
from cloud.devices.models import DeviceSession, ZoneBinding
from cloud.telemetry import days, past
from cloud.telemetry.days import Level
from cloud.telemetry.models import Event, Sample
from cloud.telemetry.past import Stretch
from wire.codes import EventKind, Metric

DEPTH: Final = 8
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
    newest_first = session.exec(
        select(Sample)
        .where(Sample.device_id == connection.device_id, Sample.epoch == connection.epoch)
        .order_by(col(Sample.seq).desc())
        .limit(DEPTH * (zones + 1))
    ).all()
    return {row.zone_key: row for row in reversed(newest_first)}


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
    since, midnight = unix_ms(yesterday), unix_ms(today)
    tomorrow = days.start_ms(days.day_of(midnight) + 1, Level.DAY)
    stretches = [_served(binding, since, tomorrow) for binding in bindings]
    found: dict[int, TwoDays] = {}
    poured = past.amounts(session, stretches, Metric.LITRES.value)
    for binding, moments in zip(bindings, poured, strict=True):
        earlier = found.get(binding.zone_id, TwoDays())
        fresh = sum(amount for at, amount in moments if at >= midnight)
        older = sum(amount for at, amount in moments if at < midnight)
        found[binding.zone_id] = TwoDays(earlier.today + fresh, earlier.yesterday + older)
    return found


def _served(binding: ZoneBinding, since: int, until: int) -> Stretch:
    return Stretch(
        binding.device_id,
        binding.zone_key,
        max(since, unix_ms(binding.bound_from)),
        until if binding.bound_to is None else min(until, unix_ms(binding.bound_to)),
    )
