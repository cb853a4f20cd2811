"""Tables of shops, products and stock; packs are counted, mass is grams, money đồng."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded
from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line


class ProductState(StrEnum):
    """Where a product is between idea and shelf; see `cloud.products.rules`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    PAUSED = "paused"
    ARCHIVED = "archived"


class MoveReason(StrEnum):
    """Why the number of packs on hand changed."""

    HARVEST = "harvest"
    SALE = "sale"


class HoldState(StrEnum):
    """What became of packs set aside for an order."""

    OPEN = "open"
    SHIPPED = "shipped"
    RELEASED = "released"


class Shop(SQLModel, table=True):
    """A cooperative's stall, and the bank account buyers pay into directly."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", unique=True)
    name: str
    bank_name: str
    bank_bin: str = Field(description="six digits by which NAPAS knows the bank")
    bank_account: str
    bank_holder: str
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Product(SQLModel, table=True):
    """Something offered to buyers, grown in one lot."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    lot_id: int = Field(foreign_key="lot.id", index=True)
    name: str
    folded: str = Field(description="name and stall without marks, for the search")
    description_vi: str
    description_en: str
    origin: str
    simulated: bool
    state: ProductState = Field(sa_column=code_column(ProductState))
    created_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Variant(SQLModel, table=True):
    """A pack of a product and its price."""

    __table_args__ = (
        CheckConstraint("mass_g > 0", name="ck_variant_mass"),
        CheckConstraint("price > 0", name="ck_variant_price"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    pack_name: str
    mass_g: int = Field(sa_type=BigInteger)
    price: int = Field(sa_type=BigInteger, description="đồng for one pack")


class StockMove(SQLModel, table=True):
    """A change of the packs on hand; never altered, `source` happens once."""

    __tablename__ = "stock_move"

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    variant_id: int = Field(foreign_key="variant.id", index=True)
    delta: int = Field(sa_type=BigInteger)
    reason: MoveReason = Field(sa_column=code_column(MoveReason))
    source: str = Field(unique=True, description="what caused it, as «lot:…» or «order:…»")
    at: datetime = Field(sa_type=UtcDateTime)


class Stock(SQLModel, table=True):
    """The counters of one pack: the sum of its moves, and of its open holds."""

    __table_args__ = (
        CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
        CheckConstraint("reserved <= on_hand", name="ck_stock_on_hand"),
    )

    variant_id: int = Field(primary_key=True, foreign_key="variant.id")
    on_hand: int = Field(sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)


class Hold(SQLModel, table=True):
    """Packs set aside for one line of an order."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    variant_id: int = Field(foreign_key="variant.id", index=True)
    quantity: int = Field(sa_type=BigInteger)
    state: HoldState = Field(sa_column=code_column(HoldState))
    source: str = Field(unique=True, description="the line it is for, as «order:…:1»")
    changed_at: datetime = Field(sa_type=UtcDateTime)


Name = Annotated[Line, StringConstraints(min_length=2, max_length=80)]
"""Counted after what the eye does not see is gone."""
Story = Annotated[Line, StringConstraints(max_length=2_000)]


class ProductRequest(Body):
    """What puts a lot on the shelf."""

    model_config = ConfigDict(strict=True, frozen=True)

    lot: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
    name: Name
    pack_mass_g: Annotated[int, Bounded(ge=10, le=1_000_000)]
    price: Annotated[int, Bounded(ge=1_000, le=1_000_000_000)]
    description_vi: Story = ""
    description_en: Story = ""
    publish: bool = False


class ProductOut(BaseModel):
    """A product as programs read it."""

    id: str
    name: str
    shop: str
    state: ProductState
    pack: str
    pack_mass_g: int
    price: int
    price_per_kg: int
    left: int
    origin: str
    lot: str
    harvested_on: date
    litres_measured: float
    simulated: bool
    url: str
