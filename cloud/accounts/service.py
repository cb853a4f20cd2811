"""Accounts and logging in; knows who a token belongs to, keeps only hashes of tokens."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import update
from sqlmodel import Session, col, select

from cloud.accounts.models import Account, LoginLink, LoginSession
from cloud.accounts.rules import Throttle, e164
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Membership
from cloud.errors import Conflict
from cloud.i18n import VIETNAMESE, _
from cloud.principal import Principal

SESSION_LIFE: Final = timedelta(days=30)
LINK_LIFE: Final = timedelta(days=7)  # a demonstration is often looked at again next week

_TOKEN_OCTETS: Final = 32

# OWASP's minimum for Argon2id: 52 ms under load; the library's default takes 761 ms and 64 MiB,
# which would make logging in a way to bring the service down.
_TIME_COST: Final = 2
_MEMORY_KIB: Final = 19_456
_PARALLELISM: Final = 1


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


def create(session: Session, new: NewAccount, now: datetime) -> Account:
    phone = e164(new.phone)
    if phone is None:
        raise BadPhone
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
    return _hasher().hash(password)


def log_in(session: Session, phone: str, password: str, now: datetime) -> str | None:
    """A new session's token, or None; unknown, locked and wrong take the same time."""
    found = select(Account).where(Account.phone == (e164(phone) or ""))
    account = session.exec(found).one_or_none()
    right = _hasher().verify(password, account.password_hash if account else _nobody())
    if account is None or not account.active:
        return None
    throttle = Throttle(account.failures, account.locked_until)
    if throttle.locked(now):
        return None
    if not right:
        throttle = throttle.after_failure(now)
        account.failures, account.locked_until = throttle.failures, throttle.locked_until
        failed = Deed(AuditAction.LOGIN_FAILED, f"account:{account.public_id}")
        audit.append(session, audit.NO_COOPERATIVE, None, failed, now)
        return None
    account.failures, account.locked_until = 0, None
    return _start_session(session, account, AuditAction.LOGGED_IN, now)


def _start_session(
    session: Session, account: Account, way: AuditAction, now: datetime
) -> str | None:
    """A new session's token; None for an account that belongs to no cooperative."""
    membership = session.exec(
        select(Membership).where(Membership.account_id == account.id).order_by(col(Membership.id))
    ).first()
    if membership is None:
        return None
    token = secrets.token_urlsafe(_TOKEN_OCTETS)
    session.add(
        LoginSession(
            token_hash=_hash(token),
            account_id=membership.account_id,
            cooperative_id=membership.cooperative_id,
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    deed = Deed(way, f"account:{account.public_id}")
    audit.append(session, membership.cooperative_id, account.id, deed, now)
    return token


def new_link(session: Session, account_id: int, now: datetime) -> str:
    """The token of a link that logs this account in once."""
    token = secrets.token_urlsafe(_TOKEN_OCTETS)
    session.add(
        LoginLink(
            token_hash=_hash(token),
            account_id=account_id,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    return token


def redeem_link(session: Session, token: str, now: datetime) -> str | None:
    """A new session's token for an unused link; guarded, for two taps must not win both."""
    used = session.exec(
        update(LoginLink)
        .where(
            col(LoginLink.token_hash) == _hash(token),
            col(LoginLink.used_at).is_(None),
            col(LoginLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(LoginLink.account_id))
    ).scalar_one_or_none()
    if used is None:
        return None
    return _start_session(
        session, session.get_one(Account, used), AuditAction.LOGIN_LINK_USED, now
    )


def identify(session: Session, token: str, now: datetime) -> Principal | None:
    """Who holds this session token."""
    row = session.exec(
        select(Account, Membership)
        .join(LoginSession, col(LoginSession.account_id) == Account.id)
        .join(
            Membership,
            (col(Membership.account_id) == Account.id)
            & (col(Membership.cooperative_id) == LoginSession.cooperative_id),
        )
        .where(
            LoginSession.token_hash == _hash(token),
            LoginSession.expires_at > now,
            col(Account.active).is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    account, membership = row
    return Principal(
        account_id=membership.account_id,
        cooperative_id=membership.cooperative_id,
        role=membership.role,
        language=account.language,
        name=account.name,
    )


def log_out(session: Session, token: str, now: datetime) -> None:
    ended = session.exec(
        select(LoginSession, Account)
        .join(Account, col(Account.id) == LoginSession.account_id)
        .where(LoginSession.token_hash == _hash(token))
    ).one_or_none()
    if ended is None:
        return
    login, account = ended
    session.delete(login)
    deed = Deed(AuditAction.LOGGED_OUT, f"account:{account.public_id}")
    audit.append(session, login.cooperative_id, account.id, deed, now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(_TIME_COST, _MEMORY_KIB, _PARALLELISM),))


@cache
def _nobody() -> str:
    """A hash to try an unknown number's password against."""
    return hash_password(secrets.token_hex())
