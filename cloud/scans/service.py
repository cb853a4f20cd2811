"""Looking at a stamp: the verdict, the facts behind it, and a record that names nobody."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from cloud.cooperatives.models import Cooperative, Zone
from cloud.devices.vault import Vault
from cloud.lots import rules as days
from cloud.lots import service as lots
from cloud.lots.models import Evidence, Lot
from cloud.scans.models import Scan
from cloud.scans.rules import Issued, Printed, Seen, Verdict, judge
from cloud.stamps import service as stamps
from cloud.stamps.service import Found
from traceability.gs1 import link

NOTHING: Final = Printed()
_HEX: Final = 32  # 128 bits: no two of a million stamps or visitors meet


@dataclass(frozen=True)
class Story:
    """What the page tells of a stamp that is ours."""

    serial: str
    lot: Lot
    zone: Zone
    cooperative: Cooperative
    evidence: Evidence
    canonical: str


@dataclass(frozen=True)
class Answer:
    """A verdict, and the story where there is one to tell."""

    verdict: Verdict
    found: Found | None = None
    story: Story | None = None


@dataclass(frozen=True)
class Visitor:
    """Who looks, as far as it is kept: a hash that cannot be followed into tomorrow."""

    digest: str
    cooperative_id: int | None


def look(session: Session, vault: Vault, text: str, printed: Printed = NOTHING) -> Answer:
    """Judge a serial as scanned or typed; nothing is recorded."""
    found = stamps.find_stamp(session, vault, text)
    if found is None:
        return Answer(judge(None, printed))
    verdict = judge(Issued(found.issuance.gtin, found.lot.code, found.void), printed)
    told = None if verdict is Verdict.ALTERED else _story(session, found)
    return Answer(verdict, found, told)


def record(session: Session, found: Found, visitor: Visitor, now: datetime) -> Seen:
    """One row per stamp, visitor and day; a second look on the same day changes nothing."""
    scan = Scan(
        issuance_id=cast("int", found.issuance.id),
        digest=_digest(found.serial),
        day=days.local_day(now),
        visitor=visitor.digest,
        member=visitor.cooperative_id == found.issuance.cooperative_id,
    )
    try:
        with session.begin_nested():
            session.add(scan)
    except IntegrityError:
        pass  # seen today already
    return seen(session, found.serial)


def seen(session: Session, serial: str) -> Seen:
    """Looks by people outside the cooperative."""
    statement = select(func.count(), func.min(Scan.day)).where(
        Scan.digest == _digest(serial), col(Scan.member).is_(False)
    )
    count, first = session.exec(statement).one()
    return Seen(count, first)


def visitor_digest(secret: bytes, day: date, address: str, browser: str) -> str:
    """Tells two phones apart today; the day is its salt."""
    told = f"{day.isoformat()}\n{address}\n{browser}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:_HEX]


def _story(session: Session, found: Found) -> Story:
    zone, cooperative = lots.origin(session, found.lot)
    identity = link(found.issuance.gtin, lot=found.lot.code, serial=found.serial)
    return Story(
        found.serial, found.lot, zone, cooperative, found.lot.measured, identity.canonical()
    )


def _digest(serial: str) -> str:
    return hashlib.sha256(serial.encode()).hexdigest()[:_HEX]
