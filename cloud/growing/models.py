"""Tables of what people wish for zones, what was sent to devices, and what those said of it."""

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import JSON_TYPE, UtcDateTime


class ZoneWish(SQLModel, table=True):
    """One state of a zone's settings, from when somebody wished it; the newest one counts."""

    __tablename__ = "zone_wish"
    __table_args__ = (UniqueConstraint("zone_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    zone_id: int = Field(foreign_key="zone.id")
    number: int
    doc: dict[str, JsonValue] = Field(
        sa_column=Column(JSON_TYPE, nullable=False), description="a `wire` ZoneSettings"
    )
    account_id: int | None = Field(default=None, foreign_key="account.id")
    on_behalf_of_id: int | None = Field(default=None, foreign_key="account.id")
    at: datetime = Field(sa_type=UtcDateTime)


class DesiredSettings(SQLModel, table=True):
    """One version of a device's document; the newest one is retained at the broker."""

    __tablename__ = "desired_settings"
    __table_args__ = (UniqueConstraint("device_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: str = Field(foreign_key="device.id")
    version: int = Field(sa_type=BigInteger)
    doc: dict[str, JsonValue] = Field(
        sa_column=Column(JSON_TYPE, nullable=False), description="a `wire` DesiredDoc"
    )
    digest: str
    at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class ReportedSettings(SQLModel, table=True):
    """What a device last said; `epoch` and `seq` tell which of two words is the newer."""

    __tablename__ = "reported_settings"

    device_id: str = Field(primary_key=True, foreign_key="device.id")
    epoch: str
    seq: int = Field(sa_type=BigInteger)
    stored: str | None = Field(default=None, description="digest of what is on its card")
    taken_version: int | None = Field(default=None, sa_type=BigInteger)
    applied_version: int | None = Field(default=None, sa_type=BigInteger)
    refused_version: int | None = Field(default=None, sa_type=BigInteger)
    refused: list[list[str]] = Field(
        default=[], sa_column=Column(JSON_TYPE, nullable=False), description="keys and codes"
    )
