"""Photos of a cooperative: kept, found again within its fence, and forgotten."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from cloud.accounts import tries
from cloud.accounts.throttle import PHOTOS, PHOTOS_DAY
from cloud.accounts.tries import Lock
from cloud.cooperatives.models import Zone
from cloud.errors import TooMany
from cloud.i18n import _
from cloud.media import pictures
from cloud.media.darkroom import Developed
from cloud.media.models import Photo, Recording
from cloud.media.store import Store
from cloud.principal import Principal
from cloud.scope import find

ORPHANED: Final = timedelta(days=1)
"""Longer than any request between keeping a picture and committing its row."""

_log = logging.getLogger(__name__)


class TooManyPhotos(TooMany):
    """More photos than somebody who works in a garden takes."""

    code = "too_many_photos"
    sentence = _("Bạn gửi nhiều ảnh quá. Hãy đợi ít phút rồi gửi tiếp.")


def pay(session: Session, principal: Principal, count: int, now: datetime) -> None:
    """Before so many photos of a person are developed, good ones or not.

    Raises:
        TooManyPhotos: that many are not due.
    """
    who = (str(principal.person_id),)
    locks = (Lock(PHOTOS, who), Lock(PHOTOS_DAY, who))
    if not all(tries.pay(session, locks, now) for _one in range(count)):
        raise TooManyPhotos


def keep(
    session: Session,
    principal: Principal,
    store: Store,
    zone: Zone,
    developed: Developed,
    now: datetime,
) -> Photo:
    """The pictures are on the disk before the row that names them is written."""
    photo = Photo(
        cooperative_id=principal.cooperative_id,
        zone_id=cast("int", zone.id),
        account_id=principal.account_id,
        large=store.keep(developed.large),
        small=store.keep(developed.small),
        width=developed.width,
        height=developed.height,
        created_at=now,
    )
    session.add(photo)
    session.flush()
    return photo


def get(session: Session, principal: Principal, public_id: str) -> Photo:
    return find(session, Photo, public_id, principal)


def forget(session: Session, photo_ids: Iterable[int]) -> None:
    """The rows at once; the pictures with the night that follows."""
    session.exec(delete(Photo).where(col(Photo.id).in_(list(photo_ids))))


def sweep(engine: Engine, now: datetime, *, store: Store) -> None:
    """A round of each night: delete what no photo and no recording names any more."""
    with Session(engine) as session:
        named = session.exec(select(Photo.large, Photo.small)).all()
        said = session.exec(select(Recording.name)).all()
        wanted = pictures.named(session) | {name for pair in named for name in pair} | set(said)
    swept = store.sweep(wanted, now - ORPHANED)
    if swept:
        _log.info("%s files that no photo or recording names were deleted", swept)
