"""Taking a real device in: it registers, a person asks for it by its code, and confirms at it.

The code shows that the person has been at the device, the four digits that they are there now:
a photograph of a label takes nothing in.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlmodel import Session, col, delete, select, update

from cloud.accounts import throttle, tries
from cloud.accounts.tries import Lock
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.broker.passwords import hash_password
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.devices.vault import Vault
from cloud.errors import Conflict, NotFound, TooMany
from cloud.growing import service as growing
from cloud.growing.service import Author
from cloud.i18n import _
from cloud.joining.models import Joining
from cloud.principal import Principal
from cloud.scope import find, scoped
from wire.joining import Confirmation, JoiningZone, Registration

WAITS: Final = timedelta(hours=24)
"""From registering to being confirmed: the day on which somebody mounts the box."""

_DIGITS: Final = 10_000
_MISSES: Final = 5


class DeviceKnown(Conflict):
    """A device belongs to one cooperative until that one strikes it off."""

    code = "device_known"
    sentence = _("Máy này đã thuộc một hợp tác xã. Gỡ máy trước, rồi nối lại.")


class NoSuchCode(Conflict):
    """No device waits under this code, or somebody else asked for it."""

    code = "no_such_code"
    sentence = _("Không có máy nào đợi mã này. Xem lại mã trên hộp máy.")


class NotAskedFor(Conflict):
    """Nobody asked for the device yet, or the digits were wrong too often."""

    code = "not_asked_for"
    sentence = _("Chưa có ai nhận máy này. Gõ mã của máy trên điện thoại trước.")


class WrongDigits(Conflict):
    """Not the digits on the telephone."""

    code = "wrong_digits"
    sentence = _("Chưa đúng 4 số đang hiện trên điện thoại.")


class NoZones(Conflict):
    """Water without a place is nobody's."""

    code = "no_zones"
    sentence = _("Nhà này chưa khai khu nào. Khai khu trước, rồi nối máy.")


@dataclass(frozen=True)
class Asked:
    """A device that was asked for, as the telephone shows it."""

    greenhouse: Greenhouse
    digits: str
    pairs: Sequence[tuple[JoiningZone, Zone | None]]
    replaces: bool
    first: bool
    """Of its cooperative: whoever asked is still answering the first questions."""


def register(
    session: Session, vault: Vault, body: Registration, network: str, now: datetime
) -> timedelta:
    """Remember a device, and for how long; the same one may come again with the same code.

    Nothing to wait for where it is in already and never heard so.

    Raises:
        DeviceKnown: it belongs to a cooperative, or somebody asked for it under another code.
        TooMany: this network registers more than anybody mounts.
    """
    if not tries.pay(session, (Lock(throttle.REGISTER, (network,)),), now):
        raise TooMany
    session.exec(delete(Joining).where(col(Joining.expires_at) <= now))
    known, code_hash = session.get(Device, body.device), _hash(body.code)
    if known is not None and _is_in(known, code_hash):
        return timedelta()
    waiting = session.get(Joining, body.device)
    if known is not None or (waiting is not None and waiting.code_hash != code_hash):
        raise DeviceKnown
    joining = waiting or Joining(device_id=body.device, code_hash=code_hash, expires_at=now)
    joining.public_key = body.public_key
    joining.broker_hash = hash_password(body.secret)
    joining.sealed_command_key = vault.seal(body.device, bytes.fromhex(body.command_key))
    joining.zones = [zone.model_dump() for zone in body.zones]
    joining.expires_at = now + WAITS
    session.add(joining)
    session.flush()
    return WAITS


def ask_for(
    session: Session, principal: Principal, code: str, greenhouse: str, now: datetime
) -> str:
    """Ask for the device that shows this code; the public id under which it waits for the digits.

    Raises:
        NotFound: the greenhouse is another's.
        NoZones: it has no zones the device could water.
        NoSuchCode: no device waits under it.
        TooMany: somebody guesses.
    """
    house = find(session, Greenhouse, greenhouse, principal)
    if not zones_of(session, cast("int", house.id)):
        raise NoZones
    if not tries.pay(session, (Lock(throttle.CLAIM, (str(principal.person_id),)),), now):
        raise TooMany
    joining = session.exec(
        select(Joining).where(
            Joining.code_hash == _hash(_typed(code)), col(Joining.expires_at) > now
        )
    ).one_or_none()
    if joining is None or joining.cooperative_id not in (None, principal.cooperative_id):
        raise NoSuchCode
    joining.cooperative_id, joining.greenhouse_id = principal.cooperative_id, house.id
    joining.account_id = principal.person_id
    joining.on_behalf_of_id = principal.account_id if principal.helper else None
    joining.digits, joining.misses = f"{secrets.randbelow(_DIGITS):04}", 0
    session.flush()
    deed = Deed(AuditAction.DEVICE_ASKED, f"device:{joining.device_id}")
    audit.note(session, principal, deed, now)
    return joining.public_id


def asked(session: Session, principal: Principal, public_id: str, now: datetime) -> Asked:
    """What the telephone shows until the device is in.

    Raises:
        NotFound: it is in, it was too long ago, or it is another's.
    """
    own = select(Joining).where(
        Joining.cooperative_id == principal.cooperative_id, Joining.public_id == public_id
    )
    joining = session.exec(own).one_or_none()
    if joining is None or joining.expires_at <= now or joining.greenhouse_id is None:
        raise NotFound
    return Asked(
        greenhouse=session.get_one(Greenhouse, joining.greenhouse_id),
        digits=joining.digits,
        pairs=_pairs(session, joining),
        replaces=devices.device_of(session, joining.greenhouse_id) is not None,
        first=not devices.of_cooperative(session, principal),
    )


def houses(session: Session, principal: Principal) -> list[tuple[Greenhouse, Device | None]]:
    """The greenhouses of the caller, each with the device that serves it."""
    own = session.exec(scoped(select(Greenhouse), principal).order_by(col(Greenhouse.id))).all()
    found = {one.greenhouse_id: one for one in devices.of_cooperative(session, principal)}
    return [(one, found.get(cast("int", one.id))) for one in own]


def place_of(session: Session, device: Device) -> str:
    """The name of the greenhouse a device serves."""
    return session.get_one(Greenhouse, device.greenhouse_id).name


def confirm(session: Session, body: Confirmation, now: datetime) -> Device:
    """Take the device in; whatever served the greenhouse before is struck off.

    An answer that was lost is given again.

    Raises:
        NotAskedFor: nobody asked, or the digits were wrong too often and somebody has to ask anew.
        WrongDigits: not those on the telephone.
    """
    known = session.get(Device, body.device)
    if known is not None and _is_in(known, _hash(body.code)):
        return known
    joining = session.get(Joining, body.device, with_for_update=True)
    if joining is None or joining.expires_at <= now or joining.code_hash != _hash(body.code):
        raise NotAskedFor
    if joining.greenhouse_id is None or not joining.digits:
        raise NotAskedFor
    if not hmac.compare_digest(joining.digits, body.digits):
        raise WrongDigits
    return _take_in(session, joining, joining.greenhouse_id, now)


def miss(session: Session, device_id: str) -> None:
    """Count wrong digits; after five somebody has to ask for the device anew."""
    session.exec(
        update(Joining)
        .where(col(Joining.device_id) == device_id)
        .values(misses=Joining.misses + 1)
    )
    session.exec(
        update(Joining)
        .where(col(Joining.device_id) == device_id, col(Joining.misses) >= _MISSES)
        .values(digits="")
    )


def _take_in(session: Session, joining: Joining, greenhouse_id: int, now: datetime) -> Device:
    house, pairs = session.get_one(Greenhouse, greenhouse_id), _pairs(session, joining)
    for old in devices.serving(session, greenhouse_id):
        devices.retire(session, old, now)
    device = Device(
        id=joining.device_id,
        cooperative_id=house.cooperative_id,
        greenhouse_id=greenhouse_id,
        public_key=joining.public_key,
        broker_hash=joining.broker_hash,
        sealed_command_key=joining.sealed_command_key,
        code_hash=joining.code_hash,
        simulated=False,
        created_at=now,
    )
    session.add(device)
    session.flush()
    for one, zone in pairs:
        if zone is not None:
            devices.bind_zone(session, zone, device, one.key, now)
    author = Author(joining.account_id, joining.on_behalf_of_id)
    growing.welcome(session, device, author, now)
    session.delete(joining)
    session.flush()
    deed = Deed(AuditAction.DEVICE_JOINED, f"device:{device.id}", {"greenhouse": house.public_id})
    audit.append(
        session,
        house.cooperative_id,
        joining.account_id,
        deed,
        now,
        on_behalf_of=joining.on_behalf_of_id,
    )
    return device


def _is_in(device: Device, code_hash: str) -> bool:
    return device.struck_off_at is None and device.code_hash == code_hash


def _pairs(session: Session, joining: Joining) -> list[tuple[JoiningZone, Zone | None]]:
    keys = [JoiningZone.model_validate(zone) for zone in joining.zones]
    return meet(keys, zones_of(session, cast("int", joining.greenhouse_id)))


def meet(
    keys: Sequence[JoiningZone], free: Sequence[Zone]
) -> list[tuple[JoiningZone, Zone | None]]:
    """Each of the device's zones and the one it waters: by the name they share, else by order."""
    named = {one.key: zone for one in keys for zone in free if one.name and one.name == zone.name}
    rest = iter([zone for zone in free if zone not in named.values()])
    return [(one, named.get(one.key) or next(rest, None)) for one in keys]


def zones_of(session: Session, greenhouse_id: int) -> Sequence[Zone]:
    own = select(Zone).where(Zone.greenhouse_id == greenhouse_id)
    return session.exec(own.order_by(col(Zone.position), col(Zone.id))).all()


def _typed(code: str) -> str:
    """A code as people type it: groups, capitals, and 0 and 1 for the letters they look like."""
    letters = "".join(code.lower().split()).replace("-", "")
    return letters.replace("0", "o").replace("1", "l")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
