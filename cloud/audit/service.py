"""Appending to the audit record within the caller's transaction, proving and publishing it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from cloud.audit import rules
from cloud.audit.models import AuditEntry, AuditHead, AuditRoot
from cloud.audit.rules import AuditAction, Break, Detail, End, Record
from cloud.bulk import insert_new
from cloud.i18n import TIME_ZONE
from cloud.principal import Principal

NO_COOPERATIVE: Final = 0
"""The chain of what belongs to no cooperative."""

_AT_ONCE: Final = 1_000
"""Entries held in memory while a chain is read."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Deed:
    """What was done to what; `subject` is `kind:public_id`."""

    action: AuditAction
    subject: str
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """How far a chain goes, and where it breaks."""

    end: End
    broken: Break | None


def note(session: Session, principal: Principal, deed: Deed, now: datetime) -> None:
    """Append what a member did. The last step of a transaction: it queues for the chain's end."""
    helped = principal.account_id if principal.helper else None
    append(session, principal.cooperative_id, principal.person_id, deed, now, on_behalf_of=helped)


def append(
    session: Session,
    chain: int,
    actor_id: int | None,
    deed: Deed,
    now: datetime,
    *,
    on_behalf_of: int | None = None,
) -> None:
    """Append to a chain; whoever else appends to it waits until this transaction ends."""
    end = _locked_end(session, chain)
    record = Record(
        chain=chain,
        seq=end.seq + 1,
        at=now,
        actor=actor_id,
        on_behalf_of=on_behalf_of,
        action=deed.action,
        subject=deed.subject,
        detail=deed.detail,
    )
    end.seq, end.digest = record.seq, rules.digest(end.digest, record)
    session.add(
        AuditEntry(
            chain=chain,
            seq=record.seq,
            at=now,
            actor_id=actor_id,
            on_behalf_of_id=on_behalf_of,
            action=deed.action,
            subject=deed.subject,
            detail=dict(deed.detail),
            digest=end.digest,
        )
    )
    session.flush()


def ends(session: Session) -> list[End]:
    heads = session.exec(select(AuditHead).order_by(col(AuditHead.chain))).all()
    return [End(head.chain, head.seq, head.digest) for head in heads]


def breaks(session: Session) -> list[Break]:
    """The first broken link of each broken chain; none when the record is whole."""
    found = (prove(session, end.chain).broken for end in ends(session))
    return [broken for broken in found if broken]


def prove(session: Session, chain: int) -> Proof:
    """Read one chain again from its start."""
    head = session.get(AuditHead, chain)
    end = End(chain, head.seq, head.digest) if head else End(chain, 0, rules.START)
    return Proof(end, rules.check(end, _entries(session, chain)))


def publish(session: Session, now: datetime) -> None:
    """Fix every day that is over, had deeds and was not published yet; a chore of each night.

    A day without deeds ends as the one before it did, and has no root of its own.
    """
    last = session.exec(select(func.max(AuditRoot.day))).one()
    day = _next_day(session, last)
    while day is not None and day < now.astimezone(TIME_ZONE).date():
        ends = _ends_of(session, day)
        root = AuditRoot(day=day, root=rules.root(ends), ends=_rows(ends), published_at=now)
        insert_new(session, AuditRoot, [root.model_dump()])
        _log.info("audit root of %s: %s", day, root.root)
        day = _next_day(session, day)


def published(session: Session, before: date | None, limit: int) -> Sequence[AuditRoot]:
    """The newest roots, or those of the days before one."""
    statement = select(AuditRoot).order_by(col(AuditRoot.day).desc()).limit(limit)
    if before is not None:
        statement = statement.where(AuditRoot.day < before)
    return session.exec(statement).all()


def unkept(session: Session) -> list[date]:
    """The days whose published root the record no longer bears out."""
    roots = session.exec(select(AuditRoot).order_by(col(AuditRoot.day))).all()
    kept = _digests(session, {(chain, seq) for one in roots for chain, seq, _ in one.ends})
    return [one.day for one in roots if not _borne_out(one, kept)]


def _borne_out(root: AuditRoot, kept: Mapping[tuple[int, int], str]) -> bool:
    ends = [End(chain, seq, digest) for chain, seq, digest in root.ends]
    return rules.root(ends) == root.root and all(
        kept.get((end.chain, end.seq)) == end.digest for end in ends
    )


def _digests(session: Session, places: set[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What stands at some places of some chains today."""
    ordered = sorted(places)
    found: dict[tuple[int, int], str] = {}
    for start in range(0, len(ordered), _AT_ONCE):
        place = tuple_(col(AuditEntry.chain), col(AuditEntry.seq))
        some = select(AuditEntry).where(place.in_(ordered[start : start + _AT_ONCE]))
        found |= {(entry.chain, entry.seq): entry.digest for entry in session.exec(some)}
    return found


def _next_day(session: Session, last: date | None) -> date | None:
    """The first local day with deeds after one."""
    later = select(func.min(AuditEntry.at))
    if last is not None:
        later = later.where(AuditEntry.at >= _midnight_after(last))
    first: datetime | None = session.exec(later).one()
    return first.astimezone(TIME_ZONE).date() if first else None


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), TIME_ZONE)


def _ends_of(session: Session, day: date) -> list[End]:
    """How far each chain went on a local day."""
    last = (
        select(AuditEntry.chain, func.max(AuditEntry.seq).label("seq"))
        .where(AuditEntry.at < _midnight_after(day))
        .group_by(col(AuditEntry.chain))
        .subquery()
    )
    found = session.exec(
        select(AuditEntry).join(
            last, (col(AuditEntry.chain) == last.c.chain) & (col(AuditEntry.seq) == last.c.seq)
        )
    )
    return [End(entry.chain, entry.seq, entry.digest) for entry in found]


def _rows(ends: Sequence[End]) -> list[tuple[int, int, str]]:
    return sorted((end.chain, end.seq, end.digest) for end in ends)


def _locked_end(session: Session, chain: int) -> AuditHead:
    insert_new(session, AuditHead, [{"chain": chain, "seq": 0, "digest": rules.START}])
    end = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    return session.exec(end.execution_options(populate_existing=True)).one()


def _entries(session: Session, chain: int) -> Iterator[tuple[Record, str]]:
    found = session.exec(
        select(AuditEntry)
        .where(AuditEntry.chain == chain)
        .order_by(col(AuditEntry.seq))
        .execution_options(yield_per=_AT_ONCE)
    )
    for entry in found:
        yield _record(entry), entry.digest


def _record(entry: AuditEntry) -> Record:
    return Record(
        chain=entry.chain,
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor_id,
        on_behalf_of=entry.on_behalf_of_id,
        action=entry.action,
        subject=entry.subject,
        detail=entry.detail,
    )
