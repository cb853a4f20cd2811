"""What buyers do with their reviews; that somebody is the buyer the caller knows."""

from datetime import datetime

from sqlmodel import Session, col, select

from cloud.reviews import rules, standing
from cloud.reviews.errors import AlreadyShown, NamesContact, NotOpen, ReviewGone
from cloud.reviews.models import Review, ReviewForm
from cloud.reviews.rules import Purchase, Step


def write(session: Session, purchase: Purchase, form: ReviewForm, now: datetime) -> None:
    """Write a review, or write it anew while nobody else reads it; the caller holds the order.

    Raises:
        NotOpen: the goods are not with the buyer, or have been for too long.
        NamesContact: its words lead to somebody.
        AlreadyShown: it is read by everybody.
    """
    if not rules.may_write(purchase, now):
        raise NotOpen
    if rules.names_contact(form.words):
        raise NamesContact
    review = _one(session, purchase.order_id, purchase.product_id)
    if review is None:
        session.add(
            Review(
                cooperative_id=purchase.cooperative_id,
                product_id=purchase.product_id,
                order_id=purchase.order_id,
                lot_id=purchase.lot_id,
                stars=form.stars,
                words=form.words,
                written_at=now,
                since=now,
            )
        )
        session.flush()
        return
    if rules.after(review.state, Step.REWRITE) is None:
        raise AlreadyShown
    standing.step(session, review, Step.REWRITE, now)
    review.stars, review.words, review.written_at = form.stars, form.words, now
    review.refused_for, review.judged_by = None, ""
    review.answer, review.answered_at = "", None
    review.reported_for, review.reported_at = None, None


def withdraw(session: Session, order_id: int, product_id: int) -> None:
    """A buyer takes back what was said, whatever has become of it.

    Raises:
        ReviewGone: nothing was said.
    """
    review = _one(session, order_id, product_id)
    if review is None:
        raise ReviewGone
    standing.drop(session, review)


def of_order(session: Session, order_id: int) -> dict[int, Review]:
    """Reviews by the products they are of."""
    found = session.exec(select(Review).where(Review.order_id == order_id))
    return {review.product_id: review for review in found}


def came_back(session: Session, order_id: int, now: datetime) -> None:
    """The goods of an order are with the shop again: what was said of them is not shown."""
    for review in standing.locked(session, col(Review.order_id) == order_id):
        standing.step(session, review, Step.RETURN, now)


def _one(session: Session, order_id: int, product_id: int) -> Review | None:
    mine = (col(Review.order_id) == order_id, col(Review.product_id) == product_id)
    return next(iter(standing.locked(session, *mine)), None)
