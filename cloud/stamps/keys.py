"""Season keys at rest: each season has its own random master, sealed in its row.

The database alone makes no stamp: the seal is a secret file of the data folder.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlmodel import Session, select

from cloud.devices.vault import Vault
from cloud.errors import Unavailable
from cloud.i18n import TIME_ZONE, _
from cloud.settings import Settings
from cloud.stamps.models import SeasonKeyRow
from traceability.keys import KEY_IDS, MASTER_BYTES, SeasonKey, derive, keyring

_SEAL: Final = "stamp-keys"
_FIRST_HALF: Final = 6
"""Its last month; a season is half a year, so sixteen ids last eight years."""


class NoFreeKey(Unavailable):
    """All ids are on stamps that may still be in shops."""

    code = "no_free_key"
    sentence = _("Hết số khóa cho tem mùa mới. Hãy báo người quản trị.")


def open_vault(settings: Settings) -> Vault:
    return Vault(settings.secret(_SEAL), _SEAL)


def season_of(now: datetime) -> str:
    local = now.astimezone(TIME_ZONE)
    return f"{local.year}-{1 if local.month <= _FIRST_HALF else 2}"


def current(session: Session, vault: Vault, now: datetime) -> SeasonKey:
    """This season's key, made when the season's first stamps are issued."""
    season = season_of(now)
    row = session.exec(select(SeasonKeyRow).where(SeasonKeyRow.season == season)).one_or_none()
    return _opened(vault, row or _make(session, vault, season, now))


def live(session: Session, vault: Vault) -> Mapping[int, SeasonKey]:
    return keyring(_opened(vault, row) for row in session.exec(select(SeasonKeyRow)).all())


def _make(session: Session, vault: Vault, season: str, now: datetime) -> SeasonKeyRow:
    used = set(session.exec(select(SeasonKeyRow.kid)).all())
    free = sorted(set(range(KEY_IDS)) - used)
    if not free:
        raise NoFreeKey
    sealed = vault.seal(season, secrets.token_bytes(MASTER_BYTES))
    row = SeasonKeyRow(kid=free[0], season=season, sealed=sealed, created_at=now)
    session.add(row)
    session.flush()
    return row


def _opened(vault: Vault, row: SeasonKeyRow) -> SeasonKey:
    return derive(vault.unseal(row.season, row.sealed), row.season, row.kid)
