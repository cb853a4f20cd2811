"""What is done to a database that was put back, before anybody is served from it.

Numbers that made something in the world skip ahead, tokens that count once are void, and what the
journal says has been done is done again: a backup must revive nobody who was erased, no stamp that
was called void and no way in that was closed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select

from cloud.accounts import sessions
from cloud.accounts.models import Account, LoginLink, LoginSession
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cards import service as cards
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.help.models import HelpCode
from cloud.journal import Line, lost
from cloud.lots import service as lots
from cloud.members import service as members
from cloud.members.models import Invitation
from cloud.orders import buyers
from cloud.privacy import service as privacy
from cloud.recovery.models import Recovery
from cloud.stamps import service as stamps
from cloud.tokens import service as tokens
from cloud.tokens.models import ApiToken

_ONCE: Final[tuple[type[SQLModel], ...]] = (LoginLink, HelpCode, Recovery, Invitation)
"""What counts once: a backup cannot know what was used since it was made."""

Again = Callable[[Session, Line, datetime], None]


@dataclass(frozen=True)
class Report:
    """What was done again, and what of people's work is gone and only they can do again."""

    again: Sequence[Line]
    gone: Sequence[Line]


def make_safe(session: Session, lines: Sequence[Line] | None, now: datetime) -> Report:
    """All of it in one transaction; `lines` is None where the journal is lost too."""
    devices.skip_ahead(session)
    stamps.skip_ahead(session)
    for model in _ONCE:
        session.exec(delete(model))
    if lines is None:
        session.exec(delete(LoginSession))
        session.exec(delete(ApiToken))
    forgotten = lost(session, lines or ())
    for line in forgotten:
        if line.action in _AGAIN:
            _AGAIN[line.action](session, line, now)
    deed = Deed(AuditAction.RESTORED, "database:cloud", {"forgotten": len(forgotten)})
    audit.append(session, audit.NO_COOPERATIVE, None, deed, now)
    return Report(
        [line for line in forgotten if line.action in _AGAIN],
        [line for line in forgotten if line.action in _GONE],
    )


def _erase_account(session: Session, line: Line, now: datetime) -> None:
    privacy.erase_again(session, _id(line), line.chain, now)


def _erase_buyer(session: Session, line: Line, now: datetime) -> None:
    buyers.erase_again(session, _id(line), now)


def _void(session: Session, line: Line, now: datetime) -> None:
    stamps.void_again(session, _id(line), now)


def _recall(session: Session, line: Line, now: datetime) -> None:
    lots.recall_again(session, _id(line), now)


def _strike_off(session: Session, line: Line, now: datetime) -> None:
    device = session.get(Device, _id(line))
    if device is not None and device.struck_off_at is None:
        devices.retire(session, device, now)
        deed = Deed(AuditAction.DEVICE_STRUCK_OFF, line.subject)
        audit.append(session, line.chain, None, deed, now)


def _revoke(session: Session, line: Line, now: datetime) -> None:
    cards.revoke_again(session, line.card or "", now)


def _revoke_token(session: Session, line: Line, now: datetime) -> None:
    tokens.revoke_again(session, _id(line), line.chain, now)


def _remove(session: Session, line: Line, now: datetime) -> None:
    members.remove_again(session, _id(line), line.chain, now)


def _end_session(session: Session, line: Line, _now: datetime) -> None:
    """One browser by its id; all of somebody's where the record says no more than `others`."""
    by = col(LoginSession.public_id) == _id(line)
    if _id(line) == "others":
        by = col(LoginSession.account_id) == line.by
    session.exec(delete(LoginSession).where(by))


def _end_sessions(session: Session, line: Line, _now: datetime) -> None:
    account = session.exec(select(Account).where(Account.public_id == _id(line))).one_or_none()
    if account is not None and account.id is not None:
        sessions.end_all(session, account.id)


def _id(line: Line) -> str:
    return line.subject.partition(":")[2]


_AGAIN: Final[dict[AuditAction, Again]] = {
    AuditAction.ACCOUNT_ERASED: _erase_account,
    AuditAction.BUYER_ERASED: _erase_buyer,
    AuditAction.STAMPS_VOIDED: _void,
    AuditAction.LOT_RECALLED: _recall,
    AuditAction.DEVICE_STRUCK_OFF: _strike_off,
    AuditAction.CARD_REVOKED: _revoke,
    AuditAction.PROGRAM_SHUT_OUT: _revoke_token,
    AuditAction.MEMBER_REMOVED: _remove,
    AuditAction.SESSION_ENDED: _end_session,
    AuditAction.LOGGED_OUT: _end_sessions,
    AuditAction.CREDENTIAL_CHANGED: _end_sessions,
    AuditAction.RECOVERED: _end_sessions,
}

_GONE: Final = frozenset(
    {
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
"""Told to whoever restores; the old password counts again, and the stamps lead nowhere."""
