"""What is to be told to whom: written with the alert itself, sent later, marked when it is."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cloud.accounts.models import Account
from cloud.alerts import delivery, people, view
from cloud.alerts.kinds import Severity
from cloud.alerts.models import Alert, Channel, Contact, Notice
from cloud.alerts.notifier import Message, UndeliveredError
from cloud.alerts.rules import Change
from cloud.alerts.service import known
from cloud.principal import Principal
from cloud.scope import scoped

AT_ONCE: Final = 50
"""Of one channel in one round; the next is twenty seconds away."""
KEPT: Final = timedelta(days=30)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parcel:
    """One message on its way: an alert's notice, or what makes an address known without one."""

    channel: Channel
    address: str
    message: Message
    notice_id: int | None = None
    contact_id: int | None = None

    @property
    def name(self) -> str:
        """For the log: it names nobody."""
        return f"notice {self.notice_id}" if self.notice_id else f"code {self.contact_id}"


Outcome = Callable[[Session, datetime], None]
"""Marks what became of a parcel."""


def note(session: Session, changes: Iterable[tuple[Change, Alert]], now: datetime) -> None:
    """Remember whom to tell of what opened or became more pressing."""
    for change, alert in changes:
        if change is not Change.RESOLVED:
            alert.told_at, alert.escalated_at = now, None
            first = delivery.first_told(people.reachable(session, alert, now))
            _enqueue(session, alert, first, now)


def escalate(session: Session, now: datetime) -> int:
    """Remember to tell others of what presses and nobody acknowledged; how many alerts."""
    unheeded = session.exec(_unheeded(now).with_for_update()).all()
    for alert in unheeded:
        alert.escalated_at = now
        session.add(alert)
        second = delivery.second_told(people.reachable(session, alert, now))
        _enqueue(session, alert, second, now)
        if not second:
            _log.warning("alert:%s has nobody else to be told", alert.public_id)
    return len(unheeded)


def has_unheeded(session: Session, now: datetime) -> bool:
    return session.exec(_unheeded(now).limit(1)).first() is not None


def parcels(session: Session, channel: Channel, base: str, now: datetime) -> list[Parcel]:
    """What is due by this channel, as it is to be sent; `base` is the address of these pages."""
    return [*_codes(session, channel, now), *_notices(session, channel, base, now)]


def unreached_of(session: Session, principal: Principal, now: datetime) -> set[str]:
    """The reader's open alerts, by public ids, of which nobody was reached and nobody knows."""
    own = scoped(select(Alert), principal).where(_unreached(now))
    return {row.public_id for row in session.exec(own)}


def unreached(session: Session, now: datetime) -> int:
    """How many alerts of all cooperatives reached nobody."""
    return session.exec(select(func.count(col(Alert.id))).where(_unreached(now))).one()


def delivered(parcel: Parcel, session: Session, now: datetime) -> None:
    notice, contact = _rows(session, parcel)
    if notice is not None:
        notice.tries, notice.over_at, notice.reason = notice.tries + 1, now, ""
    elif contact is not None and parcel.notice_id is None:
        contact.code_due_at = None


def refused(parcel: Parcel, error: UndeliveredError, session: Session, now: datetime) -> None:
    """Later again, unless that cannot help or was tried often enough."""
    notice, contact = _rows(session, parcel)
    if notice is not None:
        notice.tries, notice.reason = notice.tries + 1, error.reason
        again = None if error.final else delivery.next_try(notice.tries, now)
        notice.due_at, notice.over_at = again or notice.due_at, None if again else now
    elif contact is not None and parcel.notice_id is None:
        again = now + delivery.FIRST_WAIT
        contact.code_due_at = None if error.final or again > contact.code_until else again


def gone(parcel: Parcel, session: Session, _now: datetime) -> None:
    """There is no such address any more, so nobody wants to be told there."""
    _notice, contact = _rows(session, parcel)
    if contact is not None:
        session.exec(delete(Notice).where(col(Notice.contact_id) == contact.id))
        session.delete(contact)


def sweep(session: Session, now: datetime) -> None:
    """A chore of each night: forget what was sent, and what nobody needs to be sent any more."""
    session.exec(delete(Notice).where(col(Notice.due_at) <= now - KEPT))


def _codes(session: Session, channel: Channel, now: datetime) -> list[Parcel]:
    """What asks for a code to come back; to who sent it themselves, that it did."""
    rows = session.exec(
        select(Contact, Account)
        .join(Account, col(Account.id) == col(Contact.account_id))
        .where(
            Contact.channel == channel,
            col(Contact.code_due_at) <= now,
            Contact.code_until > now,
        )
        .limit(AT_ONCE)
    )
    return [
        Parcel(
            contact.channel,
            contact.address,
            view.code_message(account.language, contact.code)
            if contact.confirmed_at is None
            else view.linked_message(account.language, account.name),
            contact_id=contact.id,
        )
        for contact, account in rows
    ]


def _notices(session: Session, channel: Channel, base: str, now: datetime) -> list[Parcel]:
    """Of what is over meanwhile nobody hears any more."""
    rows = session.exec(
        select(Notice, Contact, Alert, Account)
        .join(Contact, col(Contact.id) == col(Notice.contact_id))
        .join(Alert, col(Alert.id) == col(Notice.alert_id))
        .join(Account, col(Account.id) == col(Contact.account_id))
        .where(
            Contact.channel == channel,
            col(Contact.confirmed_at).is_not(None),
            col(Notice.over_at).is_(None),
            Notice.due_at <= now,
            col(Alert.resolved_at).is_(None),
        )
        .order_by(col(Notice.due_at))
        .limit(AT_ONCE)
    ).all()
    return [
        Parcel(
            contact.channel,
            contact.address,
            view.message(account.language, known(session, [alert])[0], base, now),
            notice_id=notice.id,
            contact_id=contact.id,
        )
        for notice, contact, alert, account in rows
    ]


def _rows(session: Session, parcel: Parcel) -> tuple[Notice | None, Contact | None]:
    """What the parcel was made of; gone where its reader left meanwhile."""
    notice = session.get(Notice, parcel.notice_id) if parcel.notice_id else None
    contact = session.get(Contact, parcel.contact_id) if parcel.contact_id else None
    return notice, contact


def _enqueue(session: Session, alert: Alert, contacts: Sequence[int], now: datetime) -> None:
    session.flush()  # a new alert has no number before
    due_at = delivery.due(alert.severity, now)
    for contact_id in contacts:
        session.add(Notice(alert_id=cast("int", alert.id), contact_id=contact_id, due_at=due_at))


def _unreached(now: datetime) -> ColumnElement[bool]:
    """Whether nobody was reached of an alert, though there was time, and nobody knows of it."""
    of_it = col(Notice.alert_id) == col(Alert.id)
    arrived = exists().where(of_it, col(Notice.over_at).is_not(None), col(Notice.reason) == "")
    ahead = exists().where(
        of_it, col(Notice.over_at).is_(None), col(Notice.due_at) > now - delivery.UNHEEDED_AFTER
    )
    return and_(
        col(Alert.resolved_at).is_(None),
        col(Alert.acknowledged_at).is_(None),
        col(Alert.told_at) <= now - delivery.UNHEEDED_AFTER,
        ~arrived,
        or_(col(Alert.severity) == Severity.ACT, ~ahead),
    )


def _unheeded(now: datetime) -> SelectOfScalar[Alert]:
    return select(Alert).where(
        Alert.severity == Severity.ACT,
        col(Alert.resolved_at).is_(None),
        col(Alert.acknowledged_at).is_(None),
        col(Alert.escalated_at).is_(None),
        col(Alert.told_at) <= now - delivery.UNHEEDED_AFTER,
    )
