"""Who belongs to a cooperative: invitations by link, roles, and an end; all of it written down."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from cloud.accounts import consents, sessions
from cloud.accounts import service as accounts
from cloud.accounts.models import Account
from cloud.accounts.sessions import Way
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative, Membership
from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.members import rules
from cloud.members.models import Invitation, InviteForm, JoinForm
from cloud.principal import Principal, Role
from cloud.scope import find, scoped

INVITATION_LIFE: Final = timedelta(days=7)  # the next market day, the next meeting
FOUNDING_LIFE: Final = timedelta(hours=24)  # it opens a whole cooperative
_TOKEN_OCTETS: Final = 32


class LastManager(Conflict):
    """Nobody could let anyone in again."""

    code = "last_manager"
    sentence = _("Hợp tác xã phải còn ít nhất một quản lý.")


class HasManager(Conflict):
    """Nobody becomes a manager past the managers."""

    code = "has_manager"
    sentence = _("Hợp tác xã đã có quản lý. Quản lý mời thêm người.")


class AlreadyMember(Conflict):
    """One person has one role in one cooperative."""

    code = "already_member"
    sentence = _("Số điện thoại này đã ở trong hợp tác xã.")


@dataclass(frozen=True)
class Person:
    """A member as the manager sees them."""

    id: str
    name: str
    phone: str
    role: Role
    stays: bool
    """The only manager: no other role, no end, before there is a second one."""


@dataclass(frozen=True)
class Invited:
    """What an invitation says to whoever opens it."""

    cooperative: str
    name: str
    role: Role


def people(session: Session, principal: Principal) -> list[Person]:
    """All members, in the order in which they joined."""
    found = session.exec(
        select(Account, Membership)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Membership.cooperative_id == principal.cooperative_id)
        .order_by(col(Membership.id))
    ).all()
    roles = {member.account_id: member.role for _account, member in found}
    return [
        Person(
            account.public_id,
            account.name,
            account.phone,
            member.role,
            stays=rules.orphans(roles, member.account_id, None),
        )
        for account, member in found
    ]


def invitations(session: Session, principal: Principal, now: datetime) -> Sequence[Invitation]:
    """Those nobody has used and nobody withdrew, newest first."""
    statement = scoped(select(Invitation), principal).where(_open(now))
    return session.exec(statement.order_by(col(Invitation.id).desc())).all()


def invite(session: Session, principal: Principal, wish: InviteForm, now: datetime) -> str:
    """The token of a link; it is shown once and kept nowhere."""
    token, deed = _write(session, principal.cooperative_id, wish, now, INVITATION_LIFE)
    audit.note(session, principal, deed, now)
    return token


def found(session: Session, cooperative: str, manager: str, now: datetime) -> str:
    """The token of the link by which the first manager of a cooperative joins it.

    Asked again for one that still has no manager, the link before is worth nothing.

    Raises:
        HasManager: whoever is missing there is invited by its managers.
    """
    known = select(Cooperative).where(Cooperative.name == cooperative)
    home = session.exec(known.order_by(col(Cooperative.id))).first()
    if home is None:
        home = cooperatives.create(session, cooperative, "", "", now)
        founded = Deed(AuditAction.COOPERATIVE_FOUNDED, f"cooperative:{home.public_id}")
        audit.append(session, cast("int", home.id), None, founded, now)
    home_id = cast("int", home.id)
    if Role.MANAGER in _roles(session, home_id).values():
        raise HasManager
    session.exec(delete(Invitation).where(col(Invitation.cooperative_id) == home_id))
    wish = InviteForm(name=manager, role=Role.MANAGER)
    token, deed = _write(session, home_id, wish, now, FOUNDING_LIFE)
    audit.append(session, home_id, None, deed, now)
    return token


def withdraw(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    session.delete(find(session, Invitation, public_id, principal))
    deed = Deed(AuditAction.INVITATION_WITHDRAWN, f"invitation:{public_id}")
    audit.note(session, principal, deed, now)


def invited(session: Session, token: str, now: datetime) -> Invited | None:
    row = session.exec(
        select(Invitation, Cooperative)
        .join(Cooperative, col(Cooperative.id) == col(Invitation.cooperative_id))
        .where(Invitation.token_hash == _hash(token), _open(now))
    ).one_or_none()
    return Invited(row[1].name, row[0].name, row[0].role) if row else None


def join(session: Session, token: str, form: JoinForm, language: str, now: datetime) -> str | None:
    """A new session's token; None where the number is known and the password is not its own.

    Raises:
        NotFound: the invitation is used, withdrawn or too old.
        AlreadyMember: this person is in the cooperative.
        BadPhone: this is no telephone number.
    """
    invitation = session.exec(
        select(Invitation).where(Invitation.token_hash == _hash(token), _open(now))
    ).one_or_none()
    if invitation is None:
        raise NotFound
    account = _whoever(session, invitation, form, now)
    if account is None:
        return None
    _use(session, invitation)
    cooperative = session.get_one(Cooperative, invitation.cooperative_id)
    account_id = cast("int", account.id)
    if account_id in _roles(session, invitation.cooperative_id):
        raise AlreadyMember
    cooperatives.enrol(session, account_id, cooperative, invitation.role)
    account.left_at = None
    consents.give(session, account_id, language, now)
    deed = Deed(
        AuditAction.MEMBER_JOINED, f"account:{account.public_id}", {"role": invitation.role}
    )
    audit.append(session, invitation.cooperative_id, account_id, deed, now)
    way = Way(AuditAction.LOGGED_IN, invitation.cooperative_id)
    return sessions.start(session, account, way, now)


def change_role(
    session: Session, principal: Principal, member: str, role: Role, now: datetime
) -> None:
    """A new role counts at once; the member logs in again, so that no old page acts for it."""
    account, membership = _member(session, principal, member)
    _refuse_orphans(session, membership, role)
    before, membership.role = membership.role, role
    sessions.end_in(session, membership.account_id, principal.cooperative_id)
    subject = f"account:{account.public_id}"
    deed = Deed(AuditAction.MEMBER_ROLE, subject, {"from": before, "to": role})
    audit.note(session, principal, deed, now)


def remove(session: Session, principal: Principal, member: str, now: datetime) -> None:
    """What they did stays written down; who belongs nowhere any more is erased in 30 days."""
    account, membership = _member(session, principal, member)
    _refuse_orphans(session, membership, None)
    _let_go(session, account, membership, now)
    audit.note(session, principal, _removed(account), now)


def remove_again(session: Session, public_id: str, cooperative_id: int, now: datetime) -> None:
    """A backup brought back a member whom the cooperative had let go."""
    found = session.exec(
        select(Account, Membership)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(Account.public_id == public_id, Membership.cooperative_id == cooperative_id)
    ).one_or_none()
    if found is not None:
        account, membership = found
        _let_go(session, account, membership, now)
        audit.append(session, cooperative_id, None, _removed(account), now)


def homes(session: Session, account_id: int) -> Sequence[Membership]:
    """Where somebody belongs, in the order in which their cooperatives are locked."""
    own = select(Membership).where(Membership.account_id == account_id)
    return session.exec(own.order_by(col(Membership.cooperative_id))).all()


def refuse_orphans(session: Session, membership: Membership) -> None:
    """Whoever is alone in a cooperative may go; whoever alone manages others may not.

    Raises:
        LastManager: somebody else has to manage it first.
    """
    if len(_roles(session, membership.cooperative_id, lock=True)) > 1:
        _refuse_orphans(session, membership, None)


def _write(
    session: Session, cooperative_id: int, wish: InviteForm, now: datetime, life: timedelta
) -> tuple[str, Deed]:
    token = secrets.token_urlsafe(_TOKEN_OCTETS)
    invitation = Invitation(
        cooperative_id=cooperative_id,
        token_hash=_hash(token),
        name=wish.name,
        role=wish.role,
        created_at=now,
        expires_at=now + life,
    )
    session.add(invitation)
    session.flush()
    subject = f"invitation:{invitation.public_id}"
    return token, Deed(AuditAction.MEMBER_INVITED, subject, {"role": wish.role})


def _whoever(
    session: Session, invitation: Invitation, form: JoinForm, now: datetime
) -> Account | None:
    """The account of this number if the password is right; a new one for a new number."""
    if accounts.knows(session, form.phone):
        return accounts.recognise(session, form.phone, form.password, now)
    new = accounts.NewAccount(form.phone, invitation.name, form.password)
    return accounts.create(session, new, now)


def _use(session: Session, invitation: Invitation) -> None:
    """Guarded, for two taps must not both join."""
    own = delete(Invitation).where(col(Invitation.id) == invitation.id)
    if session.exec(own.returning(col(Invitation.id))).scalar_one_or_none() is None:
        raise NotFound


def _let_go(session: Session, account: Account, membership: Membership, now: datetime) -> None:
    sessions.end_in(session, membership.account_id, membership.cooperative_id)
    session.delete(membership)
    session.flush()
    if not homes(session, membership.account_id):
        account.left_at = now


def _removed(account: Account) -> Deed:
    return Deed(AuditAction.MEMBER_REMOVED, f"account:{account.public_id}")


def _member(session: Session, principal: Principal, public_id: str) -> tuple[Account, Membership]:
    row = session.exec(
        select(Account, Membership)
        .join(Membership, col(Membership.account_id) == col(Account.id))
        .where(
            Account.public_id == public_id,
            Membership.cooperative_id == principal.cooperative_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _refuse_orphans(session: Session, membership: Membership, wish: Role | None) -> None:
    # Locked, for two managers who let each other go would leave nobody.
    roles = _roles(session, membership.cooperative_id, lock=True)
    if rules.orphans(roles, membership.account_id, wish):
        raise LastManager


def _roles(session: Session, cooperative_id: int, *, lock: bool = False) -> dict[int, Role]:
    statement = select(Membership).where(Membership.cooperative_id == cooperative_id)
    if lock:
        statement = statement.with_for_update()
    return {one.account_id: one.role for one in session.exec(statement)}


def _open(now: datetime) -> ColumnElement[bool]:
    return col(Invitation.expires_at) > now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
