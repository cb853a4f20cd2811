"""Hand in hand: a person shows a code, their helper types it and acts for them for a while.

The code is the consent of somebody who is there. It may let the helper come back without a code
for up to thirty days, each time for half an hour; one tap of the person ends all of it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, delete
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from cloud.accounts import helping, practising, sessions, throttle, tries
from cloud.accounts.models import Account, HelpGrant, LoginSession
from cloud.accounts.tries import Lock
from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.errors import NotFound
from cloud.help import rules
from cloud.help.models import HelpCode, Lasts
from cloud.principal import Principal
from cloud.scope import find

CODE_DIGITS: Final = 6


@dataclass(frozen=True)
class Consent:
    """Who helps whom, as the other one of the two sees it."""

    id: str
    name: str
    expires_at: datetime
    until: datetime | None
    """The end of the half hour that runs now."""


def ask(session: Session, principal: Principal, lasts: Lasts, now: datetime) -> None:
    """A fresh code for the asker's own page; the one before is worth nothing."""
    mine = and_(
        col(HelpCode.account_id) == principal.account_id,
        col(HelpCode.cooperative_id) == principal.cooperative_id,
    )
    session.exec(delete(HelpCode).where(mine | (col(HelpCode.expires_at) <= now)))
    session.add(
        HelpCode(
            cooperative_id=principal.cooperative_id,
            account_id=principal.account_id,
            farm_id=principal.plot.farm if principal.plot else None,
            code=_unused(session, principal.cooperative_id),
            lasts=lasts,
            expires_at=now + rules.CODE_LIFE,
        )
    )
    session.flush()
    deed = Deed(AuditAction.HELP_ASKED, _subject(session, principal.account_id), {"for": lasts})
    audit.note(session, principal, deed, now)


def asked(session: Session, principal: Principal, now: datetime) -> HelpCode | None:
    """The code that this person's page shows."""
    statement = select(HelpCode).where(
        HelpCode.account_id == principal.account_id,
        HelpCode.cooperative_id == principal.cooperative_id,
        HelpCode.expires_at > now,
    )
    return session.exec(statement).one_or_none()


def helpers(session: Session, principal: Principal, now: datetime) -> list[Consent]:
    """Whom this person lets help, and who is at it."""
    return _consents(session, col(HelpGrant.helper_id), _given(principal), now)


def helped(session: Session, principal: Principal, now: datetime) -> list[Consent]:
    """Whom this helper may act for."""
    return _consents(session, col(HelpGrant.account_id), _received(principal), now)


def begin_by_code(
    session: Session, principal: Principal, code: str, token: str, now: datetime
) -> str | None:
    """The new token of a helper's browser; None for a wrong, used or old code, or too many."""
    lock = Lock(throttle.HELP, (str(principal.person_id),))
    if not tries.pay(session, (lock,), now):
        return None
    typed = (
        delete(HelpCode)
        .where(
            col(HelpCode.cooperative_id) == principal.cooperative_id,
            col(HelpCode.code) == code,
            col(HelpCode.expires_at) > now,
            col(HelpCode.account_id) != principal.person_id,
        )
        .returning(col(HelpCode.account_id), col(HelpCode.farm_id), col(HelpCode.lasts))
    )
    used = session.exec(typed).one_or_none()
    if used is None:
        return None
    tries.fill(session, lock)
    account_id, farm_id, lasts = used
    helping.withdraw(session, _received(principal), col(HelpGrant.account_id) == account_id)
    grant = HelpGrant(
        cooperative_id=principal.cooperative_id,
        account_id=account_id,
        helper_id=principal.person_id,
        farm_id=farm_id,
        created_at=now,
        expires_at=now + rules.consent(lasts),
    )
    session.add(grant)
    session.flush()
    return _begin(session, grant, token, now)


def begin_by_consent(
    session: Session, principal: Principal, public_id: str, token: str, now: datetime
) -> str:
    """The new token of a helper's browser, by a consent given before.

    Raises:
        NotFound: there is none, it is another helper's, withdrawn or too old.
    """
    grant = find(session, HelpGrant, public_id, principal)
    if grant.helper_id != principal.person_id or grant.expires_at <= now:
        raise NotFound
    return _begin(session, grant, token, now)


def finish(session: Session, principal: Principal, token: str, now: datetime) -> str:
    """The new token of a browser that acts for nobody any more, and practises nothing."""
    deed = Deed(AuditAction.HELP_ENDED, _subject(session, principal.account_id))
    fresh = sessions.act_for(session, token, None, None)
    if principal.practice is not None:
        practising.leave(session, principal.account_id, now)
        principal = principal.practice.home
    audit.note(session, principal, deed, now)
    return fresh


def withdraw(session: Session, principal: Principal, public_id: str, now: datetime) -> None:
    """Let one helper help no more, from this moment.

    Raises:
        NotFound: this person gave no such consent.
    """
    which = col(HelpGrant.public_id) == public_id
    if not helping.withdraw(session, _given(principal), which):
        raise NotFound
    audit.note(session, principal, Deed(AuditAction.HELP_WITHDRAWN, f"help:{public_id}"), now)


def withdraw_running(session: Session, principal: Principal, now: datetime) -> None:
    """End whatever help goes on this moment, and the consents behind it."""
    running = select(LoginSession.grant_id).where(col(LoginSession.helping_until) > now)
    ended = helping.withdraw(session, _given(principal), col(HelpGrant.id).in_(running))
    for public_id in ended:
        audit.note(session, principal, Deed(AuditAction.HELP_WITHDRAWN, f"help:{public_id}"), now)


def _begin(session: Session, grant: HelpGrant, token: str, now: datetime) -> str:
    until = now + rules.VISIT
    fresh = sessions.act_for(session, token, cast("int", grant.id), until)
    deed = Deed(AuditAction.HELP_BEGUN, _subject(session, grant.account_id))
    audit.append(
        session, grant.cooperative_id, grant.helper_id, deed, now, on_behalf_of=grant.account_id
    )
    return fresh


def _consents(
    session: Session, other: Mapped[int], which: ColumnElement[bool], now: datetime
) -> list[Consent]:
    found = session.exec(
        select(HelpGrant, Account)
        .join(Account, col(Account.id) == other)
        .where(which, HelpGrant.expires_at > now)
        .order_by(col(HelpGrant.id))
    ).all()
    running = _running(session, [cast("int", grant.id) for grant, _account in found], now)
    return [
        Consent(grant.public_id, account.name, grant.expires_at, running.get(grant.id))
        for grant, account in found
    ]


def _running(
    session: Session, grants: Sequence[int], now: datetime
) -> dict[int | None, datetime | None]:
    found = select(LoginSession).where(
        col(LoginSession.grant_id).in_(grants), col(LoginSession.helping_until) > now
    )
    return {login.grant_id: login.helping_until for login in session.exec(found)}


def _given(principal: Principal) -> ColumnElement[bool]:
    return and_(
        col(HelpGrant.cooperative_id) == principal.cooperative_id,
        col(HelpGrant.account_id) == principal.account_id,
    )


def _received(principal: Principal) -> ColumnElement[bool]:
    return and_(
        col(HelpGrant.cooperative_id) == principal.cooperative_id,
        col(HelpGrant.helper_id) == principal.person_id,
    )


def _unused(session: Session, cooperative_id: int) -> str:
    """A code that nobody else of the cooperative shows: a helper must reach the right person."""
    shown = select(HelpCode.code).where(HelpCode.cooperative_id == cooperative_id)
    taken = set(session.exec(shown))
    codes = (f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _ in iter(int, 1))
    return next(code for code in codes if code not in taken)


def _subject(session: Session, account_id: int) -> str:
    return f"account:{session.get_one(Account, account_id).public_id}"
