"""Tables of received rows; the identity of a row everywhere is (device, epoch, sequence).

Rows carry no foreign key: the worker knows the devices, and a check per row would cost a tenth
of its rate.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import JSON_TYPE, UtcDateTime


class Sample(SQLModel, table=True):
    """One sample of a zone, or of the house where `zone_key` is empty: a map of metrics."""

    __table_args__ = (
        Index("ix_sample_zone_time", "device_id", "zone_key", "wall_ms"),
        {"sqlite_with_rowid": False},
    )

    device_id: str = Field(primary_key=True)
    epoch: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    boot: str
    uptime_ms: int = Field(sa_type=BigInteger)
    wall_ms: int = Field(sa_type=BigInteger)
    quality: int
    zone_key: str | None = None
    metrics: dict[str, float] = Field(sa_column=Column(JSON_TYPE, nullable=False))


class Event(SQLModel, table=True):
    """Something that happened at a device, bound by `chain` to all its earlier events."""

    __table_args__ = (
        Index("ix_event_device_time", "device_id", "kind", "wall_ms"),
        {"sqlite_with_rowid": False},
    )

    device_id: str = Field(primary_key=True)
    epoch: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    boot: str
    uptime_ms: int = Field(sa_type=BigInteger)
    wall_ms: int = Field(sa_type=BigInteger)
    quality: int
    zone_key: str | None = None
    kind: str
    data: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    chain: str


class EpochState(SQLModel, table=True):
    """Which sequence numbers of an epoch are stored or given up for good."""

    __tablename__ = "epoch_state"

    device_id: str = Field(primary_key=True, foreign_key="device.id")
    epoch: str = Field(primary_key=True)
    upto: int = Field(sa_type=BigInteger)
    have: list[list[int]] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    told: int = Field(default=0, sa_type=BigInteger, description="number of the newest ack")
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Quarantine(SQLModel, table=True):
    """What could not be understood: counted per sender and reason, the newest kept to look at."""

    __table_args__ = (UniqueConstraint("device_id", "reason"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: str = Field(description="empty where the topic named none")
    reason: str
    count: int
    topic: str
    detail: str
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    size: int
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
