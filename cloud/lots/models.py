"""Tables of trade items and lots, and the bodies that speak of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as BodyField
from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id
from cloud.lines import Line

MAX_HARVEST_G: Final = 100_000_000
"""A hundred tonnes in one day from one zone is a typing error."""

Key = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{10,36}$")]
"""Made by whoever asks: however often a request arrives, it is carried out once."""
Reason = Annotated[Line, StringConstraints(min_length=3, max_length=200)]

ProductName = Annotated[str, StringConstraints(min_length=2, max_length=80, strip_whitespace=True)]


class TradeItem(SQLModel, table=True):
    """A product by name and the GTIN it is known under; internal where the shop has no prefix."""

    __tablename__ = "trade_item"
    __table_args__ = (UniqueConstraint("cooperative_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    name: str
    gtin: str | None = Field(default=None, unique=True, max_length=14)


class Lot(SQLModel, table=True):
    """One harvest of one zone; `evidence` is what was measured until then."""

    __table_args__ = (
        UniqueConstraint("cooperative_id", "code"),
        Index("ux_lot_key", "cooperative_id", "key", unique=True),
        Index("ix_lot_created", "created_at"),
        Index("ix_lot_recalled", "recalled_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    key: str | None = Field(default=None, max_length=36, description="one intention, one lot")
    zone_id: int = Field(foreign_key="zone.id", index=True)
    code: str = Field(max_length=20)
    product: str
    gtin: str = Field(max_length=14)
    harvested_on: date
    quantity_g: int = Field(sa_type=BigInteger)
    left_g: int = Field(sa_type=BigInteger, description="what nothing was made of yet")
    simulated: bool
    evidence: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)
    recalled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recall_reason: str = Field(default="", max_length=200)

    @property
    def recalled(self) -> bool:
        return self.recalled_at is not None

    @property
    def measured(self) -> "Evidence":
        return Evidence.model_validate(self.evidence)


class LotMoveReason(StrEnum):
    """Why a lot became lighter."""

    USED = "used"
    PACKED = "packed"
    LOST = "lost"


class LotMove(SQLModel, table=True):
    """Grams taken off a lot; never altered, and a lot's moves and what is left are its harvest."""

    __tablename__ = "lot_move"
    __table_args__ = (Index("ux_lot_move_key", "cooperative_id", "key", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    lot_id: int = Field(foreign_key="lot.id", index=True)
    key: str | None = Field(default=None, max_length=36)
    delta_g: int = Field(sa_type=BigInteger)
    reason: LotMoveReason = Field(sa_column=code_column(LotMoveReason))
    into_id: int | None = Field(default=None, foreign_key="lot.id", index=True)
    note: str = Field(default="", max_length=200)
    at: datetime = Field(sa_type=UtcDateTime)


class Evidence(BaseModel):
    """What the device wrote down while the lot grew; taken at harvest, never entered by hand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    litres: float
    doses: int
    moisture_mean: float | None = BodyField(description="m³/m³")
    days: int
    samples: int
    first_at: datetime | None
    last_at: datetime | None
    devices: tuple[str, ...]


class Harvest(Body):
    """What a person says at harvest."""

    zone: str = BodyField(max_length=20)
    product: ProductName
    quantity_g: int = BodyField(gt=0, le=MAX_HARVEST_G, strict=True)
    harvested_on: date | None = None
    gtin: str | None = BodyField(default=None, max_length=14)
    key: Key | None = None


class TransformBody(Body):
    """So much of a lot, and all that is left of others, becomes another lot."""

    take_g: int = BodyField(gt=0, le=MAX_HARVEST_G, strict=True)
    others: list[Annotated[str, StringConstraints(max_length=20)]] = BodyField(
        default=[], max_length=20
    )
    product: ProductName | None = None
    made_g: int = BodyField(gt=0, le=MAX_HARVEST_G, strict=True)
    key: Key


class LoseForm(Body):
    """So much is gone, and why."""

    grams: int = BodyField(gt=0, le=MAX_HARVEST_G)
    reason: Reason
    key: Key


class RecallForm(Body):
    """Why nobody should eat this any more; buyers read it."""

    reason: Reason


class LotOut(BaseModel):
    """A lot as programs read it."""

    id: str
    code: str
    zone: str
    product: str
    gtin: str
    harvested_on: date
    quantity_g: int
    left_g: int
    simulated: bool
    created_at: datetime
    recalled_at: datetime | None
    evidence: Evidence
