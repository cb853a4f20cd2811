"""Devices as people deal with them: registering, binding zones, and asking for water or a stop."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select, update

from cloud import scope
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.broker.passwords import hash_password
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.devices import rules
from cloud.devices.models import Command, CommandState, Device, DeviceSession, ZoneBinding
from cloud.devices.refusals import AlreadyAsked, BadAmount, BadPause, KeyReused, NoDevice
from cloud.devices.rules import Amount, Wish
from cloud.devices.vault import Vault
from cloud.principal import Principal
from wire.codes import Op
from wire.identity import Identity
from wire.messages import MAX_PAUSE_S, Birth, ZoneInfo

MAX_WATER_S: Final = 3600.0
"""One request by hand; more is a programme's work."""
MAX_WATER_L: Final = 10_000.0
MIN_PAUSE: Final = timedelta(minutes=1)
MAX_PAUSE: Final = timedelta(seconds=MAX_PAUSE_S)

_log = logging.getLogger(__name__)

SKIPPED: Final = 1 << 20
"""More STOPs than anybody presses between two backups."""

_OF_DEVICE: Final = select(DeviceSession).where(DeviceSession.device_id == bindparam("device"))
_CURRENT: Final = _OF_DEVICE.order_by(col(DeviceSession.id).desc()).limit(1)
"""Composed once, as a birth and every page of a house ask it."""


def register(
    session: Session, vault: Vault, identity: Identity, greenhouse: Greenhouse, now: datetime
) -> Device:
    """Take a device into a greenhouse; of its secrets only a hash and a sealed key stay here."""
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(identity.ed25519_seed))
    device = Device(
        id=identity.device,
        cooperative_id=greenhouse.cooperative_id,
        greenhouse_id=cast("int", greenhouse.id),
        public_key=signer.public_key().public_bytes_raw().hex(),
        broker_hash=hash_password(identity.secret),
        sealed_command_key=vault.seal(identity.device, bytes.fromhex(identity.command_key)),
        simulated=identity.simulated,
        created_at=now,
    )
    session.add(device)
    session.flush()
    return device


def bind_zone(
    session: Session, zone: Zone, device: Device, zone_key: str, since: datetime
) -> ZoneBinding:
    """From `since` on this device waters this zone; the history before stays with the old one."""
    session.exec(
        update(ZoneBinding)
        .where(col(ZoneBinding.zone_id) == zone.id, col(ZoneBinding.bound_to).is_(None))
        .values(bound_to=since)
    )
    binding = ZoneBinding(
        cooperative_id=zone.cooperative_id,
        zone_id=cast("int", zone.id),
        device_id=device.id,
        zone_key=zone_key,
        bound_from=since,
    )
    session.add(binding)
    session.flush()
    return binding


def broker_accounts(session: Session) -> dict[str, str]:
    """Password hashes by device, for the broker's password file."""
    serving = select(Device.id, Device.broker_hash).where(col(Device.struck_off_at).is_(None))
    return dict(session.exec(serving).all())


def serving(session: Session, greenhouse_id: int) -> Sequence[Device]:
    """The devices of a greenhouse that were not struck off, oldest first."""
    own = select(Device).where(
        Device.greenhouse_id == greenhouse_id, col(Device.struck_off_at).is_(None)
    )
    return session.exec(own.order_by(col(Device.created_at), col(Device.id))).all()


def of_cooperative(session: Session, principal: Principal) -> Sequence[Device]:
    """The caller's devices that were not struck off, oldest first."""
    own = scope.scoped(select(Device), principal).where(col(Device.struck_off_at).is_(None))
    return session.exec(own.order_by(col(Device.created_at), col(Device.id))).all()


def retire(session: Session, device: Device, now: datetime) -> None:
    """From now on it serves no zone, gets no command and no way in; its rows stay."""
    device.struck_off_at = now
    _leave(session, device, now)


def move(session: Session, device: Device, greenhouse_id: int, now: datetime) -> None:
    """From now on it hangs in another greenhouse, where its zones are to be bound anew."""
    device.greenhouse_id = greenhouse_id
    _leave(session, device, now)


def zones_served(session: Session, device: Device) -> list[tuple[str, Zone]]:
    """The device's own keys with what each waters now, in the order in which they were bound."""
    serves = (
        select(ZoneBinding.zone_key, Zone)
        .join(Zone, col(Zone.id) == ZoneBinding.zone_id)
        .where(ZoneBinding.device_id == device.id, col(ZoneBinding.bound_to).is_(None))
        .order_by(col(ZoneBinding.id))
    )
    return list(session.exec(serves).all())


def _leave(session: Session, device: Device, now: datetime) -> None:
    """What it measured until now stays with the zones it watered."""
    session.exec(
        update(ZoneBinding)
        .where(col(ZoneBinding.device_id) == device.id, col(ZoneBinding.bound_to).is_(None))
        .values(bound_to=now)
    )
    _cancel_unconfirmed(session, device.id, now)


def binding_of(session: Session, zone_id: int) -> ZoneBinding | None:
    """The device that serves a zone now."""
    return session.exec(
        select(ZoneBinding).where(
            ZoneBinding.zone_id == zone_id, col(ZoneBinding.bound_to).is_(None)
        )
    ).one_or_none()


def device_of(session: Session, greenhouse_id: int) -> Device | None:
    """The newest device of a greenhouse that was not struck off."""
    return next(reversed(serving(session, greenhouse_id)), None)


def current_session(session: Session, device_id: str) -> DeviceSession | None:
    """The newest connection of a device, whether it still stands or not."""
    return session.exec(_CURRENT, params={"device": device_id}).first()


def zone_info(session: Session, binding: ZoneBinding) -> ZoneInfo | None:
    """What the device told at birth of the zone it serves."""
    connection = current_session(session, binding.device_id)
    if connection is None:
        return None
    birth = Birth.model_validate(connection.birth, strict=False)
    return next((zone for zone in birth.zones if zone.key == binding.zone_key), None)


def request_water(
    session: Session,
    principal: Principal,
    zone_public_id: str,
    amount: Amount,
    now: datetime,
    key: str | None = None,
) -> Command:
    """Ask for water; nothing has happened until the device says so."""
    zone = scope.find(session, Zone, zone_public_id, principal)
    asked = _asked_before(session, principal, key, Op.WATER)
    if asked is not None:
        return asked
    _refuse_odd(amount)
    binding = binding_of(session, cast("int", zone.id))
    info = zone_info(session, binding) if binding else None
    if binding is None or info is None:
        raise NoDevice
    if _under_way(session, cast("int", zone.id)):
        raise AlreadyAsked
    most = rules.bounds(amount, info.nominal_lpm, info.max_lease_s)
    command = _command(principal, binding.device_id, Op.WATER, now)
    command.zone_id, command.zone_key = zone.id, binding.zone_key
    command.litres, command.max_s = most.litres, most.seconds
    return _add(session, principal, command, key)


def request_stop(
    session: Session,
    principal: Principal,
    greenhouse_public_id: str,
    now: datetime,
    key: str | None = None,
) -> Command:
    """Stop all water of a greenhouse; what was not confirmed yet is cancelled with it."""
    greenhouse = scope.find(session, Greenhouse, greenhouse_public_id, principal)
    asked = _asked_before(session, principal, key, Op.STOP)
    if asked is not None and rules.is_same_stop(asked.state, now - asked.issued_at):
        return asked
    device = device_of(session, cast("int", greenhouse.id))
    if device is None:
        raise NoDevice
    _cancel_unconfirmed(session, device.id, now)
    command = _command(principal, device.id, Op.STOP, now)
    command.stop_number = next_stop(session, device.id)
    return _add(session, principal, command, key if asked is None else None)


def request_resume(
    session: Session,
    principal: Principal,
    greenhouse_public_id: str,
    now: datetime,
    key: str | None = None,
) -> Command:
    """End a pause, or the hold that a STOP left behind."""
    return _ask_house(session, principal, greenhouse_public_id, Wish(Op.RESUME), now, key)


def request_pause(
    session: Session,
    principal: Principal,
    greenhouse_public_id: str,
    lasts: timedelta,
    now: datetime,
    key: str | None = None,
) -> Command:
    """Let automation rest; what flows now flows to its end, and people may still water.

    Raises:
        BadPause: shorter than a minute, or longer than the contract allows.
    """
    if not MIN_PAUSE <= lasts <= MAX_PAUSE:
        raise BadPause
    wish = Wish(Op.PAUSE, for_s=lasts.total_seconds())
    return _ask_house(session, principal, greenhouse_public_id, wish, now, key)


def request_identify(
    session: Session,
    principal: Principal,
    greenhouse_public_id: str,
    now: datetime,
    key: str | None = None,
) -> Command:
    """Let the box blink and beep, so that somebody in front of a shelf knows which one it is."""
    return _ask_house(session, principal, greenhouse_public_id, Wish(Op.IDENTIFY), now, key)


def request_clear_fault(
    session: Session,
    principal: Principal,
    zone_public_id: str,
    now: datetime,
    key: str | None = None,
) -> Command:
    """Take a zone back into service; what only eyes can judge the device refuses."""
    zone = scope.find(session, Zone, zone_public_id, principal)
    asked = _asked_before(session, principal, key, Op.CLEAR_FAULT)
    if asked is not None:
        return asked
    binding = binding_of(session, cast("int", zone.id))
    if binding is None:
        raise NoDevice
    command = _command(principal, binding.device_id, Op.CLEAR_FAULT, now)
    command.zone_id, command.zone_key = zone.id, binding.zone_key
    return _add(session, principal, command, key)


def next_stop(session: Session, device_id: str) -> int:
    """The number of a new STOP, above all that this device was ever sent."""
    counted = session.exec(
        update(Device)
        .where(col(Device.id) == device_id)
        .values(stop_counter=Device.stop_counter + 1)
        .returning(col(Device.stop_counter))
    )
    number: int = counted.scalar_one()
    return number


def facts(command: Command) -> dict[str, str]:
    """What the log tells of a command."""
    return {"command": command.public_id, "device": command.device_id, "op": command.op.value}


def skip_ahead(session: Session) -> None:
    """After a backup was put back: number STOPs far above all that were sent since it was made."""
    session.exec(update(Device).values(stop_counter=Device.stop_counter + SKIPPED))


def command(session: Session, principal: Principal, public_id: str) -> Command:
    return scope.find(session, Command, public_id, principal)


def newest_commands(session: Session, device_id: str) -> dict[Op, Command]:
    """The last thing of each kind asked of a device; a kind never asked for is absent."""
    newest = (
        select(func.max(Command.id)).where(Command.device_id == device_id).group_by(Command.op)
    )
    found = session.exec(select(Command).where(col(Command.id).in_(newest)))
    return {command.op: command for command in found}


def _ask_house(
    session: Session,
    principal: Principal,
    greenhouse_public_id: str,
    wish: Wish,
    now: datetime,
    key: str | None,
) -> Command:
    """The device asks back before it believes it."""
    greenhouse = scope.find(session, Greenhouse, greenhouse_public_id, principal)
    asked = _asked_before(session, principal, key, wish.op)
    if asked is not None:
        return asked
    device = device_of(session, cast("int", greenhouse.id))
    if device is None:
        raise NoDevice
    command = _command(principal, device.id, wish.op, now)
    command.for_s = wish.for_s
    return _add(session, principal, command, key)


def _command(principal: Principal, device_id: str, op: Op, now: datetime) -> Command:
    life = rules.STOP_LIFE if op is Op.STOP else rules.START_LIFE
    return Command(
        cooperative_id=principal.cooperative_id,
        device_id=device_id,
        account_id=principal.account_id,
        op=op,
        state=CommandState.SENDING,
        issued_at=now,
        expires_at=now + life,
        changed_at=now,
    )


def _add(session: Session, principal: Principal, command: Command, key: str | None) -> Command:
    command.idempotency_key = key
    session.add(command)
    session.flush()
    deed = Deed(
        AuditAction(command.op), f"command:{command.public_id}", {"device": command.device_id}
    )
    audit.note(session, principal, deed, command.issued_at)
    _log.info("asked", extra=facts(command))
    return command


def _asked_before(
    session: Session, principal: Principal, key: str | None, op: Op
) -> Command | None:
    if key is None:
        return None
    statement = select(Command).where(Command.idempotency_key == key)
    found = session.exec(scope.scoped(statement, principal)).one_or_none()
    if found is not None and found.op is not op:
        raise KeyReused
    return found


def _refuse_odd(amount: Amount) -> None:
    by_litres = amount.seconds is None and 0 < (amount.litres or 0.0) <= MAX_WATER_L
    by_time = amount.litres is None and 0 < (amount.seconds or 0.0) <= MAX_WATER_S
    if not (by_litres or by_time):  # also what is no number compares false
        raise BadAmount


def _under_way(session: Session, zone_id: int) -> bool:
    states = rules.UNDER_WAY
    return (
        session.exec(
            select(Command.id).where(
                Command.zone_id == zone_id,
                Command.op == Op.WATER,
                col(Command.state).in_(states),
            )
        ).first()
        is not None
    )


def _cancel_unconfirmed(session: Session, device_id: str, now: datetime) -> None:
    session.exec(
        update(Command)
        .where(
            col(Command.device_id) == device_id,
            col(Command.op) != Op.STOP,
            col(Command.state).in_(rules.UNCONFIRMED),
        )
        .values(state=CommandState.CANCELLED, changed_at=now)
    )
