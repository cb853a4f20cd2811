"""What was said to entries: one recording each, which a correction keeps."""

from collections.abc import Sequence
from typing import cast

from sqlmodel import Session, col, select

from cloud.diary.models import DiaryEntry, DiaryVoice
from cloud.media import recordings
from cloud.media.models import Recording


def put(session: Session, entry: DiaryEntry, said: Recording) -> None:
    _put(session, entry, cast("int", said.id))


def carry_over(session: Session, before: DiaryEntry, entry: DiaryEntry) -> None:
    of = select(DiaryVoice.recording_id).where(DiaryVoice.entry_id == before.id)
    number = session.exec(of).one_or_none()
    if number is not None:
        _put(session, entry, number)


def of_entries(session: Session, entries: Sequence[DiaryEntry]) -> dict[int, str]:
    """The public ids of recordings, by the numbers of entries."""
    found = session.exec(
        select(DiaryVoice.entry_id, Recording.public_id)
        .join(Recording, col(Recording.id) == col(DiaryVoice.recording_id))
        .where(col(DiaryVoice.entry_id).in_([entry.id for entry in entries]))
    )
    return dict(found.all())


def of_account(session: Session, account_id: int) -> Sequence[Recording]:
    """All that a person said, the oldest first."""
    own = select(Recording).where(Recording.account_id == account_id)
    return session.exec(own.order_by(col(Recording.id))).all()


def forget(session: Session, account_id: int) -> None:
    """Somebody is erased: their voice goes from every entry."""
    own = {cast("int", one.id) for one in of_account(session, account_id)}
    shown = select(DiaryVoice).where(col(DiaryVoice.recording_id).in_(own))
    for row in session.exec(shown).all():
        session.delete(row)
    session.flush()
    recordings.forget(session, own)


def _put(session: Session, entry: DiaryEntry, number: int) -> None:
    session.add(DiaryVoice(entry_id=cast("int", entry.id), recording_id=number))
    session.flush()
