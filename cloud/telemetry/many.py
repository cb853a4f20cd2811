"""The newest of many devices at once: one query for each question, however many they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from cloud.devices.models import DeviceSession
from cloud.telemetry.days import Level
from cloud.telemetry.models import EpochState, Event, Rollup, Sample
from cloud.telemetry.now import DEPTH
from wire.codes import EventKind, Metric

Connections = Sequence[DeviceSession]
Newest = Mapping[tuple[str | None, EventKind], Event]


def rows(
    session: Session, connections: Connections, zones: Mapping[str, int]
) -> dict[str, Sequence[Sample]]:
    """By device, some minutes of its zones, so many as it has, and of the house, as written."""
    most = {device: DEPTH * (count + 1) for device, count in zones.items()}
    oldest = (
        select(Sample.seq)
        .where(Sample.device_id == DeviceSession.device_id, Sample.epoch == DeviceSession.epoch)
        .order_by(col(Sample.seq).desc())
        .offset(max(most.values()) - 1)
        .limit(1)
        .correlate(DeviceSession)
        .scalar_subquery()
    )
    # Reckoned once for each device: inside the join PostgreSQL would ask it for each row.
    begins = (
        select(DeviceSession.device_id, DeviceSession.epoch, func.coalesce(oldest, 0).label("seq"))
        .where(_of(connections))
        .cte("begins")
        .prefix_with("MATERIALIZED")
    )
    found = session.exec(
        select(Sample)
        .join(
            begins,
            and_(
                col(Sample.device_id) == begins.c.device_id,
                col(Sample.epoch) == begins.c.epoch,
                col(Sample.seq) >= begins.c.seq,
            ),
        )
        .order_by(col(Sample.device_id), col(Sample.seq))
    )
    told: dict[str, list[Sample]] = {one.device_id: [] for one in connections}
    for row in found:
        told[row.device_id].append(row)
    return {device: found_rows[-most[device] :] for device, found_rows in told.items()}


def events(
    session: Session, connections: Connections, kinds: Sequence[EventKind]
) -> dict[str, Newest]:
    """The newest event of each zone and kind by device."""
    newest = (
        select(Event.device_id, Event.epoch, func.max(Event.seq).label("seq"))
        .join(
            DeviceSession,
            and_(
                col(DeviceSession.device_id) == Event.device_id,
                col(DeviceSession.epoch) == Event.epoch,
            ),
        )
        .where(_of(connections), col(Event.kind).in_([kind.value for kind in kinds]))
        .group_by(col(Event.device_id), col(Event.epoch), col(Event.zone_key), col(Event.kind))
        .subquery()
    )
    found = session.exec(
        select(Event).join(
            newest,
            and_(
                col(Event.device_id) == newest.c.device_id,
                col(Event.epoch) == newest.c.epoch,
                col(Event.seq) == newest.c.seq,
            ),
        )
    )
    told: dict[str, dict[tuple[str | None, EventKind], Event]] = {
        one.device_id: {} for one in connections
    }
    for row in found:
        told[row.device_id][row.zone_key, EventKind(row.kind)] = row
    return dict(told)


def days(
    session: Session, connections: Connections, first_day: int, metrics: Collection[Metric]
) -> dict[str, Mapping[tuple[str, int, str], float]]:
    """By device, the sums of these metrics by zone, day and metric, as far as rolled up."""
    found = session.exec(
        select(Rollup).where(
            Rollup.level == Level.DAY,
            col(Rollup.device_id).in_([one.device_id for one in connections]),
            Rollup.bucket >= first_day,
            col(Rollup.metric).in_([metric.value for metric in metrics]),
        )
    )
    told: dict[str, dict[tuple[str, int, str], float]] = {one.device_id: {} for one in connections}
    for row in found:
        told[row.device_id][row.zone_key, row.bucket, row.metric] = row.total
    return dict(told)


def stored_at(session: Session, connections: Connections) -> dict[str, datetime]:
    """When rows of each device's epoch of now were last stored, by our own clock."""
    found = session.exec(
        select(EpochState.device_id, EpochState.changed_at)
        .join(
            DeviceSession,
            and_(
                col(DeviceSession.device_id) == EpochState.device_id,
                col(DeviceSession.epoch) == EpochState.epoch,
            ),
        )
        .where(_of(connections))
    )
    return dict(found.all())


def _of(connections: Connections) -> ColumnElement[bool]:
    return col(DeviceSession.id).in_([one.id for one in connections])
