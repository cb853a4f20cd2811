"""Looking at a stamp: the verdict, the facts behind it, and a record that names nobody."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from cloud.accounts import throttle, tries
from cloud.accounts.tries import Lock
from cloud.cooperatives.models import Cooperative, Zone
from cloud.devices.vault import Vault
from cloud.errors import NotFound, TooMany
from cloud.i18n import _
from cloud.lots import rules as days
from cloud.lots import service as lots
from cloud.lots.models import Evidence, Lot
from cloud.principal import Principal
from cloud.scans.copies import Facts, Look, is_copied
from cloud.scans.models import ReportForm, Scan, ScanTotal, StampReport
from cloud.scans.rules import Issued, Printed, Seen, Verdict, judge
from cloud.scope import scoped
from cloud.stamps import service as stamps
from cloud.stamps.models import Issuance
from cloud.stamps.service import Found
from cloud.transparency.entries import of_key, of_lot, of_run
from traceability.gs1 import link

NOTHING: Final = Printed()
_HEX: Final = 32  # 128 bits: no two of a million stamps or visitors meet


class UnknownStamp(NotFound):
    """No stamp of ours."""

    code = "unknown_stamp"
    sentence = _("Không tìm thấy mã tem này.")


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
    province: str = ""
    device: str = ""


@dataclass(frozen=True)
class Counters:
    """Of a lot's stamps: how many were looked at by buyers, and how many as if copied."""

    scanned: int
    suspicious: int


def look(session: Session, vault: Vault, text: str, printed: Printed = NOTHING) -> Answer:
    """Judge a serial as scanned or typed; nothing is recorded."""
    return _judged(session, stamps.find_stamp(session, vault, text), printed)


def look_sealed(session: Session, vault: Vault, digits: str) -> Answer:
    """Judge a sealed stamp by its signature, then as any other; nothing is recorded."""
    return _judged(session, stamps.find_sealed(session, vault, digits), NOTHING)


def subjects(found: Found) -> list[str]:
    """Under what the public log speaks of a stamp: its season's key, its lot and its run."""
    issuance = found.issuance
    number = cast("int", issuance.id)
    return [of_key(issuance.kid), of_lot(issuance.gtin, found.lot.code), of_run(number)]


def subjects_of_lot(session: Session, lot: Lot) -> list[str]:
    """Under what it speaks of a lot and all its runs."""
    runs = session.exec(select(Issuance.id).where(Issuance.lot_id == lot.id)).all()
    return [of_lot(lot.gtin, lot.code), *(of_run(cast("int", run)) for run in runs)]


def record(session: Session, found: Found, visitor: Visitor, now: datetime) -> Seen:
    """One row per stamp, visitor and day; a second look on the same day changes nothing."""
    scan = Scan(
        issuance_id=cast("int", found.issuance.id),
        digest=_digest(found.serial),
        day=days.local_day(now),
        visitor=visitor.digest,
        member=visitor.cooperative_id == found.issuance.cooperative_id,
        province=visitor.province,
        device=visitor.device,
    )
    try:
        with session.begin_nested():
            session.add(scan)
    except IntegrityError:
        pass  # seen today already
    return seen(session, found.serial)


def seen(session: Session, serial: str) -> Seen:
    """Looks by people outside the cooperative, since the stamp was printed."""
    digest = _digest(serial)
    total = session.get(ScanTotal, digest)
    rows = _foreign(session, digest)
    first = min([row.day for row in rows] + ([total.first_day] if total else []), default=None)
    facts = facts_of(total, rows)
    return Seen(facts.looks, first, is_copied(facts))


def facts_of(total: ScanTotal | None, rows: Sequence[Scan]) -> Facts:
    before = Facts()
    if total is not None:
        places, kinds = frozenset(total.provinces), frozenset(total.devices)
        before = Facts(total.looks, total.days, places, kinds)
    return before.with_looks([Look(row.day, row.province, row.device) for row in rows])


def report(
    session: Session, found: Found, form: ReportForm, address: str, now: datetime
) -> StampReport:
    """What somebody thinks is false, for the cooperative to read.

    Raises:
        TooMany: too many came from this network.
    """
    if not tries.pay(session, (Lock(throttle.REPORT, (address,)),), now):
        raise TooMany
    row = StampReport(
        cooperative_id=found.issuance.cooperative_id,
        issuance_id=cast("int", found.issuance.id),
        digest=_digest(found.serial),
        place=form.place,
        note=form.note,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def reports(
    session: Session, principal: Principal, issuance_ids: Sequence[int]
) -> list[StampReport]:
    """What buyers reported of these runs, newest first."""
    own = scoped(select(StampReport), principal)
    wanted = own.where(col(StampReport.issuance_id).in_(issuance_ids))
    return list(session.exec(wanted.order_by(col(StampReport.id).desc())))


def counters(session: Session, issuance_ids: Sequence[int]) -> Counters:
    """Of these runs; whoever asks has been checked for them."""
    mine = col(Scan.issuance_id).in_(issuance_ids) & col(Scan.member).is_(other=False)
    fresh = set(session.exec(select(Scan.digest).where(mine).distinct()))
    totals = select(ScanTotal).where(col(ScanTotal.issuance_id).in_(issuance_ids))
    old = {total.digest: total for total in session.exec(totals)}
    # Few stamps are looked at more than twice, and only those can be flagged.
    often = select(Scan.digest).where(mine).group_by(col(Scan.digest)).having(func.count() > 1)
    suspects = set(session.exec(often)) | set(old)
    copied = [one for one in suspects if is_copied(facts_of(old.get(one), _foreign(session, one)))]
    return Counters(len(fresh | set(old)), len(copied))


def visitor_digest(secret: bytes, day: date, address: str, browser: str) -> str:
    """Tells two phones apart today; the day is its salt."""
    told = f"{day.isoformat()}\n{address}\n{browser}".encode()
    return hmac.new(secret, told, hashlib.sha256).hexdigest()[:_HEX]


def _judged(session: Session, found: Found | None, printed: Printed) -> Answer:
    if found is None:
        return Answer(judge(None, printed))
    issued = Issued(
        found.issuance.gtin, found.lot.code, found.void, found.active, found.lot.recalled
    )
    verdict = judge(issued, printed)
    told = None if verdict is Verdict.ALTERED else _story(session, found)
    return Answer(verdict, found, told)


def _foreign(session: Session, digest: str) -> Sequence[Scan]:
    rows = select(Scan).where(Scan.digest == digest, col(Scan.member).is_(other=False))
    return session.exec(rows).all()


def _story(session: Session, found: Found) -> Story:
    zone, cooperative = lots.origin(session, found.lot)
    identity = link(found.issuance.gtin, lot=found.lot.code, serial=found.serial)
    return Story(
        found.serial, found.lot, zone, cooperative, found.lot.measured, identity.canonical()
    )


def _digest(serial: str) -> str:
    return hashlib.sha256(serial.encode()).hexdigest()[:_HEX]
