"""The table of codes that a person shows to their helper, and the forms around them."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field as Bounded
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column


class Lasts(StrEnum):
    """How long somebody lets another help them."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"


class HelpCode(SQLModel, table=True):
    """A code on somebody's telephone; typed by a helper of the same cooperative it is gone."""

    __tablename__ = "help_code"
    __table_args__ = (UniqueConstraint("cooperative_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    farm_id: int | None = Field(
        default=None, foreign_key="farm.id", description="the one farm their card opens"
    )
    code: str = Field(description="opens nothing without a helper's own login")
    lasts: Lasts = Field(sa_column=code_column(Lasts))
    expires_at: datetime = Field(sa_type=UtcDateTime)


class HelpForm(Body):
    """For how long."""

    lasts: Lasts


class HelpCodeForm(Body):
    """What the helper reads on the other telephone."""

    code: str = Bounded(max_length=12)
