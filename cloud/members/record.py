"""What the people of a cooperative did, for its manager: newest first, and whether it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.models import AuditEntry, AuditRoot
from cloud.audit.rules import AuditAction
from cloud.principal import Principal

PAGE: Final = 100
"""Entries on one page; a busy harvest day has fewer."""


@dataclass(frozen=True)
class Line:
    """One entry with the names of its people."""

    seq: int
    at: datetime
    actor: str | None
    """None: the server itself; empty: somebody whose account was erased."""
    on_behalf_of: str | None
    action: AuditAction
    subject: str


@dataclass(frozen=True)
class Proof:
    """What a check of the cooperative's chain found, and the root that was published last."""

    entries: int
    broken: int | None
    root: AuditRoot | None


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
            names.get(one.actor_id),
            names.get(one.on_behalf_of_id),
            one.action,
            one.subject,
        )
        for one in found
    ]


def prove(session: Session, principal: Principal) -> Proof:
    """Read the cooperative's whole chain again."""
    chain = audit.prove(session, principal.cooperative_id)
    return Proof(
        entries=chain.end.seq,
        broken=chain.broken.seq if chain.broken else None,
        root=next(iter(audit.published(session, None, 1)), None),
    )


def _names(session: Session, entries: Sequence[AuditEntry]) -> dict[int | None, str]:
    people = {one.actor_id for one in entries} | {one.on_behalf_of_id for one in entries}
    found = session.exec(select(Account).where(col(Account.id).in_(people - {None})))
    return {one.id: one.name for one in found}
