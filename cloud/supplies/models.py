"""Tables of fertilisers and pesticides, and of lists that were read and do not count yet."""

from datetime import datetime
from typing import Literal

from fastapi import UploadFile
from pydantic import Field as BodyField
from sqlalchemy import Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, new_public_id


class Supply(SQLModel, table=True):
    """A product as its label says. One that left the list is still what an entry was made of."""

    __table_args__ = (UniqueConstraint("cooperative_id", "folded"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    folded: str = Field(max_length=160, description="its name without marks: one name, one row")
    name: str = Field(max_length=80)
    registration: str = Field(max_length=40, description="number under which it may be sold")
    ingredient: str = Field(max_length=120)
    dose: str = Field(max_length=60)
    phi_days: int | None = Field(default=None, description="days without harvest; None: untold")
    gone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SupplyList(SQLModel, table=True):
    """A file that was read and is looked at before it counts; gone after a day."""

    __tablename__ = "supply_list"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    found: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SupplyListForm(Body):
    """A file with the list."""

    act: Literal["read"]
    files: list[UploadFile] = BodyField(default=[], max_length=1)
