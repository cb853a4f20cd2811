"""Settings as the ingest worker carries them: documents out, what devices say of them back in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cloud.devices.models import Device, DeviceSession
from cloud.devices.service import current_session
from cloud.growing import rules
from cloud.growing.models import DesiredSettings, ReportedSettings
from cloud.growing.rules import Sent
from cloud.growing.service import newest_sent, said, say
from wire.codes import EventKind
from wire.messages import MAX_SEQ, Birth, Desired, Event
from wire.settings import heard

KINDS = (EventKind.SETTINGS_TAKEN, EventKind.SETTINGS_APPLIED, EventKind.SETTINGS_REJECTED)
_ANY_OUTGOING: Final = (
    select(DesiredSettings.id).where(col(DesiredSettings.published_at).is_(None)).limit(1)
)
"""Composed once: the worker asks it five times a second."""

SAY_AGAIN: Final = timedelta(minutes=3)
"""A device answers in seconds; one that is heard and says nothing was not told."""


def record_birth(session: Session, device_id: str, birth: Birth, now: datetime) -> None:
    """A device that has not got the newest document, or lost it, is told once more."""
    reported = _born(session, device_id, birth)
    if reported is None:
        return
    reported.stored = birth.settings
    if birth.settings is None:
        reported.applied_version = reported.taken_version = None
    sent = newest_sent(session, device_id)
    if sent is None:
        return
    newest = Sent(sent.version, sent.digest)
    number = rules.next_number(newest, said(reported), birth.settings_version)
    if number == sent.version:
        sent.published_at = None
    elif number is not None:
        say(session, device_id, sent.doc, number, now)


def record_told(session: Session, device_id: str, event: Event) -> None:
    """What a device did with a document; late and repeated words change nothing."""
    if event.k not in KINDS:
        return
    version = event.d.get("version")
    if not isinstance(version, int) or not 0 < version <= MAX_SEQ:
        return
    reported = _news(session, device_id, (event.e, event.s))
    if reported is None:
        return
    if event.k is EventKind.SETTINGS_REJECTED:
        reported.refused_version = version
        reported.refused = [[wrong.key, wrong.fault.value] for wrong in heard(event.d)]
        if reported.applied_version == version:
            reported.applied_version = None  # a start found that they fit no more
        return
    digest = event.d.get("digest")
    reported.stored = digest if isinstance(digest, str) else None
    reported.refused_version = None
    if event.k is EventKind.SETTINGS_TAKEN:
        reported.taken_version = version
    else:
        reported.applied_version = version


def has_outgoing(session: Session) -> bool:
    """A cheap look before the transaction that writes."""
    return session.exec(_ANY_OUTGOING).first() is not None


def claim_outgoing(session: Session, now: datetime) -> Sequence[tuple[str, Desired]]:
    """The newest document of each device that waits for one, marked as published.

    Said twice it does nothing, so that of two workers each may say it.
    """
    waiting = session.exec(
        select(DesiredSettings)
        .join(Device, col(Device.id) == col(DesiredSettings.device_id))
        .where(col(DesiredSettings.published_at).is_(None), col(Device.struck_off_at).is_(None))
        .order_by(col(DesiredSettings.version))
    ).all()
    for row in waiting:
        row.published_at = now
    newest = {row.device_id: row for row in waiting}
    return [(row.device_id, Desired(version=row.version, doc=row.doc)) for row in newest.values()]


def resend(session: Session) -> None:
    """A worker that died between marking a document and sending it never sent it."""
    obeyed = select(ReportedSettings.device_id).where(
        col(ReportedSettings.stored) == col(DesiredSettings.digest),
        col(ReportedSettings.device_id) == col(DesiredSettings.device_id),
    )
    waiting = session.exec(
        select(DesiredSettings.id).where(col(DesiredSettings.id).in_(_newest()), ~obeyed.exists())
    )
    say_again(session, waiting.all())


def unanswered(session: Session, now: datetime) -> Sequence[int | None]:
    """Newest documents without an answer of devices that were heard long after they were told.

    A broker may drop a word and keep the line; without a new birth nothing else would tell.
    """
    answered = select(ReportedSettings.device_id).where(
        col(ReportedSettings.device_id) == col(DesiredSettings.device_id),
        or_(
            col(ReportedSettings.stored) == col(DesiredSettings.digest),
            col(ReportedSettings.refused_version) == col(DesiredSettings.version),
        ),
    )
    heard = select(DeviceSession.id).where(
        col(DeviceSession.device_id) == col(DesiredSettings.device_id),
        col(DeviceSession.heard_at) > col(DesiredSettings.published_at),
    )
    return session.exec(
        select(DesiredSettings.id).where(
            col(DesiredSettings.published_at) <= now - SAY_AGAIN,
            col(DesiredSettings.id).in_(_newest()),
            ~answered.exists(),
            heard.exists(),
        )
    ).all()


def say_again(session: Session, documents: Sequence[int | None]) -> None:
    session.exec(
        update(DesiredSettings)
        .where(col(DesiredSettings.id).in_(documents))
        .values(published_at=None)
        .execution_options(synchronize_session=False)
    )


def _newest() -> SelectOfScalar[int | None]:
    return select(func.max(DesiredSettings.id)).group_by(col(DesiredSettings.device_id))


def _born(session: Session, device_id: str, birth: Birth) -> ReportedSettings | None:
    """The row of a device, from a new epoch's first number on; none for a birth of before.

    Rows that a birth counts may still be under way, so they stay news.
    """
    row = session.get(ReportedSettings, device_id, with_for_update=True)
    if row is not None and row.epoch == birth.epoch:
        return row if row.seq <= birth.last else None
    return _news(session, device_id, (birth.epoch, 0))


def _news(session: Session, device_id: str, word: tuple[str, int]) -> ReportedSettings | None:
    """The row to write a word into, if the word is newer than what stands there."""
    row = session.get(ReportedSettings, device_id, with_for_update=True)
    connection = current_session(session, device_id)
    current = None if connection is None else connection.epoch
    known = None if row is None else (row.epoch, row.seq)
    if not rules.is_newer(known, word, current):
        return None
    if row is None:
        row = ReportedSettings(device_id=device_id, epoch=word[0], seq=word[1])
        session.add(row)
    row.epoch, row.seq = word
    return row
