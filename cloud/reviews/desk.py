"""The shop reads what is said of its goods when everybody does; it answers, or says what is wrong.

It hides nothing: a report only asks the market's keeper to look again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.lots.models import Lot
from cloud.principal import Principal
from cloud.products.models import Product
from cloud.reviews import rules, standing
from cloud.reviews.errors import AlreadyReported, NamesContact, ReviewGone
from cloud.reviews.models import Reason, Review, ReviewState
from cloud.scope import scoped

LISTED: Final = 100
"""Rows of the desk, the newest; older ones stand on the products' pages."""


@dataclass(frozen=True)
class Read:
    """A review at the shop's desk."""

    review: Review
    product: Product
    lot: Lot


def read(session: Session, principal: Principal) -> Sequence[Read]:
    """What is shown of the caller's goods, newest first."""
    own = scoped(select(Review), principal).where(Review.state == ReviewState.SHOWN)
    rows = session.exec(own.order_by(col(Review.id).desc()).limit(LISTED)).all()
    wanted = select(Product).where(col(Product.id).in_({row.product_id for row in rows}))
    products = {one.id: one for one in session.exec(wanted)}
    grown = select(Lot).where(col(Lot.id).in_({row.lot_id for row in rows}))
    lots = {one.id: one for one in session.exec(grown)}
    return [Read(row, products[row.product_id], lots[row.lot_id]) for row in rows]


def answer(
    session: Session, principal: Principal, public_id: str, words: str, now: datetime
) -> None:
    """Say something to it for everybody to read; said again, the newer words count.

    Raises:
        ReviewGone: no such review of the caller's goods is shown.
        NamesContact: the words lead to somebody.
    """
    if rules.names_contact(words):
        raise NamesContact
    review = _own(session, principal, public_id)
    review.answer, review.answered_at = words, now
    standing.outdate(session, review)
    deed = Deed(AuditAction.REVIEW_ANSWERED, f"review:{public_id}")
    audit.note(session, principal, deed, now)


def report(
    session: Session, principal: Principal, public_id: str, reason: Reason, now: datetime
) -> None:
    """Ask the market's keeper to look at it again, once; until then it stays.

    Raises:
        ReviewGone: no such review of the caller's goods is shown.
        AlreadyReported: it was asked before.
    """
    review = _own(session, principal, public_id)
    if review.reported_at is not None:
        raise AlreadyReported
    review.reported_for, review.reported_at = reason, now
    deed = Deed(AuditAction.REVIEW_REPORTED, f"review:{public_id}", {"reason": reason})
    audit.note(session, principal, deed, now)


def _own(session: Session, principal: Principal, public_id: str) -> Review:
    mine = scoped(select(Review), principal).where(
        Review.public_id == public_id, Review.state == ReviewState.SHOWN
    )
    review = session.exec(mine.with_for_update()).one_or_none()
    if review is None:
        raise ReviewGone
    return review
