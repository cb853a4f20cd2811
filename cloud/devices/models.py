"""Tables of devices, the zones they serve, their sessions, and the commands sent to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id
from wire.codes import Op


class CommandState(StrEnum):
    """Where a command is; see `cloud.devices.rules` for the ways between."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    RUNNING = "running"
    FLOWING = "flowing"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Device(SQLModel, table=True):
    """A gateway in a greenhouse; `id` is its own, also its user name at the broker."""

    id: str = Field(primary_key=True, max_length=16)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    greenhouse_id: int = Field(foreign_key="greenhouse.id", index=True)
    public_key: str = Field(description="Ed25519, hexadecimal")
    broker_hash: str = Field(description="of its broker password, in Mosquitto's form")
    sealed_command_key: str = Field(description="encrypted with the cloud's own key")
    simulated: bool
    code_hash: str = Field(default="", description="of the code it was asked for by")
    stop_counter: int = Field(default=0, sa_type=BigInteger)
    zone_keys: list[str] = Field(
        default_factory=list,
        sa_column=Column(JSON_TYPE, nullable=False, server_default="[]"),
        description="of all zones it ever had rows of",
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    struck_off_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ZoneBinding(SQLModel, table=True):
    """Which device, under which key of its own, serves a zone, and from when to when."""

    __tablename__ = "zone_binding"
    __table_args__ = (Index("ix_zone_binding_device", "device_id", "zone_key"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    zone_id: int = Field(foreign_key="zone.id", index=True)
    device_id: str = Field(foreign_key="device.id")
    zone_key: str
    bound_from: datetime = Field(sa_type=UtcDateTime)
    bound_to: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeviceSession(SQLModel, table=True):
    """One connection of a device, from its birth; the newest one counts."""

    __tablename__ = "device_session"

    id: int | None = Field(default=None, primary_key=True)
    device_id: str = Field(foreign_key="device.id", index=True)
    epoch: str
    boot: str
    session: int = Field(sa_type=BigInteger)
    born_at: datetime = Field(sa_type=UtcDateTime)
    heard_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    birth: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))


class Command(SQLModel, table=True):
    """Something a person asked of a device, until the device has said how it ended."""

    __table_args__ = (
        UniqueConstraint("cooperative_id", "idempotency_key"),
        Index("ix_command_device_state", "device_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    device_id: str = Field(foreign_key="device.id")
    zone_id: int | None = Field(default=None, foreign_key="zone.id")
    zone_key: str | None = None
    account_id: int = Field(foreign_key="account.id")
    idempotency_key: str | None = None
    op: Op = Field(sa_column=code_column(Op))
    litres: float | None = None
    max_s: float | None = None
    for_s: float | None = Field(default=None, description="of a pause")
    stop_number: int | None = Field(default=None, sa_type=BigInteger)
    state: CommandState = Field(sa_column=code_column(CommandState))
    reason: str | None = Field(default=None, description="the device's code for a refusal")
    litres_given: float | None = None
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
