"""Tables of shops, products and stock; packs are counted, mass is grams, money đồng."""

from datetime import date, datetime
from enum import StrEnum
from typing import cast

import sqlalchemy as sa
from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.addresses.models import Located
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id
from cloud.products.kinds import Kind, Scheme, usual_vat
from cloud.products.stars import tenths
from cloud.tax.vat import Vat


def _text(description: str) -> str:
    """A text that may be empty, and is where the row is older than its column."""
    column = {"server_default": ""}
    return cast("str", Field(default="", description=description, sa_column_kwargs=column))


def _sum(description: str) -> int:
    """A counter that begins at nothing, also where the row is older than its column."""
    column = {"server_default": "0"}
    return cast("int", Field(default=0, description=description, sa_column_kwargs=column))


def _count(description: str) -> int:
    """The same for packs, of which there may be very many."""
    column = {"server_default": "0"}
    return cast(
        "int",
        Field(default=0, sa_type=BigInteger, description=description, sa_column_kwargs=column),
    )


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
    CORRECTION = "correction"


class PauseCause(StrEnum):
    """Why a product that was approved is not sold for a while."""

    PERSON = "person"
    CERTIFICATE = "certificate"
    WINDOW = "window"
    SHOP = "shop"


class HoldState(StrEnum):
    """What became of packs set aside for an order."""

    OPEN = "open"
    SHIPPED = "shipped"
    RELEASED = "released"
    AHEAD = "ahead"
    """Nothing is set aside yet: they are promised of a harvest to come."""


class Shop(Located, table=True):
    """A cooperative's stall, and the bank account buyers pay into directly.

    An account counts once it is verified with the rest; until then buyers pay into the one before.
    """

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
    registration: str = _text("number under which the cooperative is registered, or pays taxes")
    address: str = _text("where it can be found")
    representative: str = _text("who speaks for it")
    verified_by: str = _text("who looked the papers up")
    refused_reason: str = _text("why they were not taken")
    tax_code: str = _text("under which it issues invoices; its check digit is right")
    next_bin: str = _text("of the account that is to be verified; empty: none waits")
    next_bank: str = _text("the name of its bank")
    next_account: str = _text("its number")
    next_holder: str = _text("whose it is")


class ShopCertificate(SQLModel, table=True):
    """A paper that somebody else gave the shop; shown once it is verified, until it expires."""

    __tablename__ = "shop_certificate"
    __table_args__ = (
        CheckConstraint(
            "(scheme = 'ocop') = (stars IS NOT NULL) AND (stars IS NULL OR stars BETWEEN 3 AND 5)",
            name="ck_shop_certificate_stars",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    shop_id: int = Field(foreign_key="shop.id", index=True)
    scheme: Scheme = Field(sa_column=code_column(Scheme))
    stars: int | None = Field(default=None, description="of OCOP: 3 to 5")
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None = Field(default=None, description="the last day; None: no end")
    picture_id: int | None = Field(default=None, foreign_key="picture.id")
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_by: str = ""
    refused_reason: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ProductClaim(SQLModel, table=True):
    """That a product says it has a certificate."""

    __tablename__ = "product_claim"

    product_id: int = Field(primary_key=True, foreign_key="product.id")
    shop_certificate_id: int = Field(primary_key=True, foreign_key="shop_certificate.id")
    cooperative_id: int = Field(foreign_key="cooperative.id")


class Product(SQLModel, table=True):
    """Something offered to buyers; `lot_id` is the lot whose packs are sold next.

    `version` grows whenever what was approved is changed; `kind` is empty until it is chosen.
    """

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
    kind: Kind | None = Field(default=None, sa_column=code_column(Kind, nullable=True))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    rejected_reason: str = _text("what has to be mended before it is approved")
    paused_for: PauseCause | None = Field(
        default=None, sa_column=code_column(PauseCause, nullable=True)
    )
    shelf_life_days: int | None = Field(default=None, description="from the harvest on")
    ingredients: str = _text("as on the label, the most first")
    storage: str = _text("how it is kept")
    instructions: str = _text("how it is used")
    warnings: str = _text("what has to be minded")
    vat: Vat | None = Field(
        default=None,
        sa_column=code_column(Vat, nullable=True),
        description="the tax in its prices; None: as is usual for its kind",
    )
    review_count: int = _sum("of the reviews that are shown")
    review_stars: int = _sum("of their stars; see `cloud.reviews.standing`")

    def vat_on(self, day: date) -> Vat:
        """The tax in its prices on this day."""
        return self.vat or usual_vat(self.kind, day)

    @property
    def review_tenths(self) -> int:
        return tenths(self.review_stars, self.review_count)


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
    retired_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="no longer offered; orders still name it"
    )


class PriceTier(SQLModel, table=True):
    """Cheaper from so many packs on."""

    __tablename__ = "price_tier"
    __table_args__ = (
        UniqueConstraint("variant_id", "min_quantity"),
        CheckConstraint("min_quantity > 1", name="ck_price_tier_quantity"),
        CheckConstraint("price > 0", name="ck_price_tier_price"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    variant_id: int = Field(foreign_key="variant.id")
    min_quantity: int = Field(sa_type=BigInteger)
    price: int = Field(sa_type=BigInteger, description="đồng for one pack")


class ProductPhoto(SQLModel, table=True):
    """A picture that a product shows; the one with the lowest position is its cover."""

    __tablename__ = "product_photo"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    picture_id: int = Field(foreign_key="picture.id", index=True)
    position: int


class SaleWindow(SQLModel, table=True):
    """Days on which a product is sold, both included; a product without windows is sold always.

    It may sell packs before they are harvested: `ahead` places of one pack, as many as are still
    to come, of which `taken` wait. See `cloud.products.ahead`.
    """

    __tablename__ = "sale_window"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="ck_sale_window_days"),
        CheckConstraint("taken >= 0 AND taken <= ahead", name="ck_sale_window_taken"),
        CheckConstraint(
            "ahead = 0 OR (variant_id IS NOT NULL AND harvest_on IS NOT NULL)",
            name="ck_sale_window_ahead",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    opens_on: date
    closes_on: date
    harvest_on: date | None = Field(default=None, description="when the next harvest is expected")
    variant_id: int | None = Field(
        default=None,
        foreign_key="variant.id",
        index=True,
        description="the pack that is sold ahead",
    )
    ahead: int = _count("of its packs that are sold before they are harvested")
    taken: int = _count("of these that orders wait for")
    taking: bool = Field(
        default=False,
        description="whether more orders are taken, by the minute",
        sa_column_kwargs={"server_default": sa.false()},
    )


class ProductEvent(SQLModel, table=True):
    """What happened to a product, at which of its versions; never altered."""

    __tablename__ = "product_event"

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    version: int
    what: str = Field(max_length=32, description="a state it came to, or «changed»")
    detail: dict[str, list[str]] = Field(
        sa_type=JSON_TYPE, description="of a change: each field with what stood there and stands"
    )
    note: str = Field(max_length=200)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(sa_type=UtcDateTime)


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
    note: str = _text("of a correction: why")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    lot_id: int | None = Field(
        default=None,
        foreign_key="lot.id",
        description="whose packs they are; the version before names none",
    )


class Stock(SQLModel, table=True):
    """The counters of one pack: the sum of its moves, of its open holds, and of those ahead."""

    __table_args__ = (
        CheckConstraint("reserved >= 0", name="ck_stock_reserved"),
        CheckConstraint("reserved <= on_hand", name="ck_stock_on_hand"),
        CheckConstraint("waiting >= 0", name="ck_stock_waiting"),
    )

    variant_id: int = Field(primary_key=True, foreign_key="variant.id")
    on_hand: int = Field(sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)
    waiting: int = _count("packs that orders wait for: whatever comes in is theirs first")


class LotStock(SQLModel, table=True):
    """The same counters for the packs of one lot; over all lots they are those of the pack."""

    __tablename__ = "lot_stock"
    __table_args__ = (
        CheckConstraint("reserved >= 0", name="ck_lot_stock_reserved"),
        CheckConstraint("reserved <= on_hand", name="ck_lot_stock_on_hand"),
    )

    variant_id: int = Field(primary_key=True, foreign_key="variant.id")
    lot_id: int = Field(primary_key=True, foreign_key="lot.id", index=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    on_hand: int = Field(sa_type=BigInteger)
    reserved: int = Field(default=0, sa_type=BigInteger)
    closed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="past its shelf life since then"
    )


class Hold(SQLModel, table=True):
    """Packs of one lot set aside for one line of an order, or promised to it."""

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    variant_id: int = Field(foreign_key="variant.id", index=True)
    quantity: int = Field(sa_type=BigInteger)
    state: HoldState = Field(sa_column=code_column(HoldState))
    source: str = Field(unique=True, description="the line it is for, as «order:…:1»")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    lot_id: int | None = Field(
        default=None,
        foreign_key="lot.id",
        description="whose packs they are; the version before names none",
    )
    window_id: int | None = Field(
        default=None,
        foreign_key="sale_window.id",
        index=True,
        description="of whose places they are, while they wait for the harvest",
    )
