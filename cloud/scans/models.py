"""Tables of looks: no address, no account, no place finer than a province, one row a day.

A row lives for thirty days; after that its stamp has one row of counters.
"""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, new_public_id
from cloud.lines import Line


class Scan(SQLModel, table=True):
    """A stamp was looked at on a day by one visitor, told apart by a hash that changes daily."""

    __table_args__ = (UniqueConstraint("digest", "day", "visitor"),)

    id: int | None = Field(default=None, primary_key=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    digest: str = Field(description="of the serial")
    day: date = Field(index=True)
    visitor: str = Field(description="of the address and browser, salted with the day")
    member: bool = Field(description="someone of the cooperative; not counted as a buyer")
    province: str = Field(default="", max_length=8)
    device: str = Field(default="", max_length=32, description="system and family of the browser")


class ScanTotal(SQLModel, table=True):
    """What buyers' looks of a stamp that are older than thirty days add up to."""

    __tablename__ = "scan_total"

    digest: str = Field(primary_key=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    looks: int
    first_day: date
    days: int
    provinces: list[str] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    devices: list[str] = Field(sa_column=Column(JSON_TYPE, nullable=False))


class StampReport(SQLModel, table=True):
    """Somebody says that a stamp is false: where it was bought, and what is odd; no name."""

    __tablename__ = "stamp_report"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    digest: str
    place: str = Field(max_length=120)
    note: str = Field(max_length=300)
    at: datetime = Field(sa_type=UtcDateTime)


class ReportForm(Body):
    """Where somebody bought what they take for false, and why they do."""

    place: Annotated[Line, StringConstraints(min_length=2, max_length=120)]
    note: Annotated[Line, StringConstraints(max_length=300)] = ""
