"""STOP for everything a person may stop: one tap, one transaction, one command for each house."""

from datetime import datetime

from sqlmodel import Session, col, select

from cloud import scope
from cloud.cooperatives.models import Greenhouse
from cloud.devices import service
from cloud.devices.models import Command, Device
from cloud.devices.refusals import NoDevice
from cloud.principal import Principal


def stop_everywhere(
    session: Session, principal: Principal, now: datetime, key: str
) -> list[Command]:
    """Stop all water of all greenhouses the caller sees; a house without a device has none.

    Each house has the key with its own id behind it, so that a second tap stops nothing twice.
    Always in the same order: two people who tap at once do not wait for each other in a ring.

    Raises:
        NoDevice: there is nothing to stop anywhere.
    """
    served = select(Device.greenhouse_id).where(col(Device.struck_off_at).is_(None))
    houses = session.exec(
        scope.scoped(select(Greenhouse), principal)
        .where(col(Greenhouse.id).in_(served))
        .order_by(col(Greenhouse.id))
    ).all()
    if not houses:
        raise NoDevice
    return [
        service.request_stop(session, principal, one.public_id, now, f"{key}-{one.public_id}")
        for one in houses
    ]
