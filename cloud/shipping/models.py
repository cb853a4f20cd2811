"""Tables of the way to the buyer: tariffs, parcels, what carriers handed on, places to fetch."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Bounded
from pydantic import StringConstraints
from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.addresses.models import Located
from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line, Whole
from cloud.shipping.carrier import CarrierName, Whereabouts


class ShippingTariff(SQLModel, table=True):
    """What a shop asks for bringing goods; without a row it brings them for nothing."""

    __tablename__ = "shipping_tariff"
    __table_args__ = (
        CheckConstraint("base >= 0 AND step >= 0", name="ck_shipping_tariff_fee"),
        CheckConstraint("base_g >= 0", name="ck_shipping_tariff_mass"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", unique=True)
    base: int = Field(sa_type=BigInteger, description="đồng for the first grams")
    base_g: int = Field(sa_type=BigInteger)
    step: int = Field(sa_type=BigInteger, description="đồng for each kilogram begun beyond")
    free_from: int | None = Field(
        default=None, sa_type=BigInteger, description="goods of so many đồng travel for nothing"
    )
    cod: bool = Field(description="whether buyers may pay whoever brings the goods")
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Shipment(SQLModel, table=True):
    """A parcel of one order that was handed over."""

    __table_args__ = (
        CheckConstraint("mass_g > 0", name="ck_shipment_mass"),
        CheckConstraint("cod >= 0", name="ck_shipment_cod"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", unique=True)
    carrier: CarrierName = Field(sa_column=code_column(CarrierName))
    tracking: str = Field(description="the carrier's number; empty: none")
    mass_g: int = Field(sa_type=BigInteger)
    cod: int = Field(sa_type=BigInteger, description="what the carrier takes at the door")
    sent_at: datetime = Field(sa_type=UtcDateTime)
    fee: int | None = Field(
        default=None, sa_type=BigInteger, description="what the carrier asked of the shop"
    )
    whereabouts: Whereabouts | None = Field(
        default=None, sa_column=code_column(Whereabouts, nullable=True)
    )
    ask_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, index=True, description="when the carrier is asked next"
    )
    asks: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class CarrierAccount(SQLModel, table=True):
    """A cooperative's contract with a carrier; without a row the carrier is shown nowhere."""

    __tablename__ = "carrier_account"
    __table_args__ = (UniqueConstraint("cooperative_id", "carrier"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    carrier: CarrierName = Field(sa_column=code_column(CarrierName))
    number: str = Field(description="by which the carrier knows the shop")
    sealed: str = Field(description="the token, encrypted")
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Handing(StrEnum):
    """How far telling a carrier of a parcel is."""

    ASKED = "asked"
    PRICED = "priced"
    WANTED = "wanted"
    STUCK = "stuck"


class Handover(SQLModel, table=True):
    """A packed order of which a carrier is to be told; gone once it is a parcel."""

    __table_args__ = (
        CheckConstraint("mass_g > 0", name="ck_handover_mass"),
        CheckConstraint("length > 0 AND width > 0 AND height > 0", name="ck_handover_box"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    order_id: int = Field(foreign_key="orders.id", unique=True)
    carrier: CarrierName = Field(sa_column=code_column(CarrierName))
    state: Handing = Field(sa_column=code_column(Handing))
    mass_g: int = Field(sa_type=BigInteger)
    length: int = Field(description="centimetres")
    width: int
    height: int
    price: int | None = Field(default=None, sa_type=BigInteger, description="as the carrier says")
    trouble: str = Field(default="", description="why it is stuck, in the carrier's words")
    tries: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id")


class CodRemittance(SQLModel, table=True):
    """Money that a carrier handed on for several parcels; which, say the ledger's lines."""

    __tablename__ = "cod_remittance"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="ck_cod_remittance_amount"),
        UniqueConstraint("cooperative_id", "key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    key: str = Field(description="one sighting, one row")
    carrier: CarrierName = Field(sa_column=code_column(CarrierName))
    amount: int = Field(sa_type=BigInteger, description="what really came")
    note: str
    account_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="it was written down by mistake"
    )
    undone_by: int | None = Field(default=None, foreign_key="account.id")


class PickupPoint(Located, table=True):
    """A place where buyers fetch what they ordered."""

    __tablename__ = "pickup_point"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    name: str
    address: str
    hours: str
    closed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since then nobody can choose it any more"
    )


Dong = Annotated[Whole, Bounded(ge=0, le=1_000_000_000)]


class TariffForm(Body):
    """The shop's tariff as it is filled in; nothing in `free_from` is never free."""

    base: Dong
    base_kg: Annotated[Whole, Bounded(ge=0, le=1_000)]
    step: Dong
    free_from: Annotated[str, StringConstraints(pattern=r"^\s*[0-9]{0,10}\s*$")] = ""
    cod: Literal["yes", "no"] = "no"


class PickupForm(Body):
    """A new place to fetch goods at."""

    name: Annotated[Line, StringConstraints(min_length=2, max_length=80)]
    address: Annotated[Line, StringConstraints(min_length=5, max_length=200)]
    hours: Annotated[Line, StringConstraints(min_length=2, max_length=80)]


class CarrierForm(Body):
    """A contract with a carrier that can be called."""

    carrier: Literal["ghn", "ghtk"]
    number: Annotated[Line, StringConstraints(pattern=r"^[A-Za-z0-9]{1,20}$")]
    token: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,200}$")]


Centimetres = Annotated[Whole, Bounded(ge=1, le=200)]


class BoxForm(Body):
    """A parcel as it was weighed and measured, for the price of a carrier."""

    carrier: Literal["ghn", "ghtk"]
    mass_g: Annotated[Whole, Bounded(ge=1, le=1_000_000)]
    length: Centimetres
    width: Centimetres
    height: Centimetres


class HandingForm(Body):
    """Whether the carrier is to come at that price."""

    act: Literal["send", "drop"]
