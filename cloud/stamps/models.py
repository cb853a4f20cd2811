"""Tables of season keys, issuances and sheets; a stamp itself is a row nowhere."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as BodyField
from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line, Whole
from cloud.lots.models import Key, Reason
from cloud.stamps.rules import Status
from traceability.sheet import MAX_LABELS

MAX_STAMPS: Final = MAX_LABELS
"""Of one issuance: one file that print shops still open."""


class IssuanceState(StrEnum):
    """Whether the stamps of an issuance may still be believed."""

    ACTIVE = "active"
    VOID = "void"


class Kind(StrEnum):
    """What the code holds: a serial, or a signature that verifies without a network."""

    UNIT = "unit"
    SEALED = "sealed"


class SheetState(StrEnum):
    """How far a file for the printer is."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class SeasonKeyRow(SQLModel, table=True):
    """A season's master secret, sealed with the cloud's own key; `kid` is on every stamp."""

    __tablename__ = "season_key"

    kid: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    season: str = Field(unique=True)
    sealed: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Issuance(SQLModel, table=True):
    """A print run: its stamps are the serials of (id, 0 … quantity - 1) under the key `kid`.

    `host` and `producer` are kept as they were printed, so that a reprint is the same file after
    the shop moved. The first `activated` stamps are on goods; the others may lie anywhere.
    """

    __table_args__ = (
        Index("ux_issuance_key", "cooperative_id", "key", unique=True),
        Index("ix_issuance_issued", "issued_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    key: str | None = Field(default=None, max_length=36, description="one intention, one run")
    kid: int = Field(foreign_key="season_key.kid")
    kind: Kind = Field(sa_column=code_column(Kind))
    gtin: str = Field(max_length=14)
    host: str
    producer: str
    quantity: int
    activated: int
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


class StampVoid(SQLModel, table=True):
    """Stamps `first` to `last` of a run that nobody should believe, and why; never taken back."""

    __tablename__ = "stamp_void"

    id: int | None = Field(default=None, primary_key=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    first: int
    last: int
    reason: str = Field(max_length=200)
    at: datetime = Field(sa_type=UtcDateTime)


class StampSheet(SQLModel, table=True):
    """A file for the printer that somebody asked for; made beside the pages, kept for a week."""

    __tablename__ = "stamp_sheet"
    __table_args__ = (Index("ix_stamp_sheet_state", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    paper: str = Field(max_length=20)
    language: str = Field(max_length=2)
    state: SheetState = Field(sa_column=code_column(SheetState))
    done: int = 0
    turn: str = Field(default="", description="whose work counts; another one takes a new turn")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)


Which = Annotated[Line, StringConstraints(max_length=40)]
"""A stamp by its number in the run, or as its serial stands on it."""
Paper = Literal["a4-65", "a4-40", "roll-40x25", "roll-50x30"]


class IssueForm(Body):
    """How many stamps of which kind a person asks for."""

    quantity: Whole = BodyField(gt=0, le=MAX_STAMPS)
    kind: Literal["unit", "sealed"] = "unit"
    key: Key


class IssueBody(Body):
    """The same from a program, which sends a number."""

    model_config = ConfigDict(strict=True)

    quantity: int = BodyField(gt=0, le=MAX_STAMPS)
    kind: Literal["unit", "sealed"] = "unit"
    key: Key | None = None


class ActivateForm(Body):
    """Up to which stamp of the run they are on goods; all of them where nothing is said."""

    act: Literal["activate"]
    upto: Which = ""


class VoidForm(Body):
    """Which stamps, all where nothing is said, and why."""

    first: Which = ""
    last: Which = ""
    reason: Reason


class SheetForm(Body):
    """On which paper, in which language."""

    paper: Paper
    language: Literal["vi", "en"] = "vi"


class IssuanceOut(BaseModel):
    """An issuance as programs read it; the first stamp shows where they lead."""

    id: str
    lot: str
    gtin: str
    kind: Kind
    quantity: int
    activated: int
    state: IssuanceState
    status: Status
    issued_at: datetime
    first_serial: str
    scan_url: str
    labels: str
