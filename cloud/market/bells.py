"""Members of a cooperative hear of orders, money and complaints by the ways alerts go.

One message tells of all that came since the one before, and the next waits ten minutes: a busy
day is a digest, not a storm. What was seen on the desk meanwhile is told to nobody.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Engine, delete, exists
from sqlmodel import Session, col, func, select

from cloud.accounts.models import Account
from cloud.alerts import delivery
from cloud.alerts.kinds import Severity
from cloud.alerts.models import Contact
from cloud.alerts.notifier import Message, Notifier, UndeliveredError
from cloud.alerts.post import Office
from cloud.cooperatives.models import Cooperative, Membership
from cloud.db import writing
from cloud.i18n import _, translate
from cloud.market.models import Bell, Complaint
from cloud.orders.letters import About, OrderLetter, Reader
from cloud.orders.models import Order
from cloud.permissions import Permission, rights
from cloud.principal import Principal
from cloud.products.models import Product

EVERY_S: Final = 30
AT_ONCE: Final = 50
GAP: Final = timedelta(minutes=10)
"""From one message to the next."""
TOPIC: Final = "sales"

SUBJECT: Final = _("%(shop)s có tin bán hàng")
WORDS: Final = {
    About.PLACED: _("Đơn mới: %(n)s."),
    About.MONEY: _("Lần tiền về: %(n)s."),
    About.CANCELLED: _("Đơn hết hạn, hàng về kho: %(n)s."),
    About.HARVESTED: _("Đơn đặt trước đã có hàng: %(n)s."),
}
COMPLAINTS: Final = _("Khiếu nại mới: %(n)s.")
LINK: Final = _("Xem: %(link)s")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """What came since a mark, and the marks of today."""

    counts: Mapping[About, int]
    complaints: int
    letter_upto: int
    complaint_upto: int

    @property
    def any(self) -> bool:
        return bool(self.complaints or self.counts)


@dataclass(frozen=True)
class _Ring:
    """One message to one member, by all ways they confirmed."""

    account_id: int
    cooperative_id: int
    ways: Sequence[tuple[Notifier, str]]
    message: Message
    news: News


def rings(session: Session, principal: Principal) -> bool:
    """Whether the caller wants to hear of orders."""
    return session.get(Bell, (principal.account_id, principal.cooperative_id)) is not None


def set_bell(session: Session, principal: Principal, now: datetime, *, on: bool) -> None:
    """From now on, or no more; what came before is not told."""
    bell = session.get(Bell, (principal.account_id, principal.cooperative_id))
    if bell is not None and not on:
        session.delete(bell)
    if bell is None and on:
        newest = _news(session, principal.cooperative_id, 0, 0)
        session.add(
            Bell(
                account_id=principal.account_id,
                cooperative_id=principal.cooperative_id,
                letter_upto=newest.letter_upto,
                complaint_upto=newest.complaint_upto,
                due_at=now,
            )
        )


def of_account(session: Session, account_id: int) -> tuple[str, ...]:
    """The cooperatives of whose orders somebody wants to hear."""
    found = select(Cooperative.name).join(Bell, col(Bell.cooperative_id) == col(Cooperative.id))
    return tuple(session.exec(found.where(Bell.account_id == account_id)))


def forget(session: Session, account_id: int) -> None:
    """Somebody is erased."""
    session.exec(delete(Bell).where(col(Bell.account_id) == account_id))


def deliver(engine: Engine, now: datetime, office: Office) -> None:
    """Send what is due, with nothing held open; not at night, when buyers sleep as well."""
    if delivery.due(Severity.WATCH, now) > now:
        return
    with Session(engine) as session:
        waiting = _due(session, now, office)
    for ring in waiting:
        arrived = [_sent(ring.message, *way) for way in ring.ways]
        with Session(writing(engine)) as session, session.begin():
            _mark(session, ring, now, arrived=any(arrived))


def _due(session: Session, now: datetime, office: Office) -> list[_Ring]:
    found = session.exec(
        select(Bell, Membership, Account, Cooperative)
        .join(
            Membership,
            (col(Membership.account_id) == col(Bell.account_id))
            & (col(Membership.cooperative_id) == col(Bell.cooperative_id)),
        )
        .join(Account, col(Account.id) == col(Bell.account_id))
        .join(Cooperative, col(Cooperative.id) == col(Bell.cooperative_id))
        .where(Bell.due_at <= now, _has_news())
        .order_by(col(Bell.due_at))
        .limit(AT_ONCE)
    ).all()
    waiting: list[_Ring] = []
    for bell, member, account, home in found:
        news = _news(session, bell.cooperative_id, bell.letter_upto, bell.complaint_upto)
        ways = _ways(session, bell, office)
        if news.any and ways and Permission.ORDER_READ in rights(member.role):
            message = _message(account.language, home.name, news, office.base)
            waiting.append(_Ring(bell.account_id, bell.cooperative_id, ways, message, news))
    return waiting


def _has_news() -> ColumnElement[bool]:
    """Whether to look at all: most bells of most rounds have nothing to say."""
    letters = exists().where(
        col(OrderLetter.cooperative_id) == col(Bell.cooperative_id),
        col(OrderLetter.id) > col(Bell.letter_upto),
        col(OrderLetter.reader) == Reader.SHOP,
        col(OrderLetter.over_at).is_(None),
    )
    complaints = exists().where(
        col(Complaint.cooperative_id) == col(Bell.cooperative_id),
        col(Complaint.id) > col(Bell.complaint_upto),
        col(Complaint.answered_at).is_(None),
    )
    return letters | complaints


def _news(session: Session, cooperative_id: int, letter: int, complaint: int) -> News:
    """What nobody at the desk has seen yet, samples left out."""
    fresh = (
        OrderLetter.cooperative_id == cooperative_id,
        OrderLetter.reader == Reader.SHOP,
        col(OrderLetter.id) > letter,
    )
    counted = session.exec(
        select(OrderLetter.about, func.count())
        .join(Order, col(Order.id) == col(OrderLetter.order_id))
        .where(*fresh, col(OrderLetter.over_at).is_(None), col(Order.simulated).is_(False))
        .group_by(col(OrderLetter.about))
    ).all()
    upset = (Complaint.cooperative_id == cooperative_id, col(Complaint.id) > complaint)
    complaints = session.exec(
        select(func.count(col(Complaint.id)))
        .join(Product, col(Product.id) == col(Complaint.product_id))
        .where(*upset, col(Complaint.answered_at).is_(None), col(Product.simulated).is_(False))
    ).one()
    last = session.exec(select(func.max(OrderLetter.id)).where(*fresh)).one()
    last_complaint = session.exec(select(func.max(Complaint.id)).where(*upset)).one()
    counts = {About(about): n for about, n in counted}
    return News(counts, complaints, last or letter, last_complaint or complaint)


def _ways(session: Session, bell: Bell, office: Office) -> list[tuple[Notifier, str]]:
    confirmed = select(Contact).where(
        Contact.account_id == bell.account_id,
        Contact.cooperative_id == bell.cooperative_id,
        col(Contact.confirmed_at).is_not(None),
    )
    return [
        (office.channels[one.channel], one.address)
        for one in session.exec(confirmed.order_by(col(Contact.id)))
        if one.channel in office.channels
    ]


def _message(language: str, shop: str, news: News, base: str) -> Message:
    link = f"{base}/htx/don"
    said = [
        translate(language, WORDS[about], n=news.counts[about])
        for about in WORDS
        if about in news.counts
    ]
    if news.complaints:
        said.append(translate(language, COMPLAINTS, n=news.complaints))
    subject = translate(language, SUBJECT, shop=shop)
    text = " ".join([*said, translate(language, LINK, link=link)])
    return Message(subject, text, link=link, topic=TOPIC)


def _sent(message: Message, way: Notifier, address: str) -> bool:
    try:
        way.send(address, message)
    except UndeliveredError as error:
        _log.warning("news of sales are not delivered: %s", error.reason)
        return False
    return True


def _mark(session: Session, ring: _Ring, now: datetime, *, arrived: bool) -> None:
    """Told, or later again; who cannot be reached often enough is told what comes next."""
    bell = session.get(Bell, (ring.account_id, ring.cooperative_id), with_for_update=True)
    if bell is None:
        return
    bell.tries = 0 if arrived else bell.tries + 1
    again = None if arrived else delivery.next_try(bell.tries, now)
    bell.due_at = again or now + GAP
    if again is None:
        bell.tries = 0
        bell.letter_upto = ring.news.letter_upto
        bell.complaint_upto = ring.news.complaint_upto
