"""Tables of trade items and lots, and the bodies that speak of them."""

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as BodyField
from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, new_public_id

MAX_HARVEST_G: Final = 100_000_000
"""A hundred tonnes in one day from one zone is a typing error."""

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

    __table_args__ = (UniqueConstraint("cooperative_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    zone_id: int = Field(foreign_key="zone.id", index=True)
    code: str = Field(max_length=20)
    product: str
    gtin: str = Field(max_length=14)
    harvested_on: date
    quantity_g: int = Field(sa_type=BigInteger)
    simulated: bool
    evidence: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def measured(self) -> "Evidence":
        return Evidence.model_validate(self.evidence)


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


class LotOut(BaseModel):
    """A lot as programs read it."""

    id: str
    code: str
    zone: str
    product: str
    gtin: str
    harvested_on: date
    quantity_g: int
    simulated: bool
    created_at: datetime
    evidence: Evidence
