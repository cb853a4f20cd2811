"""The table of who has learnt what, and the form of the one question."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column
from cloud.practice.rules import Lesson


class Training(SQLModel, table=True):
    """A lesson that somebody has finished; a row of their cooperative's and commune's report."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    helper_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, description="who sat beside them"
    )
    lesson: Lesson = Field(sa_column=code_column(Lesson))
    done_at: datetime = Field(sa_type=UtcDateTime)


class DryForm(Body):
    """Which zone the learner takes for the dry one."""

    zone: str = Bounded(max_length=20)
