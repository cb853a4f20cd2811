"""Tables of reviews, and what buyers and shops send of them; no review says who wrote it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line, Whole


class ReviewState(StrEnum):
    """Who sees a review; see `cloud.reviews.rules` for the ways between."""

    WAITING = "waiting"
    SHOWN = "shown"
    REFUSED = "refused"
    RETURNED = "returned"


class Reason(StrEnum):
    """Why a review is refused; that it praises too little is none."""

    CONTACT = "contact"
    PRIVATE = "private"
    INSULT = "insult"
    UNRELATED = "unrelated"
    NOT_BOUGHT = "not_bought"
    UNLAWFUL = "unlawful"


class Part(StrEnum):
    """What is refused: what the buyer wrote, or what the shop answered."""

    REVIEW = "review"
    ANSWER = "answer"


class Review(SQLModel, table=True):
    """What the buyer of an order says of one product of it.

    Words and answer are empty once they are forgotten.
    """

    __table_args__ = (
        UniqueConstraint("order_id", "product_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="ck_review_stars"),
        Index("ix_review_product_id", "product_id", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    product_id: int = Field(foreign_key="product.id")
    order_id: int = Field(foreign_key="orders.id")
    lot_id: int = Field(foreign_key="lot.id", description="what was in the packs")
    stars: int
    words: str
    written_at: datetime = Field(sa_type=UtcDateTime)
    state: ReviewState = Field(default=ReviewState.WAITING, sa_column=code_column(ReviewState))
    since: datetime = Field(sa_type=UtcDateTime, description="when it came into its state")
    refused_for: Reason | None = Field(default=None, sa_column=code_column(Reason, nullable=True))
    judged_by: str = Field(default="", description="name of the person who read it")
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_for: Reason | None = Field(
        default=None,
        sa_column=code_column(Reason, nullable=True),
        description="what the shop has against it, until somebody has looked",
    )
    reported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Refusal(SQLModel, table=True):
    """That a review or an answer was refused; never altered, and without a word of it."""

    __tablename__ = "review_refusal"

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    product_id: int = Field(foreign_key="product.id", index=True)
    part: Part = Field(sa_column=code_column(Part))
    reason: Reason = Field(sa_column=code_column(Reason))
    was_shown: bool
    at: datetime = Field(sa_type=UtcDateTime)


ProductId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]


class ReviewForm(Body):
    """What a buyer says of one product of an order."""

    product: ProductId
    stars: Whole = Field(ge=1, le=5)
    words: Line = Field(default="", max_length=500)


class WithdrawForm(Body):
    """Of which product the buyer takes back what was said."""

    product: ProductId


class ReplyForm(Body):
    """What the shop says to it, for everybody to read."""

    answer: Line = Field(min_length=3, max_length=500)


class ObjectionForm(Body):
    """What the shop has against it."""

    reason: Reason
