"""What the ingest worker tells and asks of devices: births, wills, commands out, answers back."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, exists, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, select, update

from cloud import bulk
from cloud.clock import unix_ms
from cloud.db import UtcDateTime
from cloud.devices import rules, zone_keys
from cloud.devices.models import Command, CommandState, Device, DeviceSession
from cloud.devices.service import current_session, facts, next_stop
from wire.codes import EventKind, Op, Refusal
from wire.messages import Birth, Data, Will
from wire.messages import Command as WireCommand

_log = logging.getLogger(__name__)

HEARD_EVERY: Final = timedelta(seconds=1)
SESSIONS_FOR: Final = timedelta(days=90)
SESSIONS: Final = 1_000
"""Of one device: a line that breaks every hour fills six weeks."""
STOP_AGAIN: Final = timedelta(seconds=30)
"""A device that has spoken since a STOP left, and not of it, hears it again: a broker may lose
what it has confirmed without losing the connection, and the next birth may be days away."""
MAX_STOP: Final = 2**53
"""No device has obeyed so many STOPs; a larger number would leave none above it."""


@dataclass(frozen=True)
class KnownDevice:
    """What the worker must know of a device to serve it."""

    id: str
    greenhouse_id: int
    sealed_command_key: str
    public_key: str
    """Ed25519, hexadecimal."""


def known_devices(session: Session) -> dict[str, KnownDevice]:
    columns = select(Device.id, Device.greenhouse_id, Device.sealed_command_key, Device.public_key)
    return {row[0]: KnownDevice(*row) for row in session.exec(columns).all()}


@dataclass(frozen=True)
class Standing:
    """Where a device hangs, and whether it still belongs to anybody."""

    greenhouse_id: int
    struck_off: bool
    zone_keys: Collection[str]


def standing(session: Session, device_ids: Collection[str]) -> dict[str, Standing]:
    """As it is in the transaction that stores their words: what is remembered may be older."""
    wanted = {"devices": bulk.listed(device_ids)}
    return {
        device: Standing(house, gone is not None, zone_keys.read(keys))
        for device, house, gone, keys in session.connection().execute(_STANDING, wanted)
    }


def hold(session: Session, device_ids: Collection[str]) -> None:
    """What is decided by what a device said before is decided by one worker at a time."""
    session.exec(
        select(Device.id)
        .where(col(Device.id).in_(device_ids))
        .order_by(col(Device.id))
        .with_for_update(key_share=True)  # rows that point to the device are no concern
    ).all()


def record_birth(session: Session, device_id: str, birth: Birth, now: datetime) -> bool:
    """A new connection; a STOP that was not confirmed goes out once more.

    Returns whether the birth is news: one that a broker kept and delivers late, or again, says
    nothing of how the device is now. Whoever asks holds the device.
    """
    resend_stops(session, device_id)
    newest = current_session(session, device_id)
    if newest is not None and _is_old(session, newest, birth):
        return False
    session.add(
        DeviceSession(
            device_id=device_id,
            epoch=birth.epoch,
            boot=birth.boot,
            session=birth.session,
            born_at=now,
            heard_at=now,
            birth=birth.model_dump(mode="json"),
        )
    )
    session.flush()
    return True


def record_will(session: Session, device_id: str, will: Will, now: datetime) -> None:
    """The broker lost the device; void unless it speaks of the newest connection."""
    connection = current_session(session, device_id)
    if connection is not None and connection.session == will.session:
        connection.ended_at = now


def record_heard(session: Session, device_ids: Collection[str], now: datetime) -> None:
    """These devices live; written at most once a second for each."""
    heard = {"devices": bulk.listed(device_ids), "before": now - HEARD_EVERY, "at": now}
    session.connection().execute(_HEARD, heard)


def forget_sessions(session: Session, device_id: str, now: datetime) -> None:
    """Keep the newest connection, and of the others those that somebody may still ask about."""
    own = select(DeviceSession.id).where(DeviceSession.device_id == device_id)
    newest_first = own.order_by(col(DeviceSession.id).desc())
    kept = session.exec(newest_first.limit(SESSIONS)).all()
    if not kept:
        return
    session.exec(
        delete(DeviceSession).where(
            col(DeviceSession.device_id) == device_id,
            col(DeviceSession.id) != kept[0],
            or_(
                col(DeviceSession.id) < kept[-1],
                col(DeviceSession.born_at) < now - SESSIONS_FOR,
            ),
        )
    )


def resend_stops(session: Session, device_id: str | None = None) -> None:
    """Let unconfirmed STOPs go out once more: to a device just born, or to all at a start."""
    if device_id is None:
        session.exec(_STOPS_AGAIN)
    else:
        session.exec(_STOPS_OF_ONE, params={"device": device_id})


def record_told(
    session: Session, device_id: str, kind: EventKind, data: Data, now: datetime
) -> None:
    """Carry a device's event over to the command it speaks of."""
    if kind is EventKind.STOPPED:
        _stopped(session, device_id, data, now)
    command_id = data.get("id")
    if not isinstance(command_id, str):
        return
    command = session.exec(
        select(Command)
        .where(Command.public_id == command_id, Command.device_id == device_id)
        .with_for_update()  # another worker may hold the word that came before or after this one
        .execution_options(populate_existing=True)
    ).one_or_none()
    if command is not None and _is_stale(command, kind, data):
        _number_anew(session, command, data, now)
    elif command is not None:
        _told(command, kind, data, now)
    if command is not None:
        # Before the commit: a batch that is tried again says it again.
        _log.info("told: %s", kind.value, extra=facts(command))


def has_outgoing(session: Session, now: datetime) -> bool:
    """A cheap look before the transaction that writes."""
    return session.exec(_ANY_OUTGOING, params=_outgoing_at(now)).first() is not None


def has_overdue(session: Session, now: datetime) -> bool:
    """The same before `expire_overdue`."""
    return session.exec(_ANY_OVERDUE, params=_overdue_at(now)).first() is not None


def claim_outgoing(session: Session, now: datetime) -> list[Command]:
    """Commands to publish now, marked as published; of several STOPs only the newest counts.

    Those that another worker is claiming at this moment are left to it.
    """
    free = select(Command).where(*_OUTGOING).order_by(col(Command.id))
    skipping = free.with_for_update(skip_locked=True)
    waiting = session.exec(skipping, params=_outgoing_at(now)).all()
    newest_stop = {command.device_id: command.id for command in waiting if command.op is Op.STOP}
    for command in waiting:
        command.published_at = now
    return [
        command
        for command in waiting
        if command.op is not Op.STOP or newest_stop[command.device_id] == command.id
    ]


def still_wanted(session: Session, device_id: str, command_id: str, now: datetime) -> bool:
    """The answer to a device's question before it moves a pin."""
    command = session.exec(
        select(Command).where(Command.public_id == command_id, Command.device_id == device_id)
    ).one_or_none()
    return (
        command is not None
        and command.op is not Op.STOP
        and command.state in rules.UNCONFIRMED
        and now < command.expires_at
    )


def expire_overdue(session: Session, now: datetime) -> list[str]:
    """Presume expired what nobody answered, or only promised; names the devices concerned."""
    overdue = session.exec(
        update(Command)
        .where(_OVERDUE)
        .values(state=CommandState.EXPIRED, changed_at=now)
        .returning(col(Command.device_id)),
        params=_overdue_at(now),
    )
    return list(overdue.scalars())


def wire_command(command: Command) -> WireCommand:
    """The command as it goes over the wire, not yet signed."""
    return WireCommand(
        id=command.public_id,
        iat=unix_ms(command.issued_at),
        exp=unix_ms(command.expires_at),
        op=command.op,
        zone=command.zone_key,
        litres=command.litres,
        max_s=command.max_s,
        for_s=command.for_s,
        n=command.stop_number,
        by="account",
    )


def _is_old(session: Session, newest: DeviceSession, birth: Birth) -> bool:
    """Whether a birth was said before the newest one, or is that one once more."""
    if rules.precedes(birth, Birth.model_validate(newest.birth, strict=False)):
        return True
    known = select(DeviceSession.id).where(
        DeviceSession.device_id == newest.device_id, DeviceSession.epoch == birth.epoch
    )
    if birth.epoch == newest.epoch:
        known = known.where(
            DeviceSession.session == birth.session,
            col(DeviceSession.birth)["nonce"].as_string() == birth.nonce,
        )
    else:  # an epoch that gave way to another: only a start that nobody heard of makes it news
        known = known.where(col(DeviceSession.session) >= birth.session)
    return session.exec(known.limit(1)).first() is not None


def _unheard_stop() -> ColumnElement[bool]:
    spoken = exists().where(
        col(DeviceSession.device_id) == Command.device_id,
        col(DeviceSession.heard_at) > Command.published_at,
    )
    is_late = col(Command.published_at) <= bindparam("long_ago", type_=UtcDateTime)
    return and_(col(Command.op) == Op.STOP, is_late, spoken)


def _overdue() -> ColumnElement[bool]:
    state, end = col(Command.state), col(Command.expires_at)
    unanswered = bindparam("unanswered", type_=UtcDateTime)
    promised = bindparam("promised", type_=UtcDateTime)
    return and_(
        col(Command.op) != Op.STOP,
        or_(
            and_(state == CommandState.SENDING, end < unanswered),
            and_(state == CommandState.ACCEPTED, end < promised),
        ),
    )


# Composed once: the worker asks them five times a second, and composing costs more than asking.
_OUTGOING: Final = (
    col(Command.state) == CommandState.SENDING,
    or_(col(Command.published_at).is_(None), _unheard_stop()),
    col(Command.expires_at) > bindparam("at", type_=UtcDateTime),
)
_OVERDUE: Final = _overdue()
_ANY_OUTGOING: Final = select(Command.id).where(*_OUTGOING).limit(1)
_ANY_OVERDUE: Final = select(Command.id).where(_OVERDUE).limit(1)

_STOPS_AGAIN: Final = (
    update(Command)
    .where(col(Command.op) == Op.STOP, col(Command.state) == CommandState.SENDING)
    .values(published_at=None)
)
_STOPS_OF_ONE: Final = _STOPS_AGAIN.where(col(Command.device_id) == bindparam("device"))
_DEVICES: Final = select_columns(bulk.texts_in("devices"))
_STANDING: Final = select_columns(
    col(Device.id),
    col(Device.greenhouse_id),
    col(Device.struck_off_at),
    cast(col(Device.zone_keys), Text),
).where(col(Device.id).in_(_DEVICES))
_NEWEST: Final = (
    select(func.max(DeviceSession.id))
    .where(col(DeviceSession.device_id).in_(_DEVICES))
    .group_by(col(DeviceSession.device_id))
)
_LATE: Final = (
    select(DeviceSession.id)
    .where(
        col(DeviceSession.id).in_(_NEWEST),
        col(DeviceSession.heard_at) < bindparam("before", type_=UtcDateTime),
    )
    .with_for_update(skip_locked=True)  # another worker is about to write the same
)
_HEARD: Final = (
    update(DeviceSession)
    .where(col(DeviceSession.id).in_(_LATE))
    .values(heard_at=bindparam("at", type_=UtcDateTime))
    .execution_options(synchronize_session=False)
)


def _outgoing_at(now: datetime) -> dict[str, datetime]:
    return {"at": now, "long_ago": now - STOP_AGAIN}


def _overdue_at(now: datetime) -> dict[str, datetime]:
    unanswered = now - rules.ANSWER_GRACE
    return {"unanswered": unanswered, "promised": unanswered - rules.LINE_WAIT}


def _stopped(session: Session, device_id: str, data: Data, now: datetime) -> None:
    number = _number(data)
    if number is None:
        return
    _count_from(session, device_id, number)
    session.exec(
        update(Command)
        .where(
            col(Command.device_id) == device_id,
            col(Command.op) == Op.STOP,
            col(Command.stop_number) <= number,
            col(Command.state) == CommandState.SENDING,
        )
        .values(state=CommandState.DONE, changed_at=now)
    )


def _is_stale(command: Command, kind: EventKind, data: Data) -> bool:
    """Whether a STOP did nothing because its number was used before."""
    told = kind is EventKind.COMMAND_REJECTED and data.get("reason") == Refusal.STALE
    return told and command.op is Op.STOP


def _number_anew(session: Session, command: Command, data: Data, now: datetime) -> None:
    """A cloud restored from a backup counts too low; STOP has to work all the same, and at once.

    An older STOP that the broker delivered late is no reason to stop again: a newer one followed.
    """
    number = _number(data)
    newest = select(func.max(Command.id)).where(
        Command.device_id == command.device_id, Command.op == Op.STOP
    )
    if number is None or command.id != session.exec(newest).one():
        return
    if number < (command.stop_number or 0):
        return
    _count_from(session, command.device_id, number)
    command.stop_number = next_stop(session, command.device_id)
    command.state, command.changed_at = CommandState.SENDING, now
    command.published_at = None


def _number(data: Data) -> int | None:
    number = data.get("n")
    if isinstance(number, int) and 0 <= number <= MAX_STOP:
        return number
    return None


def _count_from(session: Session, device_id: str, number: int) -> None:
    """The device has obeyed this number: none up to it means anything any more."""
    session.exec(
        update(Device)
        .where(col(Device.id) == device_id, col(Device.stop_counter) < number)
        .values(stop_counter=number)
    )


def _told(command: Command, kind: EventKind, data: Data, now: datetime) -> None:
    state = rules.after(command.state, kind)
    if state is not command.state:
        command.state, command.changed_at = state, now
    reason, litres = data.get("reason"), data.get("litres")
    if isinstance(reason, str):
        command.reason = reason
    if kind is not EventKind.DOSE_STARTED and isinstance(litres, int | float):
        command.litres_given = float(litres)
