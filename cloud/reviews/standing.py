"""Which reviews stand on a product's page, and the two counters that lists read instead of them.

`product.review_count` and `product.review_stars` are the sums over what is shown: they change in
the transaction that shows or hides a review, and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud.lots.models import Lot
from cloud.products import window
from cloud.products.models import Product
from cloud.reviews import rules
from cloud.reviews.errors import WrongState
from cloud.reviews.models import Review, ReviewState
from cloud.reviews.rules import Step

FEW: Final = 5
"""On the product's own page."""
MANY: Final = 20
"""On a page of nothing else."""


@dataclass(frozen=True)
class Said:
    """A review as everybody reads it, with the lot that its buyer got."""

    review: Review
    lot: Lot


@dataclass(frozen=True)
class Shown:
    """The newest reviews of a product; `onward` is the last of them, if there are more."""

    rows: Sequence[Said] = ()
    onward: str | None = None


def shown(session: Session, product: Product, size: int, before: str | None = None) -> Shown:
    """Reviews of a product, newest first, behind the one whose id is `before`."""
    if not product.review_count:
        return Shown()
    asked = (
        select(Review, Lot)
        .join(Lot, col(Lot.id) == col(Review.lot_id))
        .where(Review.product_id == product.id, Review.state == ReviewState.SHOWN)
        .order_by(col(Review.id).desc())
        .limit(size + 1)
    )
    if before is not None:
        last = select(Review.id).where(Review.public_id == before).scalar_subquery()
        asked = asked.where(col(Review.id) < last)
    found = [Said(*row) for row in session.exec(asked)]
    rows = found[:size]
    return Shown(rows, rows[-1].review.public_id if len(found) > size else None)


def step(session: Session, review: Review, taken: Step, now: datetime) -> None:
    """Take a review, which the caller holds locked, one step on.

    Raises:
        WrongState: the step does not begin where the review is.
    """
    state = rules.after(review.state, taken)
    if state is None:
        raise WrongState
    before, review.state = review.state, state
    if state is not before:
        review.since = now
    _count(session, review, (state is ReviewState.SHOWN) - (before is ReviewState.SHOWN))


def drop(session: Session, review: Review) -> None:
    """For good, with its stars."""
    _count(session, review, -(review.state is ReviewState.SHOWN))
    session.delete(review)
    session.flush()


def outdate(session: Session, review: Review) -> None:
    """Pages that show it are old."""
    if review.state is ReviewState.SHOWN:
        window.outdate(session, [session.get_one(Product, review.product_id)])


def _count(session: Session, review: Review, more: int) -> None:
    session.flush()
    if not more:
        return
    product = session.get_one(Product, review.product_id)
    session.exec(
        sa.update(Product)
        .where(col(Product.id) == review.product_id)
        .values(
            review_count=col(Product.review_count) + more,
            review_stars=col(Product.review_stars) + more * review.stars,
        )
    )
    window.outdate(session, [product])


def locked(session: Session, *conditions: sa.ColumnElement[bool]) -> Sequence[Review]:
    """Reviews in the order of their products: two that take several wait, and never cross."""
    asked = select(Review).where(*conditions).order_by(col(Review.product_id), col(Review.id))
    again = asked.with_for_update().execution_options(populate_existing=True)
    return session.exec(again).all()
