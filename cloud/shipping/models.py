"""Tables of the way to the buyer: a shop's tariff and where goods can be fetched."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field as Bounded
from pydantic import StringConstraints
from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, new_public_id
from cloud.lines import Line, Whole


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


class PickupPoint(SQLModel, table=True):
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
