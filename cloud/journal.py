"""What must not come back with a backup: a line of ids for each such deed, beside the database.

It is copied from the audit record within seconds, names nobody, and may lie on another disk
(`VUONSO_JOURNAL`). `cloud.restored` does again what a database that was put back has forgotten.
"""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cloud.audit.models import AuditEntry, AuditHead
from cloud.audit.rules import AuditAction
from cloud.durable import LineFile

LOOK_S: Final = 2.0
"""A deed is outside the database after this; the look reads one short row a cooperative."""

KEPT: Final = frozenset(
    {
        AuditAction.ACCOUNT_ERASED,
        AuditAction.BUYER_ERASED,
        AuditAction.STAMPS_VOIDED,
        AuditAction.LOT_RECALLED,
        AuditAction.DEVICE_STRUCK_OFF,
        AuditAction.CARD_REVOKED,
        AuditAction.PROGRAM_SHUT_OUT,
        AuditAction.MEMBER_REMOVED,
        AuditAction.SESSION_ENDED,
        AuditAction.LOGGED_OUT,
        AuditAction.CREDENTIAL_CHANGED,
        AuditAction.RECOVERED,
        AuditAction.STAMPS_ISSUED,
        AuditAction.HARVESTED,
        AuditAction.DEVICE_JOINED,
        AuditAction.MEMBER_JOINED,
        AuditAction.MEMBER_ROLE,
        AuditAction.MONEY_RECORDED,
        AuditAction.MONEY_MATCHED,
        AuditAction.MONEY_IMPORTED,
        AuditAction.MONEY_REFUNDED,
    }
)
"""What has to be done again, and what a person has to be told that it is lost."""

_CARD: Final = "card"

_log = logging.getLogger(__name__)


class Line(BaseModel):
    """One deed: numbers and random ids, no name, no number of a telephone, no amount."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: datetime
    chain: int
    action: AuditAction
    subject: str
    by: int | None = None
    card: str | None = None


class Journal(LineFile[Line]):
    """The file of these deeds."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Line)


class Keeper:
    """Copies new deeds from the record into the journal."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._journal = journal
        self._seen: dict[int, int] = {}
        self._known = {_key(line) for line in journal.lines()}

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; a database or disk that is away is asked again."""
        while not stop.wait(LOOK_S):
            self.look()
        self.look()

    def look(self) -> int:
        """Copy what is new; how many lines."""
        try:
            return self._copy()
        except (SQLAlchemyError, OSError):
            _log.exception("the journal stands still")
            return 0

    def _copy(self) -> int:
        with Session(self._engine) as session:
            ends = dict(session.exec(select(AuditHead.chain, AuditHead.seq)).all())
            grown = {chain for chain, seq in ends.items() if seq > self._seen.get(chain, 0)}
            found = [
                line
                for chain in sorted(grown)
                for line in _lines(session, chain, self._seen.get(chain, 0), ends[chain])
                if _key(line) not in self._known
            ]
        if found:
            self._journal.append(found)
        self._known |= {_key(line) for line in found}
        self._seen = ends
        return len(found)


def lost(session: Session, lines: Iterable[Line]) -> list[Line]:
    """The deeds that this database knows nothing of."""
    kept = {chain: {_key(line) for line in _lines(session, chain)} for chain in _chains(lines)}
    return [line for line in lines if _key(line) not in kept[line.chain]]


def _chains(lines: Iterable[Line]) -> set[int]:
    return {line.chain for line in lines}


def _key(line: Line) -> tuple[int, datetime, str, str, str | None]:
    return (line.chain, line.at, line.action, line.subject, line.card)


def _lines(session: Session, chain: int, after: int = 0, upto: int | None = None) -> list[Line]:
    wanted = (
        select(AuditEntry)
        .where(AuditEntry.chain == chain, AuditEntry.seq > after)
        .where(col(AuditEntry.action).in_(KEPT))
        .order_by(col(AuditEntry.seq))
    )
    if upto is not None:
        wanted = wanted.where(AuditEntry.seq <= upto)
    return [_line(entry) for entry in session.exec(wanted)]


def _line(entry: AuditEntry) -> Line:
    card = entry.detail.get(_CARD)
    return Line(
        at=entry.at,
        chain=entry.chain,
        action=entry.action,
        subject=entry.subject,
        by=entry.actor_id,
        card=None if card is None else str(card),
    )
