"""What the people of a cooperative did, for its manager: newest first, and whether it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.i18n import TIME_ZONE
from cloud.principal import Principal

PAGE: Final = 100
"""Entries on one page; a busy harvest day has fewer."""


@dataclass(frozen=True)
class Line:
    """One entry with the names of its people."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str
    action: AuditAction
    subject: str


@dataclass(frozen=True)
class Proof:
    """What a check of the cooperative's chain found; `root` covers all chains until `day`."""

    entries: int
    broken: int | None
    day: date
    root: str


def lines(session: Session, principal: Principal, before: int | None) -> list[Line]:
    """The cooperative's newest entries, or those before one."""
    statement = select(AuditEntry).where(AuditEntry.chain == principal.cooperative_id)
    if before is not None:
        statement = statement.where(AuditEntry.seq < before)
    found = session.exec(statement.order_by(col(AuditEntry.seq).desc()).limit(PAGE)).all()
    names = _names(session, found)
    return [
        Line(
            one.seq,
            one.at,
            names.get(one.actor_id, ""),
            names.get(one.on_behalf_of_id, ""),
            one.action,
            one.subject,
        )
        for one in found
    ]


def prove(session: Session, principal: Principal, now: datetime) -> Proof:
    """Read the cooperative's whole chain again, and fix yesterday by its digest."""
    day = yesterday(now)
    chain = audit.prove(session, principal.cooperative_id)
    return Proof(
        entries=chain.end.seq,
        broken=chain.broken.seq if chain.broken else None,
        day=day,
        root=audit.root(session, day),
    )


def yesterday(now: datetime) -> date:
    """The last day to which nothing can be added."""
    return now.astimezone(TIME_ZONE).date() - timedelta(days=1)


def _names(session: Session, entries: Sequence[AuditEntry]) -> dict[int | None, str]:
    people = {one.actor_id for one in entries} | {one.on_behalf_of_id for one in entries}
    found = session.exec(select(Account).where(col(Account.id).in_(people - {None})))
    return {one.id: one.name for one in found}
