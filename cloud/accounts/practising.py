"""Who is on a practice greenhouse: for a while a browser sees that one, and nothing that is real.

STOP and the diary alone reach further: a page of the real garden may have been open before, and
what was written there may have waited on the telephone since.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col

from cloud.accounts.models import LoginSession, Stand
from cloud.cooperatives.models import Greenhouse, Zone
from cloud.errors import NotFound
from cloud.permissions import Permission, demand
from cloud.principal import Practice, Principal, Role
from cloud.scope import find


def practise(session: Session, own: Principal, login: LoginSession, now: datetime) -> Principal:
    """The learner on their stand, while it is theirs and its time runs; else as they are."""
    if login.stand_id is None:
        return own
    stand = session.get(Stand, login.stand_id)
    if stand is None or stand.until is None or stand.until <= now:
        return own
    if (stand.learner_id, stand.home_id) != (own.account_id, own.cooperative_id):
        return own
    return replace(
        own,
        cooperative_id=stand.cooperative_id,
        role=Role.FARMER,
        plot=None,
        helped_by="",
        practice=Practice(stand.id, stand.until, stand.step, own),
    )


def enter(session: Session, token_hash: str, stand: Stand) -> None:
    """From its next request this browser is on the stand."""
    own = update(LoginSession).where(col(LoginSession.token_hash) == token_hash)
    session.exec(own.values(stand_id=stand.id))


def leave(session: Session, account_id: int, now: datetime) -> None:
    """Whatever this person practises is over; who looks after the stands takes it down."""
    taken = update(Stand).where(col(Stand.learner_id) == account_id, col(Stand.until) > now)
    session.exec(taken.values(until=now))


def stopping_all(session: Session, principal: Principal, now: datetime) -> Principal:
    """The same for everything at once, which only a page of the real gardens offers."""
    if principal.practice is None:
        return principal
    leave(session, principal.account_id, now)
    return principal.practice.home


def stopping(session: Session, principal: Principal, greenhouse: str, now: datetime) -> Principal:
    """In whose name water is stopped: who stops what is real has stopped practising."""
    if principal.practice is None or _is_played(session, Greenhouse, greenhouse, principal):
        return principal
    leave(session, principal.account_id, now)
    return principal.practice.home


def noting(session: Session, principal: Principal, zone: str) -> Principal:
    """In whose name the diary is written: the zone that an entry names says where it belongs.

    Raises:
        Forbidden: where it is real, this person writes none.
    """
    return correcting(session, principal, Zone, zone)


def correcting(
    session: Session, principal: Principal, model: type[SQLModel], public_id: str
) -> Principal:
    """In whose name the diary is put right: where this row of it stands.

    Raises:
        Forbidden: where it is real, this person writes none.
    """
    if principal.practice is None or _is_played(session, model, public_id, principal):
        return principal
    demand(principal.practice.home, Permission.DIARY_WRITE)
    return principal.practice.home


def _is_played(
    session: Session, model: type[SQLModel], public_id: str, principal: Principal
) -> bool:
    """Whether this is a thing of the stand the learner is on."""
    try:
        find(session, model, public_id, principal)
    except NotFound:
        return False
    return True
