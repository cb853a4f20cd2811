"""Settings of a practice greenhouse: what its learner wished, and how it is as before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from cloud.cooperatives.models import Zone
from cloud.devices.models import Device
from cloud.growing.models import DesiredSettings, ZoneWish
from cloud.growing.service import compose, newest_sent, overview


def wished_by_people(session: Session, cooperative_id: int) -> Sequence[Zone]:
    """The zones of which somebody, and not a device's arrival, has wished something."""
    changed = select(ZoneWish.zone_id).where(
        ZoneWish.cooperative_id == cooperative_id, col(ZoneWish.account_id).is_not(None)
    )
    return session.exec(select(Zone).where(col(Zone.id).in_(changed))).all()


def as_new(session: Session, device: Device, now: datetime) -> None:
    """Forget what people wished of a practice greenhouse; numbers go on, so that it obeys."""
    for zone in wished_by_people(session, device.cooperative_id):
        own = delete(ZoneWish).where(
            col(ZoneWish.zone_id) == zone.id, col(ZoneWish.account_id).is_not(None)
        )
        session.exec(own)
        first = overview(session, zone).wish
        zone.plants = first.plants or zone.plants
        zone.planted_on = first.planted or zone.planted_on
    newest = newest_sent(session, device.id)
    if newest is not None:
        session.exec(
            delete(DesiredSettings).where(
                col(DesiredSettings.device_id) == device.id,
                col(DesiredSettings.version) < newest.version,
            )
        )
    compose(session, device.id, now)
