"""One's own data: handed over whole, put right, and erased.

Law 91/2025/QH15 gives the rights, Decree 356/2025/NĐ-CP the terms: an answer within two working
days, the deed within ten to twenty. Here the person does it and it is done.
"""

import logging
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from cloud.accounts import browsers, consents, sessions, throttle, tries
from cloud.accounts.models import Account, LoginLink, LoginSession
from cloud.accounts.rules import e164
from cloud.accounts.service import BadPhone
from cloud.accounts.tries import Lock
from cloud.alerts import contacts
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cards.models import EntryCard
from cloud.diary import service as diary
from cloud.errors import Conflict, TooMany
from cloud.help.models import HelpCode
from cloud.i18n import VIETNAMESE, _
from cloud.market import bells
from cloud.members import service as members
from cloud.members.models import Invitation
from cloud.practice import service as practice
from cloud.principal import Principal
from cloud.recovery.models import Recovery
from cloud.tokens.models import ApiToken

LEFT_KEPT: Final = timedelta(days=30)
"""How long an account that belongs to no cooperative waits for another one."""

SWEPT_AFTER: Final = timedelta(days=30)
"""How long what is over stays for a question about it."""

_PASSING: Final[tuple[type[SQLModel], ...]] = (
    LoginSession,
    LoginLink,
    HelpCode,
    Recovery,
    Invitation,
    ApiToken,
)
"""What ends by itself: rows with a moment at which they are worth nothing any more."""

_ERASED: Final = "erased:"

_log = logging.getLogger(__name__)


class NumberTaken(Conflict):
    """One number is the name of one account."""

    code = "number_taken"
    sentence = _("Số này đã có tài khoản khác dùng.")


def rename(session: Session, principal: Principal, name: str, now: datetime) -> None:
    account = session.get_one(Account, principal.account_id)
    account.name = name
    audit.note(session, principal, _deed(AuditAction.ACCOUNT_RENAMED, account), now)


def renumber(session: Session, principal: Principal, phone: str, now: datetime) -> None:
    """The number by which one logs in from now on.

    Raises:
        BadPhone: this is no telephone number.
        NumberTaken: it is another account's.
        TooMany: so many were tried that somebody asks who has an account.
    """
    number = e164(phone)
    if number is None:
        raise BadPhone
    if not tries.pay(session, (Lock(throttle.RENUMBER, (str(principal.account_id),)),), now):
        raise TooMany
    if session.exec(select(Account.id).where(Account.phone == number)).first() is not None:
        raise NumberTaken
    account = session.get_one(Account, principal.account_id)
    account.phone = number
    audit.note(session, principal, _deed(AuditAction.ACCOUNT_RENUMBERED, account), now)


def erase(session: Session, principal: Principal, now: datetime) -> None:
    """Erase the caller's account: no way in, no name, no number, and no cooperative.

    What they did stays in the record under a number that names nobody.

    Raises:
        LastManager: others would be left without anybody who lets them in.
    """
    account = session.get_one(Account, principal.account_id)
    homes = members.homes(session, principal.account_id)
    for home in homes:
        members.refuse_orphans(session, home)
    cooperatives = [home.cooperative_id for home in homes]
    for home in homes:
        session.delete(home)
    _forget(session, account, now)
    for cooperative_id in cooperatives:
        deed = _deed(AuditAction.ACCOUNT_ERASED, account)
        audit.append(session, cooperative_id, principal.account_id, deed, now)


def erase_again(session: Session, public_id: str, chain: int, now: datetime) -> None:
    """A backup brought somebody back who had been erased."""
    found = select(Account).where(Account.public_id == public_id)
    account = session.exec(found).one_or_none()
    if account is None or account.phone.startswith(_ERASED):
        return
    for home in members.homes(session, cast("int", account.id)):
        session.delete(home)
    _forget(session, account, now)
    audit.append(session, chain, None, _deed(AuditAction.ACCOUNT_ERASED, account), now)


def erase_left(session: Session, now: datetime) -> None:
    """A chore of each night: erase whom every cooperative let go and no other one took."""
    left = select(Account).where(col(Account.left_at) <= now - LEFT_KEPT)
    for account in session.exec(left.order_by(col(Account.id))).all():
        _forget(session, account, now)
        deed = _deed(AuditAction.ACCOUNT_ERASED, account)
        audit.append(session, audit.NO_COOPERATIVE, None, deed, now)


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget sessions, links and codes that are long over."""
    for model in _PASSING:
        expires_at = model.__table__.c.expires_at  # type: ignore[attr-defined]  # each has it
        session.exec(delete(model).where(expires_at <= now - SWEPT_AFTER))


def _forget(session: Session, account: Account, now: datetime) -> None:
    account_id = cast("int", account.id)
    sessions.end_all(session, account_id)
    browsers.forget(session, account_id)
    consents.withdraw(session, account_id, now)
    contacts.forget(session, account_id)
    bells.forget(session, account_id)
    diary.forget(session, account_id)
    practice.forget(session, account_id, now)
    for model in (EntryCard, HelpCode, LoginLink, Recovery):
        session.exec(delete(model).where(col(model.account_id) == account_id))
    session.exec(
        update(Recovery)
        .where(col(Recovery.confirmed_by_id) == account_id)
        .values(confirmed_by_id=None)
    )
    account.name, account.phone = "", f"{_ERASED}{account.public_id}"
    account.password_hash, account.language = "", VIETNAMESE
    account.failures, account.locked_until = 0, None
    account.active, account.left_at = False, None
    session.add(account)
    session.flush()
    # The journal has them too; this line is for a restore without it.
    _log.info("erased account:%s", account.public_id)


def _deed(action: AuditAction, account: Account) -> Deed:
    return Deed(action, f"account:{account.public_id}")
