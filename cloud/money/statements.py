"""An account statement: read, looked at, and only then written down."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import delete
from sqlmodel import Session, col

from cloud import sheet
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.money import intake
from cloud.money.errors import NotAStatement, StatementTooLarge
from cloud.money.intake import Taken
from cloud.payments import bank, matching, statement
from cloud.payments.matching import Verdict
from cloud.payments.models import Provider, Statement
from cloud.payments.statement import Found
from cloud.payments.telling import Told
from cloud.principal import Principal
from cloud.scope import find
from cloud.sheet import SheetError

MAX_OCTETS: Final = 2 * 1024 * 1024
"""A month of a busy shop is a tenth of it."""
KEPT: Final = timedelta(days=1)
"""How long a statement that nobody confirmed waits."""

_FOUND: Final = TypeAdapter(Found)


@dataclass(frozen=True)
class Line:
    """A row of a statement, and what would become of it."""

    told: Told
    known: bool
    verdict: Verdict | None


@dataclass(frozen=True)
class Preview:
    """A statement as it was read, before it counts."""

    id: str
    found: Found
    lines: Sequence[Line]

    @property
    def new(self) -> int:
        return sum(not line.known for line in self.lines)


def read(session: Session, principal: Principal, octets: bytes, now: datetime) -> str:
    """Read a bank's file and lay it aside; the public id under which it can be looked at.

    Raises:
        NotAStatement: no table, or no row names a content and an amount.
        StatementTooLarge: far more than a statement.
    """
    if len(octets) > MAX_OCTETS:
        raise StatementTooLarge
    try:
        found = statement.read(sheet.read(octets))
    except SheetError:
        raise NotAStatement from None
    if found is None or not (found.rows or found.problems):
        raise NotAStatement
    kept = Statement(
        cooperative_id=principal.cooperative_id,
        found=_FOUND.dump_python(found, mode="json"),
        created_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.public_id


def preview(session: Session, principal: Principal, public_id: str, now: datetime) -> Preview:
    """What would be written down, row by row; nothing is."""
    found = _FOUND.validate_python(find(session, Statement, public_id, principal).found)
    account = intake.account_of(session, principal.cooperative_id)
    known = intake.book(session, principal.cooperative_id, now)
    before = bank.known(session, principal.cooperative_id, Provider.STATEMENT, found.rows)
    lines = []
    for told in found.rows:
        old = told.id in before
        transfer = matching.Transfer(told.amount, told.content, told.account in {"", account})
        judged = matching.judge(transfer, known) if told.incoming and not old else None
        lines.append(Line(told, old, judged))
    return Preview(public_id, found, lines)


def confirm(session: Session, principal: Principal, public_id: str, now: datetime) -> Taken:
    """Write down what is new and lay the statement away."""
    kept = find(session, Statement, public_id, principal)
    found = _FOUND.validate_python(kept.found)
    session.delete(kept)
    taken = intake.take(session, principal.cooperative_id, Provider.STATEMENT, found.rows, now)
    deed = Deed(AuditAction.MONEY_IMPORTED, f"statement:{public_id}", asdict(taken))
    audit.note(session, principal, deed, now)
    return taken


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget statements that nobody confirmed."""
    session.exec(delete(Statement).where(col(Statement.created_at) <= now - KEPT))
