"""Who acts for whom: a person's consent, and the half hours in which a helper uses it.

A helper's browser stays the helper's: the consent hangs on its session, and when either ends it is
the helper's own again, who may do less.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, delete, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from cloud.accounts.models import Account, HelpGrant, LoginSession
from cloud.cooperatives.models import Membership


@dataclass(frozen=True)
class Stead:
    """In whose place a helper acts, where, and until when."""

    account: Account
    membership: Membership
    farm_id: int | None
    until: datetime


def stead(session: Session, login: LoginSession, now: datetime) -> Stead | None:
    """Whom this browser acts for, while both the consent and the half hour last."""
    if login.helping_until is None or login.helping_until <= now:
        return None
    row = session.exec(
        select(Account, Membership, HelpGrant)
        .join(HelpGrant, col(HelpGrant.account_id) == Account.id)
        .join(
            Membership,
            (col(Membership.account_id) == Account.id)
            & (col(Membership.cooperative_id) == HelpGrant.cooperative_id),
        )
        .where(
            HelpGrant.id == login.grant_id,
            HelpGrant.helper_id == login.account_id,
            HelpGrant.cooperative_id == login.cooperative_id,
            HelpGrant.expires_at > now,
            col(Account.active).is_(True),
        )
    ).one_or_none()
    if row is None:
        return None
    account, membership, grant = row
    return Stead(account, membership, grant.farm_id, min(login.helping_until, grant.expires_at))


def helped_by(now: BindParameter[datetime]) -> ScalarSelect[str]:
    """The name of who acts for the account of the query around this one."""
    helper, there = aliased(Account), aliased(LoginSession)
    return (
        select(helper.name)
        .join(HelpGrant, col(HelpGrant.helper_id) == helper.id)
        .join(there, col(there.grant_id) == HelpGrant.id)
        .where(
            HelpGrant.account_id == Account.id,
            HelpGrant.cooperative_id == LoginSession.cooperative_id,
            HelpGrant.expires_at > now,
            col(there.helping_until) > now,
        )
        .order_by(col(there.id))
        .limit(1)
        .correlate(Account, LoginSession)
        .scalar_subquery()
    )


def withdraw(session: Session, *which: ColumnElement[bool]) -> list[str]:
    """End consents and all that goes on by them; their public ids."""
    ids = list(session.exec(select(HelpGrant.id).where(*which)))
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.grant_id).in_(ids))
        .values(grant_id=None, helping_until=None)
    )
    gone = delete(HelpGrant).where(col(HelpGrant.id).in_(ids)).returning(col(HelpGrant.public_id))
    return list(session.exec(gone).scalars())


def withdraw_all(session: Session, account_id: int, cooperative_id: int | None = None) -> None:
    """End what a person gave and what they were given, in one cooperative or in all."""
    theirs = or_(col(HelpGrant.account_id) == account_id, col(HelpGrant.helper_id) == account_id)
    if cooperative_id is None:
        withdraw(session, theirs)
    else:
        withdraw(session, theirs, col(HelpGrant.cooperative_id) == cooperative_id)
