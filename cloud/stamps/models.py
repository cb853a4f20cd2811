"""Tables of season keys and issuances; a stamp itself is a row nowhere."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict
from pydantic import Field as BodyField
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Whole
from traceability.sheet import MAX_LABELS

MAX_STAMPS: Final = MAX_LABELS
"""Of one issuance: one file that print shops still open."""


class IssuanceState(StrEnum):
    """Whether the stamps of an issuance may still be believed."""

    ACTIVE = "active"
    VOID = "void"


class SeasonKeyRow(SQLModel, table=True):
    """A season's master secret, sealed with the cloud's own key; `kid` is on every stamp."""

    __tablename__ = "season_key"

    kid: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    season: str = Field(unique=True)
    sealed: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Issuance(SQLModel, table=True):
    """A print run: its stamps are the serials of (id, 0 … quantity - 1) under the key `kid`.

    `host` is kept as it was printed, so that a reprint is the same file after the shop moved.
    """

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    kid: int = Field(foreign_key="season_key.kid")
    gtin: str = Field(max_length=14)
    host: str
    quantity: int
    state: IssuanceState = Field(sa_column=code_column(IssuanceState))
    issued_at: datetime = Field(sa_type=UtcDateTime)


class IssuanceCounter(SQLModel, table=True):
    """One row: the number of the newest print run.

    A number makes serials: given twice, it would print the same stamps twice. A backup that is put
    back therefore skips ahead (`cloud.stamps.service.skip_ahead`), which no id of a table can.
    """

    __tablename__ = "issuance_counter"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class IssueForm(Body):
    """How many stamps a person asks for."""

    quantity: Whole = BodyField(gt=0, le=MAX_STAMPS)


class IssueBody(IssueForm):
    """The same from a program, which sends a number."""

    model_config = ConfigDict(strict=True)


class IssuanceOut(BaseModel):
    """An issuance as programs read it; the first stamp shows where they lead."""

    id: str
    lot: str
    gtin: str
    quantity: int
    state: IssuanceState
    issued_at: datetime
    first_serial: str
    scan_url: str
    labels: str
