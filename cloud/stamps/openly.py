"""What the public log is told of season keys and print runs."""

from datetime import datetime
from typing import cast

from sqlmodel import Session

from cloud.lots.models import Lot
from cloud.stamps.models import Issuance, SeasonKeyRow
from cloud.stamps.rules import Range
from cloud.transparency import entries
from cloud.transparency import service as log
from cloud.transparency.entries import RunFact


def key_made(session: Session, row: SeasonKeyRow, sealing: bytes, now: datetime) -> None:
    """`sealing`: the public key, 32 octets."""
    log.append(session, [entries.key_made(row.kid, row.season, sealing, now)])


def issued(session: Session, issuance: Issuance, lot: Lot, now: datetime) -> None:
    fact = RunFact(
        _number(issuance),
        issuance.kid,
        issuance.kind.value,
        issuance.gtin,
        lot.code,
        issuance.quantity,
    )
    log.append(session, [entries.run_issued(fact, now)])


def activated(session: Session, issuance: Issuance, now: datetime) -> None:
    log.append(session, [entries.run_activated(_number(issuance), issuance.activated, now)])


def voided(session: Session, issuance: Issuance, which: Range, now: datetime) -> None:
    log.append(session, [entries.run_voided(_number(issuance), which.first, which.last, now)])


def _number(issuance: Issuance) -> int:
    return cast("int", issuance.id)
