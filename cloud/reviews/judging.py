"""The market's keeper reads reviews and shows or refuses them; every refusal is told, with why.

Neither the shop nor its cooperative decides: whoever could drop bad reviews would make all lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.lots.models import Lot
from cloud.products.models import Product, Shop
from cloud.products.verifying import Judge
from cloud.reviews import rules, standing
from cloud.reviews.errors import ReviewGone
from cloud.reviews.models import Part, Reason, Refusal, Review, ReviewState
from cloud.reviews.rules import Step

TOLD: Final = 200
"""Rows of the public log, the newest."""


@dataclass(frozen=True)
class Case:
    """A review with what it is about."""

    review: Review
    product: str
    lot: str


@dataclass(frozen=True)
class Refused:
    """A line of the public log."""

    row: Refusal
    product: str
    shop: str


def waiting(session: Session) -> Sequence[Case]:
    """What nobody has read, and what a shop has something against; the oldest first."""
    open_ = sa.or_(
        col(Review.state) == ReviewState.WAITING,
        sa.and_(col(Review.state) == ReviewState.SHOWN, col(Review.reported_for).is_not(None)),
    )
    return _cases(session, open_)


def case(session: Session, public_id: str) -> Case:
    found = _cases(session, col(Review.public_id) == public_id)
    if not found:
        raise ReviewGone
    return found[0]


def publish(session: Session, public_id: str, judge: Judge) -> None:
    """Show it to everybody; of one that was reported: it stays.

    Raises:
        ReviewGone: there is none.
        WrongState: it was refused, or its goods came back.
    """
    review = _locked(session, public_id)
    standing.step(session, review, Step.PUBLISH, judge.now)
    review.reported_for = None
    _note(session, review, judge, {"done": "published"})


def refuse(session: Session, public_id: str, part: Part, reason: Reason, judge: Judge) -> None:
    """Hide a review for good, or empty the answer to it, and tell everybody why.

    Raises:
        ReviewGone: there is none, or no answer.
        WrongState: it was refused before, or its goods came back.
    """
    review = _locked(session, public_id)
    was_shown = review.state is ReviewState.SHOWN
    if part is Part.ANSWER:
        if not review.answer:
            raise ReviewGone
        review.answer, review.answered_at = "", None
        standing.outdate(session, review)
    else:
        standing.step(session, review, Step.REFUSE, judge.now)
        review.refused_for, review.reported_for = reason, None
    session.add(
        Refusal(
            cooperative_id=review.cooperative_id,
            product_id=review.product_id,
            part=part,
            reason=reason,
            was_shown=was_shown,
            at=judge.now,
        )
    )
    _note(session, review, judge, {"done": "refused", "part": part, "reason": reason})


def log(session: Session) -> Sequence[Refused]:
    """The public log, the newest first."""
    rows = session.exec(
        select(Refusal, Product.name, Shop.name)
        .join(Product, col(Product.id) == col(Refusal.product_id))
        .join(Shop, col(Shop.id) == col(Product.shop_id))
        .order_by(col(Refusal.id).desc())
        .limit(TOLD)
    )
    return [Refused(*row) for row in rows]


def forget_hidden(session: Session, now: datetime) -> None:
    """A chore of each night: words that nobody may read any more, and the answers to them."""
    session.exec(
        sa.update(Review)
        .where(
            col(Review.state).in_((ReviewState.REFUSED, ReviewState.RETURNED)),
            col(Review.since) <= now - rules.WORDS_KEPT,
            sa.or_(col(Review.words) != "", col(Review.answer) != ""),
        )
        .values(words="", answer="")
    )


def _cases(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[Case]:
    rows = session.exec(
        select(Review, Product.name, Lot.code)
        .join(Product, col(Product.id) == col(Review.product_id))
        .join(Lot, col(Lot.id) == col(Review.lot_id))
        .where(condition)
        .order_by(col(Review.id))
    )
    return [Case(*row) for row in rows]


def _locked(session: Session, public_id: str) -> Review:
    found = standing.locked(session, col(Review.public_id) == public_id)
    if not found:
        raise ReviewGone
    return found[0]


def _note(session: Session, review: Review, judge: Judge, done: dict[str, str]) -> None:
    review.judged_by = judge.name
    deed = Deed(
        AuditAction.REVIEW_JUDGED, f"review:{review.public_id}", {"by": judge.name, **done}
    )
    audit.append(session, review.cooperative_id, None, deed, judge.now)
