"""From what somebody sends to what can be kept, before the transaction that keeps it begins."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import Request
from sqlmodel import Session

from cloud.db import writing
from cloud.diary.service import Album
from cloud.media import recordings
from cloud.media import service as media
from cloud.media.darkroom import Darkroom
from cloud.principal import Principal


def album(
    request: Request,
    principal: Principal,
    sent: Sequence[bytes],
    now: datetime,
    voice: bytes = b"",
) -> Album:
    """Paid for first, in a transaction of its own: a photo that is refused has cost us as much.

    A recording is paid for as a photo is.

    Raises:
        TooManyPhotos, NoPhoto, PhotoTooLarge, PhotoDamaged, DarkroomFull: see `cloud.media`.
        NoSound, SoundTooLong: see `cloud.media.recordings`.
    """
    darkroom: Darkroom = request.app.state.darkroom
    due = len(sent) + bool(voice)
    if due:
        with Session(writing(request.app.state.engine)) as session, session.begin():
            media.pay(session, principal, due, now)
    if voice:
        recordings.judged(voice)
    photos = [darkroom.develop(octets) for octets in sent]
    return Album(request.app.state.store, photos, voice)
