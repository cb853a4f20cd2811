"""Issuing stamps for a lot, printing them again, and finding what a serial belongs to."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select, update

from cloud import bulk
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction, Detail
from cloud.audit.service import Deed
from cloud.devices.vault import Vault
from cloud.errors import ConfigurationError
from cloud.lots import service as lots
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.scope import find, scoped
from cloud.settings import Settings
from cloud.stamps import keys
from cloud.stamps.models import Issuance, IssuanceCounter, IssuanceState
from traceability import sheet, token
from traceability.errors import GS1Error, SerialError
from traceability.keys import SeasonKey
from traceability.labels import GRIDS, Label, Printer
from traceability.payload import base, stamp_link

DEFAULT_GRID: Final = "a4-65"
SKIPPED: Final = 1 << 16
"""Print runs that a restore leaves out: more than all cooperatives print between two backups, and
few enough for two hundred restores within the 24 bits of a serial."""

_ONLY: Final = 1


@dataclass(frozen=True)
class Found:
    """A serial that one of our keys made for an issuance, within its quantity."""

    serial: str
    issuance: Issuance
    lot: Lot

    @property
    def void(self) -> bool:
        return self.issuance.state is IssuanceState.VOID


@dataclass(frozen=True)
class First:
    """The first stamp of an issuance, shown to tell where all of them lead."""

    serial: str
    url: str


@dataclass(frozen=True)
class Press:
    """What issuing needs besides the database: the seal of the keys and the printed host."""

    vault: Vault
    host: str


def open_press(settings: Settings) -> Press:
    try:
        return Press(keys.open_vault(settings), base(settings.stamp_base))
    except GS1Error as error:
        raise ConfigurationError(f"VUONSO_STAMP_HOST cannot be printed: {error}") from None


def issue(
    session: Session,
    principal: Principal,
    lot_public_id: str,
    quantity: int,
    press: Press,
    now: datetime,
) -> Issuance:
    """One row, however many stamps."""
    lot = lots.get(session, principal, lot_public_id)
    issuance = Issuance(
        id=_next_number(session),
        cooperative_id=lot.cooperative_id,
        lot_id=cast("int", lot.id),
        kid=keys.current(session, press.vault, now).kid,
        gtin=lot.gtin,
        host=press.host,
        quantity=quantity,
        state=IssuanceState.ACTIVE,
        issued_at=now,
    )
    session.add(issuance)
    session.flush()
    detail: Detail = {"quantity": quantity, "lot": lot.public_id}
    deed = Deed(AuditAction.STAMPS_ISSUED, f"issuance:{issuance.public_id}", detail)
    audit.note(session, principal, deed, now)
    return issuance


def get(session: Session, principal: Principal, public_id: str) -> Issuance:
    return find(session, Issuance, public_id, principal)


def of_lot(session: Session, principal: Principal, lot: Lot) -> Sequence[Issuance]:
    """Newest first."""
    statement = scoped(select(Issuance), principal).where(Issuance.lot_id == lot.id)
    return session.exec(statement.order_by(col(Issuance.id).desc())).all()


def void(session: Session, principal: Principal, public_id: str, now: datetime) -> Issuance:
    """From now on no stamp of this issuance is believed; cannot be taken back."""
    issuance = get(session, principal, public_id)
    if issuance.state is IssuanceState.VOID:
        return issuance
    issuance.state = IssuanceState.VOID
    session.flush()
    audit.note(
        session, principal, Deed(AuditAction.STAMPS_VOIDED, f"issuance:{issuance.public_id}"), now
    )
    return issuance


def void_again(session: Session, public_id: str, now: datetime) -> None:
    """A backup brought back as good what had been called void."""
    found = session.exec(select(Issuance).where(Issuance.public_id == public_id)).one_or_none()
    if found is None or found.state is IssuanceState.VOID:
        return
    found.state = IssuanceState.VOID
    session.flush()
    deed = Deed(AuditAction.STAMPS_VOIDED, f"issuance:{found.public_id}")
    audit.append(session, found.cooperative_id, None, deed, now)


def first(session: Session, vault: Vault, issuance: Issuance) -> First:
    serial = token.issue(_key(session, vault, issuance), cast("int", issuance.id), 0)
    return First(serial, stamp_link(issuance.host, serial, issuance.gtin))


def labels(session: Session, issuance: Issuance, vault: Vault, grid: str = DEFAULT_GRID) -> bytes:
    """The sheets as PDF; the same issuance always gives the same file."""
    lot = lots.of_id(session, issuance.lot_id)
    label = Label(
        issuance.host, issuance.gtin, lot.product, lot.code, lot.harvested_on, lot.simulated
    )
    serials = token.serials(
        _key(session, vault, issuance), cast("int", issuance.id), range(issuance.quantity)
    )
    sheets = io.BytesIO()
    sheet.write(sheets, label, serials, Printer(GRIDS[grid]))
    return sheets.getvalue()


def find_stamp(session: Session, vault: Vault, text: str) -> Found | None:
    """What a scanned or typed serial belongs to, for anyone who asks."""
    try:
        stamp = token.read(text, keys.live(session, vault))
    except SerialError:
        return None
    found = session.exec(
        select(Issuance, Lot)
        .where(Issuance.id == stamp.issuance, Issuance.kid == stamp.kid)
        .where(Lot.id == Issuance.lot_id)
    ).one_or_none()
    if found is None or stamp.index >= found[0].quantity:
        return None
    return Found(token.normalise(text), *found)


def skip_ahead(session: Session) -> None:
    """After a backup was put back: no number that may be on paper is given once more."""
    _count(session, SKIPPED)


def _next_number(session: Session) -> int:
    return _count(session, 1)


def _count(session: Session, step: int) -> int:
    bulk.insert_new(session, IssuanceCounter, [{"id": _ONLY, "last": 0}])
    counted = session.exec(
        update(IssuanceCounter)
        .where(col(IssuanceCounter.id) == _ONLY)
        .values(last=IssuanceCounter.last + step)
        .returning(col(IssuanceCounter.last))
    )
    number: int = counted.scalar_one()
    return number


def _key(session: Session, vault: Vault, issuance: Issuance) -> SeasonKey:
    return keys.live(session, vault)[issuance.kid]
