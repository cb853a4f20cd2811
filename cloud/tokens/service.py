"""Making and revoking programs' keys, and telling who holds one."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, func, select

from cloud.accounts.models import Account
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Membership
from cloud.errors import Conflict
from cloud.i18n import _
from cloud.permissions import Permission
from cloud.principal import Principal, Role
from cloud.scope import find, scoped
from cloud.tokens.models import ApiToken, Scope, TokenForm

LIFE: Final = timedelta(days=365)
"""A key that nobody renews within a year is one that nobody looks after."""
MOST: Final = 20
"""Of one cooperative: more than it has programs."""
PREFIX: Final = "vs_"
"""So that a key that lies about in a mail or a repository is recognised as one."""
_OCTETS: Final = 32

GIVES: Final = {
    Scope.READ: frozenset({Permission.EPCIS_READ}),
    Scope.WRITE: frozenset({Permission.EPCIS_READ, Permission.EPCIS_WRITE}),
}
"""What a key opens; everything else of its maker's rights is closed to it."""


class TooManyTokens(Conflict):
    """Somebody makes keys and never takes one back."""

    code = "too_many_tokens"
    sentence = _("Đã có quá nhiều khóa. Hãy thu lại khóa không dùng nữa.")


@dataclass(frozen=True)
class Holder:
    """Who a key speaks for."""

    token_id: str
    principal: Principal


def make(session: Session, principal: Principal, form: TokenForm, now: datetime) -> str:
    """The key itself; it is shown once and kept nowhere.

    Raises:
        TooManyTokens: there are MOST already.
    """
    own = select(func.count()).where(ApiToken.cooperative_id == principal.cooperative_id)
    if session.exec(own).one() >= MOST:
        raise TooManyTokens
    token = PREFIX + secrets.token_urlsafe(_OCTETS)
    row = ApiToken(
        cooperative_id=principal.cooperative_id,
        account_id=principal.account_id,
        token_hash=_hash(token),
        name=form.name,
        scope=form.scope,
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(row)
    session.flush()
    deed = Deed(AuditAction.PROGRAM_LET_IN, f"token:{row.public_id}", {"scope": row.scope.value})
    audit.note(session, principal, deed, now)
    return token


def revoke(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """From the next request on it opens nothing."""
    session.delete(find(session, ApiToken, public_id, principal))
    audit.note(session, principal, Deed(AuditAction.PROGRAM_SHUT_OUT, f"token:{public_id}"), now)


def revoke_again(session: Session, public_id: str, chain: int, now: datetime) -> None:
    """A backup brought back a key that had been revoked."""
    row = session.exec(select(ApiToken).where(ApiToken.public_id == public_id)).one_or_none()
    if row is not None:
        session.delete(row)
        deed = Deed(AuditAction.PROGRAM_SHUT_OUT, f"token:{public_id}")
        audit.append(session, chain, None, deed, now)


def listing(session: Session, principal: Principal) -> Sequence[ApiToken]:
    """Newest first."""
    own = scoped(select(ApiToken), principal)
    return session.exec(own.order_by(col(ApiToken.id).desc())).all()


def holder(session: Session, token: str, now: datetime) -> Holder | None:
    """Who this key speaks for: its maker, for as long as they manage the cooperative."""
    row = session.exec(
        select(ApiToken, Account)
        .join(Account, col(Account.id) == col(ApiToken.account_id))
        .join(
            Membership,
            (col(Membership.account_id) == col(Account.id))
            & (col(Membership.cooperative_id) == col(ApiToken.cooperative_id)),
        )
        .where(
            ApiToken.token_hash == _hash(token),
            ApiToken.expires_at > now,
            Membership.role == Role.MANAGER,
            col(Account.active).is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    made, account = row
    principal = Principal(
        account_id=made.account_id,
        cooperative_id=made.cooperative_id,
        role=Role.MANAGER,
        language=account.language,
        name=made.name,
        only=GIVES[made.scope],
    )
    return Holder(made.public_id, principal)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
