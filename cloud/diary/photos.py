"""From what somebody sends to developed photos, before the transaction that keeps them begins."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from cloud.db import writing
from cloud.diary.service import Album
from cloud.media import service as media
from cloud.media.darkroom import Darkroom
from cloud.principal import Principal


def album(request: Request, principal: Principal, sent: Sequence[bytes], now: datetime) -> Album:
    """Paid for first, in a transaction of its own: a photo that is refused has cost us as much.

    Raises:
        TooManyPhotos, NoPhoto, PhotoTooLarge, PhotoDamaged, DarkroomFull: see `cloud.media`.
    """
    darkroom: Darkroom = request.app.state.darkroom
    if sent:
        with Session(writing(request.app.state.engine)) as session, session.begin():
            media.pay(session, principal, len(sent), now)
    photos = [darkroom.develop(octets) for octets in sent]
    return Album(request.app.state.store, photos)
