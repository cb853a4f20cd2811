"""The table of who has learnt what, and the form of the one question."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlalchemy import BigInteger
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


class TrainingTotal(SQLModel, table=True):
    """How a lesson went for all of a cooperative who finished it; of whom is not kept."""

    __tablename__ = "training_total"

    cooperative_id: int = Field(
        primary_key=True, foreign_key="cooperative.id", sa_column_kwargs={"autoincrement": False}
    )
    lesson: str = Field(primary_key=True, max_length=32)
    finished: int = 0
    seconds: int = Field(default=0, sa_type=BigInteger)
    wrong: int = Field(default=0, description="wrong answers, and taps that were refused")
    calls: int = Field(default=0, description="how often somebody asked how a step goes")


class LessonForm(Body):
    """Which lesson the learner wants to do next."""

    lesson: Lesson


class DryForm(Body):
    """Which zone the learner takes for the dry one."""

    zone: str = Bounded(max_length=20)
