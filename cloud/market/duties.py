"""What Law 122/2025/QH15 asks of a market with many stalls.

Complaints are heard, and whatever is taken down is told to everybody with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import case, update
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.i18n import TIME_ZONE, _
from cloud.market.errors import AlreadyDown
from cloud.market.models import Complaint, TakeDown
from cloud.orders.errands import Errand
from cloud.principal import Principal
from cloud.products import service as products
from cloud.products import window
from cloud.products.errors import ProductGone
from cloud.products.models import Product, ProductState, Shop
from cloud.scope import find, scoped

PATH: Final = "/htx/khieu-nai"
SHOWN: Final = 200
"""Rows of the public log and of the desk, the newest."""

ANSWERED_IN: Final = 7
"""Working days from a complaint to its answer: Law 19/2023/QH15, article 57, clause 2."""

_SATURDAY: Final = 5

KEPT: Final = timedelta(days=90)
"""How long the words of a complaint stay after the answer, as a buyer's name after an order."""


@dataclass(frozen=True)
class Told:
    """A complaint with what it is about."""

    row: Complaint
    product: Product

    @property
    def answer_by(self) -> date:
        """The last day on which the answer is in time."""
        return answer_by(self.row.at)

    def overdue(self, now: datetime) -> bool:
        today = now.astimezone(TIME_ZONE).date()
        return self.row.answered_at is None and today > self.answer_by


def answer_by(at: datetime) -> date:
    """The last day to answer what was said at this moment.

    Holidays are not counted off, for they move: nobody is told a day that is too late.
    """
    day, left = at.astimezone(TIME_ZONE).date(), ANSWERED_IN
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY
    return day


@dataclass(frozen=True)
class Down:
    """A line of the public log."""

    row: TakeDown
    product: str
    shop: str


def complain(
    session: Session, product: str, words: str, now: datetime, *, simulated: bool
) -> Complaint:
    """Keep what a buyer says; its public id is the link to the answer.

    Raises:
        ProductGone: there is no such product on the market.
    """
    about = products.offered(session, product, simulated=simulated).product
    row = Complaint(
        cooperative_id=about.cooperative_id,
        product_id=cast("int", about.id),
        words=words,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def complaint(session: Session, public_id: str) -> Told:
    """For whoever holds its link."""
    row = session.exec(select(Complaint).where(Complaint.public_id == public_id)).one_or_none()
    if row is None:
        raise ProductGone
    return Told(row, session.get_one(Product, row.product_id))


def heard(session: Session, principal: Principal) -> Sequence[Told]:
    """Complaints of the caller's cooperative: what waits longest first, then the newest."""
    waits = col(Complaint.answered_at).is_(None)
    order = case((waits, col(Complaint.id)), else_=-col(Complaint.id))
    asked = scoped(select(Complaint), principal).order_by(waits.desc(), order).limit(SHOWN)
    rows = session.exec(asked).all()
    ids = {row.product_id for row in rows}
    found = session.exec(select(Product).where(col(Product.id).in_(ids)))
    known = {product.id: product for product in found}
    return [Told(row, known[row.product_id]) for row in rows]


def errands(session: Session, principal: Principal, now: datetime) -> Sequence[Errand]:
    """Complaints that wait for the caller's answer, as a line of the day's work at the desk."""
    waiting = [told for told in heard(session, principal) if told.row.answered_at is None]
    late = sum(told.overdue(now) for told in waiting)
    words = _("Trả lời %(count)s khiếu nại")
    return [Errand(PATH, words, {"count": len(waiting)}, late)] if waiting else []


def answer(
    session: Session, principal: Principal, public_id: str, words: str, now: datetime
) -> None:
    row = find(session, Complaint, public_id, principal)
    row.answer, row.answered_at = words, now
    deed = Deed(AuditAction.COMPLAINT_ANSWERED, f"complaint:{public_id}")
    audit.note(session, principal, deed, now)


def forget_answered(session: Session, now: datetime) -> None:
    """A chore of each night: whoever complained may have written who they are; so may the answer.

    That there was a complaint, about what and when it was answered stays.
    """
    session.exec(
        update(Complaint)
        .where(col(Complaint.answered_at) <= now - KEPT, col(Complaint.words) != "")
        .values(words="", answer="")
    )


def take_down(session: Session, product: str, reason: str, now: datetime) -> None:
    """Off the market for good, by whoever keeps it, and into the public log.

    Raises:
        ProductGone: there is no such product.
        AlreadyDown: it was taken down before.
    """
    row = session.exec(select(Product).where(Product.public_id == product)).one_or_none()
    if row is None:
        raise ProductGone
    product_id = cast("int", row.id)
    if session.exec(select(TakeDown.id).where(TakeDown.product_id == product_id)).first():
        raise AlreadyDown
    row.state = ProductState.ARCHIVED  # no step leads out of it
    session.add(
        TakeDown(cooperative_id=row.cooperative_id, product_id=product_id, reason=reason, at=now)
    )
    session.flush()
    window.refresh(session, product_id)
    deed = Deed(AuditAction.PRODUCT_TAKEN_DOWN, f"product:{product}", {"reason": reason})
    audit.append(session, row.cooperative_id, None, deed, now)


def taken_down(session: Session) -> Sequence[Down]:
    """The public log, the newest first."""
    rows = session.exec(
        select(TakeDown, Product.name, Shop.name)
        .join(Product, col(Product.id) == col(TakeDown.product_id))
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .order_by(col(TakeDown.id).desc())
        .limit(SHOWN)
    )
    return [Down(*row) for row in rows]
