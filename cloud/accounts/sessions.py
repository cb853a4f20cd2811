"""Logged-in browsers: who a token belongs to, how long it lasts, and how its owner ends it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, cast

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from cloud.accounts import helping, practising, rules
from cloud.accounts.models import Account, LoginSession
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.cooperatives.models import Greenhouse, Membership, Zone
from cloud.devices.models import Device
from cloud.errors import NotFound
from cloud.permissions import Permission, rights
from cloud.principal import Helper, Plot, Principal

_TOKEN_OCTETS: Final = 32
_PROOFS: Final = {AuditAction.LOGGED_IN, AuditAction.LOGIN_LINK_USED}
"""Ways in that show who it is; a card with its PIN opens a garden and proves no more."""


@dataclass(frozen=True)
class Way:
    """How somebody came in, and where to; without a cooperative, into their first one."""

    action: AuditAction
    cooperative_id: int | None = None
    card_id: int | None = None
    farm_id: int | None = None


@dataclass(frozen=True)
class Found:
    """Who holds a token, and whether it has to be written down that it is in use."""

    principal: Principal
    stale: bool


@dataclass(frozen=True)
class Browser:
    """One place where an account is logged in, as its owner sees it."""

    id: str
    name: str
    by_card: bool
    created_at: datetime
    seen_at: datetime
    here: bool


def new_token() -> str:
    return secrets.token_urlsafe(_TOKEN_OCTETS)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(session: Session, account: Account, way: Way, now: datetime) -> str | None:
    """A new session's token; None for an account that does not belong there."""
    memberships = select(Membership).where(Membership.account_id == account.id)
    if way.cooperative_id is not None:
        memberships = memberships.where(Membership.cooperative_id == way.cooperative_id)
    membership = session.exec(memberships.order_by(col(Membership.id))).first()
    if membership is None:
        return None
    token = _open(session, membership, way, now)
    deed = Deed(way.action, f"account:{account.public_id}")
    audit.append(session, membership.cooperative_id, account.id, deed, now)
    return token


def start_anew(session: Session, principal: Principal, now: datetime) -> str:
    """A fresh session for somebody who is in, and has just shown their password."""
    return _open(session, principal, Way(AuditAction.LOGGED_IN), now)


def identify(session: Session, token: str, now: datetime) -> Found | None:
    """Who holds this session token, if it was used lately enough."""
    row = session.exec(
        _whose(), params={"token_hash": hash_token(token), "now": now}
    ).one_or_none()
    if row is None:
        return None
    account, membership, login, helped_by = row
    lives = rules.lives(membership.role, by_card=login.card_id is not None)
    unseen = now - login.seen_at
    if unseen >= lives.idle:
        return None
    own = Principal(
        account_id=membership.account_id,
        cooperative_id=membership.cooperative_id,
        role=membership.role,
        language=account.language,
        name=account.name,
        plot=_plot(session, login.farm_id),
        helped_by=helped_by or "",
        proved_at=login.proved_at,
    )
    principal = practising.practise(session, _stand_in(session, own, login, now), login, now)
    return Found(principal, stale=unseen >= lives.step or not login.browser)


def act_for(session: Session, token: str, grant_id: int | None, until: datetime | None) -> str:
    """Let a helper's browser act by a consent, or for nobody again; its new token."""
    fresh = new_token()
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.token_hash) == hash_token(token))
        .values(token_hash=hash_token(fresh), grant_id=grant_id, helping_until=until)
    )
    return fresh


def prove(session: Session, token: str, now: datetime) -> str:
    """The fresh token of a browser in which the password was just shown once more."""
    fresh = new_token()
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.token_hash) == hash_token(token))
        .values(token_hash=hash_token(fresh), proved_at=now)
    )
    return fresh


def touch(session: Session, token: str, browser: str, now: datetime) -> None:
    """Write down that a session is in use, and in which browser."""
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.token_hash) == hash_token(token))
        .values(seen_at=now, browser=browser)
    )


def browsers(session: Session, principal: Principal, token: str, now: datetime) -> list[Browser]:
    """Where this account is logged in, the latest used first."""
    statement = select(LoginSession).where(_own(principal), LoginSession.expires_at > now)
    found = session.exec(statement.order_by(col(LoginSession.seen_at).desc()))
    return [_browser(one, token) for one in found]


def end(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Log one browser of one's own out.

    Raises:
        NotFound: there is none, or it is another person's.
    """
    own = select(LoginSession).where(_own(principal), LoginSession.public_id == public_id)
    found = session.exec(own).one_or_none()
    if found is None:
        raise NotFound
    session.delete(found)
    audit.note(session, principal, Deed(AuditAction.SESSION_ENDED, f"session:{public_id}"), now)


def end_others(session: Session, principal: Principal, token: str, now: datetime) -> None:
    """Log every browser of one's own out but this one."""
    elsewhere = col(LoginSession.token_hash) != hash_token(token)
    ended = _delete(session, _own(principal), elsewhere)
    deed = Deed(AuditAction.SESSION_ENDED, "session:others", {"count": len(ended)})
    audit.note(session, principal, deed, now)


def end_all(session: Session, account_id: int) -> None:
    """Log an account out everywhere; nobody acts for it any more."""
    helping.withdraw_all(session, account_id)
    _delete(session, col(LoginSession.account_id) == account_id)


def end_in(session: Session, account_id: int, cooperative_id: int) -> None:
    """Log an account out of one cooperative; nobody there acts for it, nor it for anybody."""
    helping.withdraw_all(session, account_id, cooperative_id)
    _delete(
        session,
        col(LoginSession.account_id) == account_id,
        col(LoginSession.cooperative_id) == cooperative_id,
    )


def end_by_cards(session: Session, cards: Sequence[int], but: str = "") -> None:
    """Log out whoever came in by one of these cards, except the holder of one token."""
    elsewhere = col(LoginSession.token_hash) != hash_token(but)
    _delete(session, col(LoginSession.card_id).in_(cards), elsewhere)


def drop(session: Session, token: str) -> None:
    """End what a browser had before it logged in anew; an old cookie is worth nothing then."""
    _delete(session, col(LoginSession.token_hash) == hash_token(token))


def log_out(session: Session, token: str, now: datetime) -> None:
    ended = session.exec(
        select(LoginSession, Account)
        .join(Account, col(Account.id) == LoginSession.account_id)
        .where(LoginSession.token_hash == hash_token(token))
    ).one_or_none()
    if ended is None:
        return
    login, account = ended
    session.delete(login)
    deed = Deed(AuditAction.LOGGED_OUT, f"account:{account.public_id}")
    audit.append(session, login.cooperative_id, account.id, deed, now)


def _open(session: Session, member: Membership | Principal, way: Way, now: datetime) -> str:
    _delete(session, _own(member), col(LoginSession.expires_at) <= now)
    token = new_token()
    session.add(
        LoginSession(
            token_hash=hash_token(token),
            account_id=member.account_id,
            cooperative_id=member.cooperative_id,
            card_id=way.card_id,
            farm_id=way.farm_id,
            proved_at=now if way.action in _PROOFS else None,
            created_at=now,
            seen_at=now,
            expires_at=now + rules.lives(member.role, by_card=way.card_id is not None).whole,
        )
    )
    return token


def _own(person: Membership | Principal) -> ColumnElement[bool]:
    return col(LoginSession.account_id) == person.account_id


def _delete(session: Session, *which: ColumnElement[bool]) -> list[str]:
    gone = delete(LoginSession).where(*which).returning(col(LoginSession.public_id))
    return list(session.exec(gone).scalars())


def _browser(login: LoginSession, token: str) -> Browser:
    return Browser(
        id=login.public_id,
        name=login.browser,
        by_card=login.card_id is not None,
        created_at=login.created_at,
        seen_at=login.seen_at,
        here=login.token_hash == hash_token(token),
    )


@cache
def _whose() -> Select[Account, Membership, LoginSession, str]:
    """Who holds the session `token_hash`, asked at `now`.

    Every request asks this first; composing the question costs five times as much as asking it.
    """
    now: BindParameter[datetime] = bindparam("now")
    return (
        select(Account, Membership, LoginSession, helping.helped_by(now))
        .join(LoginSession, col(LoginSession.account_id) == Account.id)
        .join(
            Membership,
            (col(Membership.account_id) == Account.id)
            & (col(Membership.cooperative_id) == LoginSession.cooperative_id),
        )
        .where(
            LoginSession.token_hash == bindparam("token_hash"),
            LoginSession.expires_at > now,
            col(Account.active).is_(True),
        )
    )


def _stand_in(session: Session, own: Principal, login: LoginSession, now: datetime) -> Principal:
    """Who a helper acts for; anybody else, and a helper whose time is over, is themselves."""
    found = helping.stead(session, login, now) if login.grant_id is not None else None
    if found is None or Permission.HELP not in rights(own.role):
        return own
    return Principal(
        account_id=found.membership.account_id,
        cooperative_id=found.membership.cooperative_id,
        role=found.membership.role,
        language=own.language,
        name=found.account.name,
        plot=_plot(session, found.farm_id),
        helper=Helper(own.account_id, own.name, found.until),
    )


def _plot(session: Session, farm_id: int | None) -> Plot | None:
    if farm_id is None:
        return None
    houses = session.exec(select(Greenhouse.id).where(Greenhouse.farm_id == farm_id)).all()
    greenhouses = frozenset(cast("Sequence[int]", houses))
    zones = session.exec(select(Zone.id).where(col(Zone.greenhouse_id).in_(greenhouses))).all()
    devices = select(Device.id).where(col(Device.greenhouse_id).in_(greenhouses))
    return Plot(
        farm=farm_id,
        greenhouses=greenhouses,
        zones=frozenset(cast("Sequence[int]", zones)),
        devices=frozenset(session.exec(devices)),
    )
