"""What is stored of many houses at once: one query for each question, however many they are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, func, select

from cloud.alerts import gather
from cloud.alerts.gather import Rows
from cloud.devices.models import Device, DeviceSession, ZoneBinding
from cloud.telemetry import days, many
from wire.codes import Metric

_METRICS: Final = (Metric.LITRES, Metric.OPEN_S)


def of(session: Session, greenhouse_ids: Sequence[int], now: datetime) -> dict[int, Rows]:
    """What the newest box of each house has told; nothing of one that never spoke."""
    houses = _connections(session, greenhouse_ids)
    told = list(houses.values())
    if not told:
        return {}
    bindings = _bindings(session, told)
    zones = {box: len(own) for box, own in bindings.items()}
    samples = many.rows(session, told, zones)
    events = many.events(session, told, gather.KINDS)
    first_day = days.today(now - gather.LOOKS_BACK)
    sums = many.days(session, told, first_day, _METRICS)
    stored = many.stored_at(session, told)
    return {
        house: Rows(
            connection,
            bindings[connection.device_id],
            samples[connection.device_id],
            events[connection.device_id],
            sums[connection.device_id],
            stored.get(connection.device_id),
        )
        for house, connection in houses.items()
    }


def _connections(session: Session, greenhouse_ids: Sequence[int]) -> dict[int, DeviceSession]:
    """The newest connection of the newest box that serves each house."""
    serving = session.exec(
        select(Device.greenhouse_id, Device.id)
        .where(col(Device.greenhouse_id).in_(greenhouse_ids), col(Device.struck_off_at).is_(None))
        .order_by(col(Device.created_at), col(Device.id))
    )
    boxes = dict(serving.all())
    newest = (
        select(func.max(DeviceSession.id))
        .where(col(DeviceSession.device_id).in_(boxes.values()))
        .group_by(col(DeviceSession.device_id))
    )
    found = session.exec(select(DeviceSession).where(col(DeviceSession.id).in_(newest)))
    connections = {one.device_id: one for one in found}
    return {house: connections[box] for house, box in boxes.items() if box in connections}


def _bindings(session: Session, told: Sequence[DeviceSession]) -> dict[str, list[ZoneBinding]]:
    found = session.exec(
        select(ZoneBinding)
        .where(
            col(ZoneBinding.device_id).in_([one.device_id for one in told]),
            col(ZoneBinding.bound_to).is_(None),
        )
        .order_by(col(ZoneBinding.zone_id))
    )
    bindings: dict[str, list[ZoneBinding]] = {one.device_id: [] for one in told}
    for binding in found:
        bindings[binding.device_id].append(binding)
    return bindings
