"""Tables of received rows; the identity of a row everywhere is (device, epoch, sequence).

Rows carry no foreign key: the worker knows the devices, and a check per row would cost a tenth
of its rate.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import JSON_TYPE, UtcDateTime
from cloud.telemetry.days import day_of


def _day(context: DefaultExecutionContext) -> int:
    parameters: Callable[[], Mapping[str, int]] = context.get_current_parameters
    return day_of(parameters()["wall_ms"])


class Sample(SQLModel, table=True):
    """One sample of a zone, or of the house where `zone_key` is empty: a map of metrics.

    `day` follows from `wall_ms` alone, so it tells no two rows apart that were one.
    """

    __table_args__ = (
        Index("ix_sample_zone_time", "device_id", "day", "zone_key", "wall_ms"),
        {"sqlite_with_rowid": False, "postgresql_partition_by": "RANGE (day)"},
    )

    device_id: str = Field(primary_key=True)
    epoch: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    day: int = Field(
        default=None,
        sa_column=Column(Integer, primary_key=True, default=_day, autoincrement=False),
    )
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


class Rollup(SQLModel, table=True):
    """What a metric did in one bucket of time; made of rows, and made anew when rows come late.

    The metric without a name stands for the rows themselves: how many, and from when to when in
    milliseconds. The house's zone has no name either.
    """

    __table_args__ = {"sqlite_with_rowid": False}

    level: int = Field(primary_key=True, sa_type=SmallInteger)
    device_id: str = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    zone_key: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    count: int
    low: float
    high: float
    total: float


class RollupDue(SQLModel, table=True):
    """A quarter of an hour of a device into which rows came since it was rolled up."""

    __tablename__ = "rollup_due"
    __table_args__ = {"sqlite_with_rowid": False}

    quarter: int = Field(primary_key=True)
    device_id: str = Field(primary_key=True)


class SamplePack(SQLModel, table=True):
    """A day of a device that has left the samples: all its rows in one blob, and their digest."""

    __tablename__ = "sample_pack"

    device_id: str = Field(primary_key=True)
    day: int = Field(primary_key=True)
    count: int
    digest: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    packed_at: datetime = Field(sa_type=UtcDateTime)


class IngestWorker(SQLModel, table=True):
    """A worker that reads from the broker, by its account; gone once it is retired."""

    __tablename__ = "ingest_worker"

    name: str = Field(primary_key=True)
    pid: int
    beat_at: datetime = Field(sa_type=UtcDateTime)
    messages: int = Field(sa_type=BigInteger, description="since its start, as the rest")
    rows: int = Field(sa_type=BigInteger)
    rejected: int = Field(sa_type=BigInteger)
