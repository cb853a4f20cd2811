"""Accounts, and coming in by password or by link; a guess is paid for before it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import update
from sqlmodel import Session, col, select

from cloud.accounts import browsers, hashes, passwords, sessions, throttle, tries
from cloud.accounts.hashes import Checked, Hashes
from cloud.accounts.models import Account, LoginLink
from cloud.accounts.rules import e164
from cloud.accounts.sessions import Way, hash_token, new_token
from cloud.accounts.tries import Lock
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Cooperative, Membership
from cloud.errors import Conflict
from cloud.i18n import VIETNAMESE, _
from cloud.principal import Principal

LINK_LIFE: Final = timedelta(days=7)  # a demonstration is often looked at again next week


class BadPhone(Conflict):
    """Not a telephone number."""

    code = "bad_phone"
    sentence = _("Số điện thoại chưa đúng.")


@dataclass(frozen=True)
class NewAccount:
    """What makes an account."""

    phone: str
    name: str
    password: str
    language: str = VIETNAMESE


@dataclass(frozen=True)
class Claim:
    """Who somebody says they are, and where from: a network, perhaps a browser known here."""

    phone: str
    network: str = ""
    browser: str | None = None


@dataclass(frozen=True)
class Knock:
    """A guess that was paid for: whose it would be, the hash to try, and what it cost."""

    account_id: int | None
    kept: str | None
    locks: tuple[Lock, ...]


def create(session: Session, new: NewAccount, now: datetime) -> Account:
    """A new account.

    Raises:
        BadPhone: this is no telephone number.
        WeakPassword: it would be guessed.
    """
    phone = e164(new.phone)
    if phone is None:
        raise BadPhone
    passwords.demand_strong(new.password, (phone, new.name))
    account = Account(
        phone=phone,
        name=new.name,
        password_hash=hash_password(new.password),
        language=new.language,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def hash_password(password: str) -> str:
    return hashes.house().make(password)


def knows(session: Session, phone: str) -> bool:
    """Whether this number has an account; for those who hold an invitation, never for anyone."""
    found = select(Account.id).where(Account.phone == (e164(phone) or ""))
    return session.exec(found).first() is not None


def knock(session: Session, claim: Claim, now: datetime) -> Knock | None:
    """Pay for one guess; None where there were too many.

    The same buckets for a number that has no account: nothing tells the two apart.
    """
    phone = e164(claim.phone) or ""
    account = session.exec(select(Account).where(Account.phone == phone)).one_or_none()
    locks = _locks(session, claim, phone, account, now)
    paid = tries.pay(session, locks, now)
    if not paid or account is None or not account.active:
        return Knock(None, None, locks) if paid else None
    return Knock(account.id, account.password_hash, locks)


def answer(session: Session, knock: Knock, checked: Checked, now: datetime) -> Account | None:
    """Whose number and password these are; right ones cost nothing and forgive the wrong ones."""
    account = None if knock.account_id is None else session.get(Account, knock.account_id)
    if account is None or not checked.right:
        _fail(session, account, knock, now)
        return None
    tries.give_back(session, knock.locks)
    for lock in knock.locks:
        if lock.limit in {throttle.PAIR, throttle.BROWSER}:
            tries.fill(session, lock)
    account.failures, account.locked_until = 0, None
    account.password_hash = checked.renewed or account.password_hash
    return account


def enter(session: Session, knock: Knock, checked: Checked, now: datetime) -> str | None:
    """A new session's token for a right password."""
    account = answer(session, knock, checked, now)
    if account is None:
        return None
    return sessions.start(session, account, Way(AuditAction.LOGGED_IN), now)


def recognise(session: Session, phone: str, password: str, now: datetime) -> Account | None:
    """Knock and answer within one transaction, for those who hold an invitation."""
    knocked = knock(session, Claim(phone), now)
    if knocked is None:
        return None
    checked = hashes.house().check(password, knocked.kept)
    return answer(session, knocked, checked, now)


def change_password(
    session: Session, principal: Principal, new: str, kept: Hashes, now: datetime
) -> str:
    """A new password ends every session; the token of the one that goes on.

    Raises:
        WeakPassword: it would be guessed.
    """
    account = session.get_one(Account, principal.account_id)
    set_password(session, account, new, kept)
    deed = Deed(AuditAction.CREDENTIAL_CHANGED, f"account:{account.public_id}")
    token = sessions.start_anew(session, principal, now)
    audit.note(session, principal, deed, now)
    return token


def leave_elsewhere(
    session: Session, principal: Principal, token: str, browser: str | None, now: datetime
) -> None:
    """Log out everywhere but here, and know only this browser."""
    browsers.forget(session, principal.account_id, but=browser)
    sessions.end_others(session, principal, token, now)


def set_password(session: Session, account: Account, new: str, kept: Hashes) -> None:
    """Replace a password, log out everywhere, and know no browser any more.

    Raises:
        WeakPassword: it would be guessed.
    """
    passwords.demand_strong(new, (account.phone, account.name, *_cooperatives(session, account)))
    account.password_hash = kept.make(new)
    account.failures, account.locked_until = 0, None
    session.add(account)
    session.flush()
    account_id = cast("int", account.id)
    sessions.end_all(session, account_id)
    browsers.forget(session, account_id)


def new_link(session: Session, account_id: int, now: datetime) -> str:
    """The token of a link that logs this account in once."""
    token = new_token()
    session.add(
        LoginLink(
            token_hash=hash_token(token),
            account_id=account_id,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    return token


def invited(session: Session, token: str, now: datetime) -> str | None:
    """The name of whom an unused link would log in."""
    return session.exec(
        select(Account.name)
        .join(LoginLink, col(LoginLink.account_id) == Account.id)
        .where(
            LoginLink.token_hash == hash_token(token),
            col(LoginLink.used_at).is_(None),
            LoginLink.expires_at > now,
        )
    ).one_or_none()


def redeem_link(session: Session, token: str, now: datetime) -> str | None:
    """A new session's token for an unused link; guarded, for two taps must not win both."""
    used = session.exec(
        update(LoginLink)
        .where(
            col(LoginLink.token_hash) == hash_token(token),
            col(LoginLink.used_at).is_(None),
            col(LoginLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(LoginLink.account_id))
    ).scalar_one_or_none()
    if used is None:
        return None
    account = session.get_one(Account, used)
    return sessions.start(session, account, Way(AuditAction.LOGIN_LINK_USED), now)


def _cooperatives(session: Session, account: Account) -> Sequence[str]:
    """Names that come to mind when this account's password is guessed."""
    return session.exec(
        select(Cooperative.name)
        .join(Membership, col(Membership.cooperative_id) == col(Cooperative.id))
        .where(Membership.account_id == account.id)
    ).all()


def _locks(
    session: Session, claim: Claim, phone: str, account: Account | None, now: datetime
) -> tuple[Lock, ...]:
    if account and browsers.knows(session, claim.browser, cast("int", account.id), now):
        return (Lock(throttle.BROWSER, (claim.browser or "", phone)),)
    return (
        Lock(throttle.NETWORK, (claim.network,)),
        Lock(throttle.PAIR, (phone, claim.network)),
        Lock(throttle.ACCOUNT, (phone,)),
    )


def _fail(session: Session, account: Account | None, knock: Knock, now: datetime) -> None:
    """Written down for numbers without an account too: it takes the same time."""
    if account is not None:
        account.failures += 1
        everywhere = next((one for one in knock.locks if one.limit is throttle.ACCOUNT), None)
        if everywhere:
            account.locked_until = tries.waits_until(session, everywhere, now)
    subject = f"account:{account.public_id if account else 'unknown'}"
    deed = Deed(AuditAction.LOGIN_FAILED, subject)
    audit.append(session, audit.NO_COOPERATIVE, None, deed, now)
