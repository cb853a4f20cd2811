"""Tables of what people write into the diary."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import UtcDateTime, code_column, new_public_id


class Work(StrEnum):
    """What was done; the kinds that the diary of VietGAP (TCVN 11892-1:2017) asks for.

    Harvests are lots; watering by a device writes itself.
    """

    FEED = "feed"
    SPRAY = "spray"
    PRUNE = "prune"
    PLANT = "plant"
    WATER = "water"
    PEST = "pest"
    CLEAN = "clean"
    OTHER = "other"


WITH_INPUTS = frozenset({Work.FEED, Work.SPRAY})
"""Kinds of work that put something on the plants."""


class DiaryEntry(SQLModel, table=True):
    """One thing somebody did in one zone on one day.

    A correction is another row that names the one it takes the place of; `struck` says that
    nothing does.
    """

    __tablename__ = "diary_entry"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_diary_entry_day", "cooperative_id", "day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    zone_id: int = Field(foreign_key="zone.id", index=True)
    key: str = Field(max_length=36, description="made by the telephone: one intention, one row")
    work: Work = Field(sa_column=code_column(Work))
    day: date
    note: str = Field(max_length=200)
    account_id: int = Field(foreign_key="account.id")
    written_by_id: int = Field(foreign_key="account.id", description="a helper's, or the same")
    created_at: datetime = Field(sa_type=UtcDateTime)
    corrects_id: int | None = Field(default=None, foreign_key="diary_entry.id", unique=True)
    struck: bool = False


class DiaryPhoto(SQLModel, table=True):
    """A photo in an entry; a correction shows the same ones."""

    __tablename__ = "diary_photo"

    entry_id: int = Field(primary_key=True, foreign_key="diary_entry.id")
    position: int = Field(primary_key=True)
    photo_id: int = Field(foreign_key="photo.id", index=True)


class DiaryVoice(SQLModel, table=True):
    """What was said to an entry; a correction has it too."""

    __tablename__ = "diary_voice"

    entry_id: int = Field(
        primary_key=True, foreign_key="diary_entry.id", sa_column_kwargs={"autoincrement": False}
    )
    recording_id: int = Field(foreign_key="recording.id", index=True)


class DiaryInput(SQLModel, table=True):
    """What was put on the plants in an entry, and for how many days nobody harvests after it."""

    __tablename__ = "diary_input"

    entry_id: int = Field(
        primary_key=True, foreign_key="diary_entry.id", sa_column_kwargs={"autoincrement": False}
    )
    product: str = Field(max_length=80)
    registration: str = Field(max_length=40, description="number under which it may be sold")
    dose: str = Field(max_length=60)
    phi_days: int | None = None
    ingredient: str = Field(
        default="",
        max_length=120,
        sa_column_kwargs={"server_default": ""},
        description="what works in it, as the cooperative's list had it then",
    )
