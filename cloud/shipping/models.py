"""Tables of the way to the buyer: tariffs, parcels, what carriers handed on, places to fetch."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field as Bounded
from pydantic import StringConstraints
from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.addresses.models import Located
from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line, Whole
from cloud.shipping.carrier import CarrierName


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
