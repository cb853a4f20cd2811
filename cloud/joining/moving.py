"""Moving a device within its cooperative, and striking one off; the record says who did.

Whoever runs the server may do both without an account. To another cooperative no device is moved:
that one takes it in anew, under a new identity.
"""

from datetime import datetime
from typing import cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Greenhouse
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.joining.service import NoZones, meet, zones_of
from cloud.principal import Principal
from cloud.scope import find, scoped
from wire.joining import JoiningZone


class HouseTaken(Conflict):
    """Two devices in one greenhouse would open each other's valves."""

    code = "house_taken"
    sentence = _("Nhà đó đang có máy. Gỡ máy đó trước.")


def strike_off(session: Session, principal: Principal, device_id: str, now: datetime) -> None:
    """The broker throws it out within seconds; what it has measured stays.

    Raises:
        NotFound: it is another's.
    """
    own = scoped(select(Device), principal).where(Device.id == device_id)
    device = session.exec(own).one_or_none()
    if device is None:
        raise NotFound
    deed = _strike(session, device, now)
    if deed is not None:
        audit.note(session, principal, deed, now)


def strike_off_here(session: Session, device_id: str, now: datetime) -> None:
    """The same by whoever runs the server, who is no account: the record names no actor.

    Raises:
        NotFound: there is no such device.
    """
    device = session.get(Device, device_id)
    if device is None:
        raise NotFound
    deed = _strike(session, device, now)
    if deed is not None:
        audit.append(session, device.cooperative_id, None, deed, now)


def move(
    session: Session, principal: Principal, device_id: str, greenhouse: str, now: datetime
) -> None:
    """Hang a device in another greenhouse of its cooperative; what it measured stays behind.

    Raises:
        NotFound: device or greenhouse is another's, or the device was struck off.
        NoZones, HouseTaken: it has no place there.
    """
    own = scoped(select(Device), principal).where(
        Device.id == device_id, col(Device.struck_off_at).is_(None)
    )
    device, house = (
        session.exec(own).one_or_none(),
        find(session, Greenhouse, greenhouse, principal),
    )
    if device is None:
        raise NotFound
    deed = _hang(session, device, house, now)
    if deed is not None:
        audit.note(session, principal, deed, now)


def move_here(session: Session, device_id: str, greenhouse: str, now: datetime) -> None:
    """The same by whoever runs the server; never from one cooperative to another.

    Raises:
        NotFound: as `move`, within the device's own cooperative.
        NoZones, HouseTaken: it has no place there.
    """
    device = session.get(Device, device_id)
    if device is None or device.struck_off_at is not None:
        raise NotFound
    own = select(Greenhouse).where(
        Greenhouse.cooperative_id == device.cooperative_id, Greenhouse.public_id == greenhouse
    )
    house = session.exec(own).one_or_none()
    if house is None:
        raise NotFound
    deed = _hang(session, device, house, now)
    if deed is not None:
        audit.append(session, device.cooperative_id, None, deed, now)


def _strike(session: Session, device: Device, now: datetime) -> Deed | None:
    if device.struck_off_at is not None:
        return None
    devices.retire(session, device, now)
    return Deed(AuditAction.DEVICE_STRUCK_OFF, f"device:{device.id}")


def _hang(session: Session, device: Device, house: Greenhouse, now: datetime) -> Deed | None:
    """Its zones meet those of the new house as at joining: by their names, else by order."""
    house_id = cast("int", house.id)
    if device.greenhouse_id == house_id:
        return None
    if devices.serving(session, house_id):
        raise HouseTaken
    free = zones_of(session, house_id)
    if not free:
        raise NoZones
    own = [
        JoiningZone(key=key, name=zone.name) for key, zone in devices.zones_served(session, device)
    ]
    devices.move(session, device, house_id, now)
    for one, zone in meet(own, free):
        if zone is not None:
            devices.bind_zone(session, zone, device, one.key, now)
    detail = {"greenhouse": house.public_id}
    return Deed(AuditAction.DEVICE_MOVED, f"device:{device.id}", detail)
