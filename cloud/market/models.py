"""Tables of a market's duties: complaints of buyers, and what was taken down and why."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, new_public_id
from cloud.lines import Line


class Complaint(SQLModel, table=True):
    """What somebody has against a product; names nobody, who wrote it keeps the link.

    Words and answer are empty once they are forgotten.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    product_id: int = Field(foreign_key="product.id", index=True)
    words: str
    at: datetime = Field(sa_type=UtcDateTime)
    answer: str = Field(default="", sa_column_kwargs={"server_default": ""})
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TakeDown(SQLModel, table=True):
    """A product that the market's keeper took down for good; never altered."""

    __tablename__ = "take_down"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    product_id: int = Field(foreign_key="product.id", unique=True)
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)


class Bell(SQLModel, table=True):
    """That a member wants to hear of orders, and up to where they have been told."""

    __tablename__ = "sales_bell"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    cooperative_id: int = Field(primary_key=True, foreign_key="cooperative.id", index=True)
    letter_upto: int = Field(description="news of the shop's desk")
    complaint_upto: int
    due_at: datetime = Field(sa_type=UtcDateTime, description="before that nothing is sent")
    tries: int = 0


Words = Annotated[Line, StringConstraints(min_length=10, max_length=1_000)]


class ComplaintForm(Body):
    """What a buyer has to say."""

    words: Words


class BellForm(Body):
    """Whether to be told."""

    ring: Literal["yes", "no"]


class AnswerForm(Body):
    """What the cooperative says to it."""

    answer: Annotated[Line, StringConstraints(min_length=3, max_length=1_000)]
