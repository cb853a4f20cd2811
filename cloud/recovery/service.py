"""The way back after a forgotten password.

The person asks on their own telephone and is shown a code. A manager, or for a farmer a helper,
who has them before their eyes types that code. Then the person's telephone, and no other, may set
a new password: nobody who helps ever holds anything that opens the account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, update
from sqlmodel import Session, col, select

from cloud.accounts import service as accounts
from cloud.accounts import sessions, throttle, tries
from cloud.accounts.hashes import Hashes
from cloud.accounts.models import Account
from cloud.accounts.rules import e164
from cloud.accounts.sessions import Way, hash_token, new_token
from cloud.accounts.tries import Lock
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Membership
from cloud.errors import Conflict, NotFound, TooMany
from cloud.i18n import _
from cloud.principal import Principal, Role
from cloud.recovery.models import Recovery, VouchForm

LIFE: Final = timedelta(minutes=30)  # a walk to the cooperative's office, or a telephone call
CODE_DIGITS: Final = 6

_OLD: Final = timedelta(days=1)


class HelpElsewhere(Conflict):
    """Their password opens another cooperative too, or it is one's own."""

    code = "help_elsewhere"
    sentence = _("Bạn không xác nhận người này được. Gọi tổ hỗ trợ.")


@dataclass(frozen=True)
class Waiting:
    """What the person's telephone shows."""

    code: str
    confirmed: bool


def ask(session: Session, phone: str, network: str, now: datetime) -> str:
    """The token of the page that waits; a number without an account waits in vain, and as long.

    Raises:
        TooMany: from this network, or for this number.
    """
    number = e164(phone) or ""
    locks = (Lock(throttle.ASK_NETWORK, (network,)), Lock(throttle.ASK, (number, network)))
    if not tries.pay(session, locks, now):
        raise TooMany
    session.exec(delete(Recovery).where(col(Recovery.expires_at) < now - _OLD))
    known = select(Account.id).where(Account.phone == number, col(Account.active).is_(True))
    token = new_token()
    session.add(
        Recovery(
            token_hash=hash_token(token),
            code=f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}",
            account_id=session.exec(known).one_or_none(),
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    return token


def waiting(session: Session, token: str, now: datetime) -> Waiting | None:
    found = session.exec(select(Recovery).where(_open(token, now))).one_or_none()
    return Waiting(found.code, found.confirmed_by_id is not None) if found else None


def confirm(session: Session, principal: Principal, member: str, code: str, now: datetime) -> bool:
    """Vouch for a member who reads this code; False for a wrong one, and after too many of them.

    Raises:
        NotFound: no member of this cooperative.
        HelpElsewhere: it is not for this manager to vouch.
    """
    account = _member(session, principal, col(Account.public_id) == member)
    if account is None:
        raise NotFound
    if account.id == principal.account_id or not _only_here(session, principal, account):
        raise HelpElsewhere
    lock = Lock(throttle.CONFIRM, (account.public_id, str(principal.account_id)))
    return _vouch(session, principal, account, (code, lock), now)


def vouch(session: Session, principal: Principal, form: VouchForm, now: datetime) -> str | None:
    """The name of the farmer with this number who reads this code; None for any other pair.

    A number that nobody has, one of somebody who is no farmer here, and a wrong code sound alike,
    so nobody learns numbers here. Whoever may vouch for managers could become one: farmers only.
    """
    lock = Lock(throttle.VOUCH, (str(principal.account_id),))
    number = col(Account.phone) == (e164(form.phone) or "")
    account = _member(session, principal, and_(number, col(Membership.role) == Role.FARMER))
    if account is None or not _only_here(session, principal, account):
        tries.pay(session, (lock,), now)
        return None
    return account.name if _vouch(session, principal, account, (form.code, lock), now) else None


def finish(session: Session, token: str, new: str, hashes: Hashes, now: datetime) -> str | None:
    """A new session's token for who was confirmed and chose a password; once.

    Raises:
        WeakPassword, WrongLength: it would be guessed.
    """
    used = session.exec(
        update(Recovery)
        .where(_open(token, now), col(Recovery.confirmed_by_id).is_not(None))
        .values(used_at=now)
        .returning(col(Recovery.account_id), col(Recovery.cooperative_id))
    ).one_or_none()
    if used is None:
        return None
    account_id, cooperative_id = used
    account = session.get_one(Account, account_id)
    accounts.set_password(session, account, new, hashes)
    return sessions.start(session, account, Way(AuditAction.RECOVERED, cooperative_id), now)


def _vouch(
    session: Session,
    principal: Principal,
    account: Account,
    typed: tuple[str, Lock],
    now: datetime,
) -> bool:
    """Let the browser that shows this code go on, unless codes come too fast."""
    code, lock = typed
    if not tries.pay(session, (lock,), now):
        return False
    confirmed = session.exec(
        update(Recovery)
        .where(
            col(Recovery.account_id) == account.id,
            col(Recovery.code) == code,
            col(Recovery.expires_at) > now,
            col(Recovery.confirmed_by_id).is_(None),
        )
        .values(confirmed_by_id=principal.account_id, cooperative_id=principal.cooperative_id)
        .returning(col(Recovery.id))
    ).scalars()
    if not list(confirmed):
        return False
    tries.fill(session, lock)
    deed = Deed(AuditAction.RECOVERY_CONFIRMED, f"account:{account.public_id}")
    audit.note(session, principal, deed, now)
    return True


def _open(token: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Recovery.token_hash) == hash_token(token),
        col(Recovery.expires_at) > now,
        col(Recovery.used_at).is_(None),
    )


def _member(session: Session, principal: Principal, which: ColumnElement[bool]) -> Account | None:
    return session.exec(
        select(Account)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(which, Membership.cooperative_id == principal.cooperative_id)
    ).one_or_none()


def _only_here(session: Session, principal: Principal, account: Account) -> bool:
    """One vouches for people of one's own only: a password opens every cooperative of one."""
    homes = select(Membership.cooperative_id).where(Membership.account_id == account.id)
    return set(session.exec(homes)) == {principal.cooperative_id}
