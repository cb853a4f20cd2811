"""Tables of events, of the things they name, of what was captured, and of what is told."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from cloud.db import UtcDateTime, new_public_id


class Part(StrEnum):
    """What a thing is to an event; the queries of the standard ask for it by these."""

    THING = "thing"
    PARENT = "parent"
    INPUT = "input"
    OUTPUT = "output"
    CLASS = "class"
    INPUT_CLASS = "input_class"
    OUTPUT_CLASS = "output_class"


class EpcisEvent(SQLModel, table=True):
    """One event; never altered. `body` is JSON as it came in, the other columns are its index.

    The numbers of a cooperative's events grow in the order in which they were committed.
    """

    __tablename__ = "epcis_event"
    __table_args__ = (
        Index("ux_epcis_event_name", "cooperative_id", "event_id", "declared", unique=True),
        Index("ux_epcis_event_source", "cooperative_id", "source", unique=True),
        Index("ix_epcis_event_hash", "cooperative_id", "hash"),
        Index("ix_epcis_event_time", "cooperative_id", "event_ms", "id"),
        Index("ix_epcis_event_number", "cooperative_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    event_id: str = Field(description="its own, else its hash")
    hash: str
    declared: bool = Field(description="it says that the event of the same name was wrong")
    source: str | None = Field(default=None, description="the fact of ours that it tells")
    event_type: str
    event_ms: int = Field(sa_type=BigInteger)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    action: str | None = None
    biz_step: str | None = None
    disposition: str | None = None
    read_point: str | None = None
    biz_location: str | None = None
    transformation_id: str | None = None
    body: str = Field(sa_type=Text)


class EpcisThing(SQLModel, table=True):
    """That an event names a thing, by its canonical link."""

    __tablename__ = "epcis_thing"
    __table_args__ = {"sqlite_with_rowid": False}

    cooperative_id: int = Field(primary_key=True, foreign_key="cooperative.id")
    thing: str = Field(primary_key=True)
    part: str = Field(primary_key=True, max_length=16, description="a value of `Part`")
    event_id: int = Field(primary_key=True, foreign_key="epcis_event.id")


class EpcisCapture(SQLModel, table=True):
    """A document that was taken whole."""

    __tablename__ = "epcis_capture"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    events: int = Field(description="how many were new; the others were known already")
    at: datetime = Field(sa_type=UtcDateTime)


class EpcisMark(SQLModel, table=True):
    """Up to which moment all of a kind of our own rows is told, or set aside."""

    __tablename__ = "epcis_mark"

    kind: str = Field(primary_key=True, max_length=16)
    upto: datetime = Field(sa_type=UtcDateTime)


class EpcisAside(SQLModel, table=True):
    """A row of ours of which no event can be made; tried again each night."""

    __tablename__ = "epcis_aside"

    cooperative_id: int = Field(primary_key=True, foreign_key="cooperative.id")
    source: str = Field(primary_key=True, max_length=40)
    reason: str = Field(max_length=300)
    at: datetime = Field(sa_type=UtcDateTime)
