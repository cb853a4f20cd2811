"""Appending to the audit record within the caller's transaction, and proving it whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func
from sqlmodel import Session, col, select

from cloud.audit import rules
from cloud.audit.models import AuditEntry, AuditHead
from cloud.audit.rules import AuditAction, Break, Detail, End, Record
from cloud.db import insert_new
from cloud.i18n import TIME_ZONE
from cloud.principal import Principal

NO_COOPERATIVE: Final = 0
"""The chain of what belongs to no cooperative."""

_AT_ONCE: Final = 1_000
"""Entries held in memory while a chain is read."""


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


def root(session: Session, day: date) -> str:
    """The digest over all chains as a local day left them; the same whenever it is asked."""
    midnight = datetime.combine(day + timedelta(days=1), time(), TIME_ZONE)
    last = (
        select(AuditEntry.chain, func.max(AuditEntry.seq).label("seq"))
        .where(AuditEntry.at < midnight)
        .group_by(col(AuditEntry.chain))
        .subquery()
    )
    found = session.exec(
        select(AuditEntry).join(
            last, (col(AuditEntry.chain) == last.c.chain) & (col(AuditEntry.seq) == last.c.seq)
        )
    )
    return rules.root(End(entry.chain, entry.seq, entry.digest) for entry in found)


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
