"""The signed list by which sealed stamps are verified offline: keys, runs and recalls."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from cloud.devices.vault import Vault
from cloud.lots.models import Lot
from cloud.lots.rules import local_day
from cloud.settings import Settings
from cloud.stamps import keys
from cloud.stamps.models import Issuance, Kind, StampVoid
from cloud.transparency import service as log
from traceability.keys import derive_list_key
from traceability.manifest import Manifest, Recall, Run, SeasonKey
from traceability.notes import Signer

BELIEVED: Final = timedelta(days=30)
"""Without a younger list; who inspects goes to town within a month."""

_MOST: Final = 1 << 24


def signer_of(settings: Settings) -> Signer:
    name = f"{log.name_of(settings)}/tem"
    return Signer(name, derive_list_key(log.master_of(settings), name))


def current(session: Session, vault: Vault, settings: Settings, now: datetime) -> Manifest:
    """What is known today; its number grows with the public log, so no older one passes for it.

    Of a recall it says which stamps, not why: reasons are typed, and a list is copied about.
    """
    today = local_day(now)
    found = session.exec(
        select(Issuance, Lot)
        .join(Lot, col(Lot.id) == col(Issuance.lot_id))
        .where(Issuance.kind == Kind.SEALED)
        .order_by(col(Issuance.id))
    ).all()
    rows = {row.kid: row for row in keys.listed(session)}
    # Whose key's id is another's by now, is verified by nobody any more.
    found = [one for one in found if one[0].issued_at >= rows[one[0].kid].created_at]
    private = keys.sealing(session, vault)
    return Manifest(
        origin=signer_of(settings).name,
        sequence=log.size(session) % (_MOST - 1) + 1,
        issued_on=today,
        valid_until=today + BELIEVED,
        hosts=[urlsplit(settings.stamp_base).netloc or settings.stamp_base],
        keys=[
            SeasonKey(kid, row.season, private[kid].public_key().public_bytes_raw())
            for kid, row in rows.items()
        ],
        runs=[_run(issuance, lot) for issuance, lot in found],
        recalls=[one for issuance, lot in found for one in _recalls(session, issuance, lot)],
    )


def _run(issuance: Issuance, lot: Lot) -> Run:
    return Run(cast("int", issuance.id), issuance.kid, issuance.quantity, lot.product)


def _recalls(session: Session, issuance: Issuance, lot: Lot) -> Iterator[Recall]:
    number = cast("int", issuance.id)
    if lot.recalled:
        yield Recall(number, 0, issuance.quantity - 1, "")
        return
    out = select(StampVoid).where(StampVoid.issuance_id == number).order_by(col(StampVoid.id))
    for one in session.exec(out):
        yield Recall(number, one.first, one.last, "")
