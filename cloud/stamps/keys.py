"""Season keys at rest: each season has its own random master, sealed in its row.

The database alone makes no stamp: the seal is a secret file of the data folder.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative
from cloud.devices.vault import Vault
from cloud.errors import Conflict, Unavailable
from cloud.i18n import TIME_ZONE, _
from cloud.settings import Settings
from cloud.stamps import openly
from cloud.stamps.models import Issuance, SeasonKeyRow
from traceability import sealed
from traceability.keys import KEY_IDS, MASTER_BYTES, SeasonKey, derive, keyring

_SEAL: Final = "stamp-keys"
_FIRST_HALF: Final = 6
"""Its last month; a season is half a year, so sixteen ids last eight years."""


RESERVE: Final = 4
"""Ids that a change between seasons leaves: two years of seasons."""


OUTLIVED: Final = timedelta(days=5 * 366)
"""After its last run a key's id may go to another one: nothing dried or canned that carries its
stamps is sold any more."""


class KeyGone(Conflict):
    """Its id belongs to a younger key; these stamps cannot be made again."""

    code = "key_gone"
    sentence = _("Khóa của lần in này đã hết hạn. Không in lại được.")


class NoFreeKey(Unavailable):
    """All ids are on stamps that may still be in shops."""

    code = "no_free_key"
    sentence = _("Hết số khóa cho tem mùa mới. Hãy báo người quản trị.")


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SEAL), _SEAL)


def season_of(now: datetime) -> str:
    local = now.astimezone(TIME_ZONE)
    return f"{local.year}-{1 if local.month <= _FIRST_HALF else 2}"


class TooFewKeys(Conflict):
    """What is left is for the seasons to come."""

    code = "too_few_keys"
    sentence = _("Chỉ còn ít số khóa. Hãy để dành cho các mùa sau.")


class NotAlone(Conflict):
    """Keys are the house's; a cooperative that shares it does not change them for others."""

    code = "keys_shared"
    sentence = _("Nhiều hợp tác xã dùng chung khóa. Người quản trị máy đổi khóa.")


def current(session: Session, vault: Vault, now: datetime) -> SeasonKey:
    """This season's newest key; the first is made when the season's first stamps are issued."""
    season = season_of(now)
    row = next(iter(_of_season(session, season)), None)
    return _opened(vault, row or _make(session, vault, season, now))


def live(session: Session, vault: Vault) -> Mapping[int, SeasonKey]:
    return keyring(_opened(vault, row) for row in session.exec(select(SeasonKeyRow)).all())


def sealing(session: Session, vault: Vault) -> Mapping[int, Ed25519PrivateKey]:
    """What signs the sealed stamps of each season."""
    return {
        row.kid: sealed.derive(vault.unseal(row.season, row.sealed), row.season)
        for row in session.exec(select(SeasonKeyRow)).all()
    }


def rotate(session: Session, vault: Vault, now: datetime) -> SeasonKeyRow:
    """Another key within the season; stamps under the keys before stay what they are.

    Raises:
        TooFewKeys: the seasons of the next years need those that are left.
    """
    if spare(session, now) <= 0:
        raise TooFewKeys
    season = season_of(now)
    count = len(_of_season(session, season))
    return _make(session, vault, f"{season}.{count}" if count else season, now)


def change(session: Session, vault: Vault, now: datetime) -> None:
    """The operator's: nobody of a cooperative did it.

    Raises:
        TooFewKeys: as `rotate`.
    """
    row = rotate(session, vault, now)
    deed = Deed(AuditAction.KEYS_ROTATED, f"season:{row.season}")
    audit.append(session, audit.NO_COOPERATIVE, None, deed, now)


def listed(session: Session) -> Sequence[SeasonKeyRow]:
    """The newest first."""
    order = (col(SeasonKeyRow.created_at).desc(), col(SeasonKeyRow.kid).desc())
    return session.exec(select(SeasonKeyRow).order_by(*order)).all()


def demand_alone(session: Session) -> None:
    """Before a cooperative's manager changes keys.

    Raises:
        NotAlone: another cooperative is served here too.
    """
    if not is_alone(session):
        raise NotAlone


def is_alone(session: Session) -> bool:
    return len(session.exec(select(Cooperative.id).limit(2)).all()) <= 1


def spare(session: Session, now: datetime) -> int:
    """How many changes between seasons there may still be."""
    taken = len(session.exec(select(SeasonKeyRow.kid)).all()) - len(_outlived(session, now))
    return KEY_IDS - RESERVE - taken


def is_own(session: Session, issuance: Issuance) -> bool:
    """Whether the key that made these stamps is still there under its id."""
    return session.get_one(SeasonKeyRow, issuance.kid).created_at <= issuance.issued_at


def demand_own(session: Session, issuance: Issuance) -> None:
    """Before stamps are made again.

    Raises:
        KeyGone: they would be another key's, and lead nowhere.
    """
    if not is_own(session, issuance):
        raise KeyGone


def _of_season(session: Session, season: str) -> list[SeasonKeyRow]:
    """Its keys, the newest first."""
    return [row for row in listed(session) if row.season.partition(".")[0] == season]


def _make(session: Session, vault: Vault, season: str, now: datetime) -> SeasonKeyRow:
    row = _place(session, now)
    master = secrets.token_bytes(MASTER_BYTES)
    row.season, row.sealed, row.created_at = season, vault.seal(season, master), now
    session.add(row)
    session.flush()
    public = sealed.derive(master, season).public_key().public_bytes_raw()
    openly.key_made(session, row, public, now)
    return row


def _place(session: Session, now: datetime) -> SeasonKeyRow:
    """A row for another key: of an id that nobody had, else of one whose stamps are all gone."""
    used = set(session.exec(select(SeasonKeyRow.kid)).all())
    free = sorted(set(range(KEY_IDS)) - used)
    if free:
        return SeasonKeyRow(kid=free[0], season="", sealed="", created_at=now)
    outlived = _outlived(session, now)
    if not outlived:
        raise NoFreeKey
    return outlived[0]


def _outlived(session: Session, now: datetime) -> list[SeasonKeyRow]:
    """Keys under which nothing was printed for years, the oldest first."""
    recent = select(Issuance.kid).where(Issuance.issued_at > now - OUTLIVED)
    wanted = select(SeasonKeyRow).where(
        SeasonKeyRow.created_at <= now - OUTLIVED, col(SeasonKeyRow.kid).not_in(recent)
    )
    order = (col(SeasonKeyRow.created_at), col(SeasonKeyRow.kid))
    return list(session.exec(wanted.order_by(*order)))


def _opened(vault: Vault, row: SeasonKeyRow) -> SeasonKey:
    return derive(vault.unseal(row.season, row.sealed), row.season, row.kid)
