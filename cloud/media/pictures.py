"""Pictures for everyone's eyes: kept at three sizes and as two kinds, found by their hash."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from cloud.media.darkroom import Prints
from cloud.media.limits import BUYER_SIDES
from cloud.media.models import Picture
from cloud.media.store import Store
from cloud.principal import Principal

KINDS: Final = {"webp": "image/webp", "jpeg": "image/jpeg"}
COLUMNS: Final = tuple(f"{kind}_{side}" for kind in KINDS for side in BUYER_SIDES)
RENDITIONS: Final = {
    f"{side}.{kind}": (f"{kind}_{side}", media)
    for kind, media in KINDS.items()
    for side in BUYER_SIDES
}
"""The end of an address, with the column that names the file, and what kind of file it is."""


def keep(
    session: Session, principal: Principal, store: Store, prints: Prints, now: datetime
) -> Picture:
    """The files are on the disk before the row that names them is written."""
    names = {
        f"{kind}_{side}": store.keep(octets)
        for kind, some in (("webp", prints.webp), ("jpeg", prints.jpeg))
        for side, octets in zip(BUYER_SIDES, some, strict=True)
    }
    told = {
        "cooperative_id": principal.cooperative_id,
        "account_id": principal.account_id,
        "digest": hashlib.sha256("".join(names.values()).encode()).hexdigest(),
        "width": prints.width,
        "height": prints.height,
        "created_at": now,
    }
    picture = Picture.model_validate(told | names)
    session.add(picture)
    session.flush()
    return picture


def named(session: Session) -> set[str]:
    """All files that a picture names."""
    rows: Sequence[Picture] = session.exec(select(Picture)).all()
    return {str(getattr(row, column)) for row in rows for column in COLUMNS}
