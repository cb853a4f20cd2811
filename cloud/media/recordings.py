"""Recordings of a cooperative: judged, kept as they came, found again within its fence."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import delete
from sqlmodel import Session, col

from cloud.cooperatives.models import Zone
from cloud.errors import Conflict, TooLarge
from cloud.i18n import _
from cloud.media.models import Recording
from cloud.media.sound import MAX_OCTETS, Kind, kind_of
from cloud.media.store import Store
from cloud.principal import Principal
from cloud.scope import find


class NoSound(Conflict):
    """Some other file, or one in a form that few browsers play."""

    code = "no_sound"
    sentence = _("Tệp này không nghe được trên trang. Hãy ghi âm lại.")


class SoundTooLong(TooLarge):
    """More than anybody listens to."""

    code = "sound_too_long"
    sentence = _("Đoạn ghi âm dài quá. Hãy nói trong một phút.")


def judged(octets: bytes) -> Kind:
    """What it is.

    Raises:
        NoSound, SoundTooLong: it is not kept.
    """
    if len(octets) > MAX_OCTETS:
        raise SoundTooLong
    kind = kind_of(octets)
    if kind is None:
        raise NoSound
    return kind


def keep(
    session: Session, principal: Principal, store: Store, zone: Zone, octets: bytes, now: datetime
) -> Recording:
    """It is on the disk before the row that names it is written.

    Raises:
        NoSound, SoundTooLong: it is not kept.
    """
    kind = judged(octets)
    row = Recording(
        cooperative_id=principal.cooperative_id,
        zone_id=cast("int", zone.id),
        account_id=principal.account_id,
        name=store.keep(octets),
        kind=kind,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, principal: Principal, public_id: str) -> Recording:
    return find(session, Recording, public_id, principal)


def forget(session: Session, numbers: Iterable[int]) -> None:
    """The rows at once; what was said with the night that follows."""
    session.exec(delete(Recording).where(col(Recording.id).in_(list(numbers))))
