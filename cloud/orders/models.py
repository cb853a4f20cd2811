"""Tables of orders and the body of an order; a buyer's person is in one table of its own."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Bounded
from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.addresses.models import BEFORE, COMMUNE, UNITS, Place
from cloud.addresses.rules import Settled, settle
from cloud.addresses.units import atlas
from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.keyring import Sealed, Tagged
from cloud.lines import Line
from cloud.orders.phone import e164
from cloud.payments.rules import PaymentState
from cloud.shipping.service import HOME, Wish
from cloud.tax.vat import Vat


class Fulfilment(StrEnum):
    """Where the goods are; see `cloud.orders.rules` for the ways between."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Order(SQLModel, table=True):
    """A purchase at one shop."""

    __tablename__ = "orders"  # ORDER is a word of SQL
    __table_args__ = (CheckConstraint("total > 0", name="ck_orders_total"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    shop_id: int = Field(foreign_key="shop.id")
    fulfilment: Fulfilment = Field(sa_column=code_column(Fulfilment))
    total: int = Field(sa_type=BigInteger)
    fee: int = Field(default=0, sa_type=BigInteger, description="of the total, for the way")
    pickup_id: int | None = Field(default=None, foreign_key="pickup_point.id")
    simulated: bool
    placed_at: datetime = Field(sa_type=UtcDateTime)


class OrderBuyer(SQLModel, table=True):
    """Who bought and where it goes: personal data, kept apart from the rest."""

    __tablename__ = "order_buyer"

    order_id: int = Field(primary_key=True, foreign_key="orders.id")
    name: str = Field(sa_type=Sealed("order_buyer.name"))
    phone: str = Field(
        sa_type=Sealed("order_buyer.phone"),
        description="E.164; empty once it is erased, as all that is sealed here",
    )
    phone_key: str | None = Field(
        default=None,
        index=True,
        sa_type=Tagged("phone"),
        description="by which a number is looked up",
    )
    address: str = Field(sa_type=Sealed("order_buyer.address"))
    email: str = Field(default="", sa_type=Sealed("order_buyer.email"))
    commune: str = Field(
        default="",
        sa_type=Sealed("order_buyer.commune"),
        description=COMMUNE,
        sa_column_kwargs={"server_default": ""},
    )
    units: str = Field(default="", description=UNITS, sa_column_kwargs={"server_default": ""})
    address_before: str = Field(
        default="",
        sa_type=Sealed("order_buyer.address_before"),
        description=BEFORE,
        sa_column_kwargs={"server_default": ""},
    )
    erase_by: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="the buyer wants it gone, by then"
    )
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OrderLine(SQLModel, table=True):
    """What was bought, as it was named and priced at that moment, and the lot it comes from.

    Without a lot it waits for a harvest; what is packed always has one.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="ck_order_line_quantity"),
        CheckConstraint("lot_id IS NOT NULL OR harvest_on IS NOT NULL", name="ck_order_line_lot"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    order_id: int = Field(foreign_key="orders.id")
    position: int
    variant_id: int = Field(foreign_key="variant.id")
    lot_id: int | None = Field(default=None, foreign_key="lot.id", index=True)
    product_name: str
    pack_name: str
    mass_g: int = Field(sa_type=BigInteger)
    price: int = Field(sa_type=BigInteger)
    quantity: int = Field(sa_type=BigInteger)
    vat: Vat | None = Field(
        default=None, sa_column=code_column(Vat, nullable=True), description="in the price"
    )
    harvest_on: date | None = Field(
        default=None, description="ordered before this harvest, which was expected then"
    )


class OrderEvent(SQLModel, table=True):
    """What happened to an order; never altered."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_what", "what", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    order_id: int = Field(foreign_key="orders.id", index=True)
    what: str = Field(description="a fulfilment state, or «money»")
    amount: int | None = Field(default=None, sa_type=BigInteger)
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(sa_type=UtcDateTime)


class IdempotencyKey(SQLModel, table=True):
    """A request that was carried out, so that its repetition is answered and not repeated."""

    __tablename__ = "idempotency_key"
    key: str = Field(primary_key=True)
    request_hash: str
    result: str = Field(description="public id of what the request made")
    created_at: datetime = Field(sa_type=UtcDateTime)


def _phone(text: str) -> str:
    number = e164(text)
    if number is None:
        raise ValueError("not a telephone number in use in Viet Nam")
    return number


Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
"""Made by the sender, once for each intention; long enough that nobody meets another's."""


MAIL: Final = r"^([^\s@<>\"',;:\\]+@[^\s@<>\"',;:\\]+\.[^\s@<>\"',;:\\]+)?$"
"""An address, or none."""


class OrderOut(BaseModel):
    """An order as programs read it; says nothing about the buyer."""

    id: str
    product: str
    quantity: int
    total: int
    fee: int
    fulfilment: Fulfilment
    payment: PaymentState
    owed: int
    payment_code: str
    vietqr: str | None
    simulated: bool
    placed_at: datetime
    url: str
    harvest_on: date | None = None


class GuestRequest(Body):
    """Who buys and where it goes: one line of address, or its parts, which count before it."""

    model_config = ConfigDict(strict=True, frozen=True)

    name: Annotated[Line, StringConstraints(min_length=1, max_length=80)]
    phone: Annotated[Line, StringConstraints(max_length=30), AfterValidator(_phone)]
    address: Annotated[Line, StringConstraints(min_length=5, max_length=200)] = ""
    place: Place | None = None
    email: Annotated[Line, StringConstraints(max_length=120, pattern=MAIL)] = ""
    delivery: Annotated[str, StringConstraints(pattern=rf"^({HOME}|[0-9a-z]{{10}})$")] = HOME
    pay: Literal["transfer", "cod"] = "transfer"
    ahead: Literal[True] | None = Bounded(
        default=None, description="the buyer knows that some of it waits for a harvest"
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.address and self.place is None:
            raise ValueError("neither an address nor a place")
        return self

    @property
    def way(self) -> Wish:
        return Wish(self.delivery, cod=self.pay == "cod")

    @property
    def settled(self) -> Settled:
        """Where it goes, in today's names wherever that leaves no doubt."""
        return self.place.settled if self.place else settle(atlas(), self.address)


class OrderRequest(GuestRequest):
    """What a guest sends to order one product."""

    product: Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{10}$")]
    quantity: Annotated[int, Bounded(ge=1, le=100_000)]
    key: Key


class CheckoutRequest(GuestRequest):
    """What a guest sends to order all that is in the cart; one order for each stall."""

    cart: Annotated[dict[str, int], Bounded(min_length=1, max_length=20)]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,48}$")]
