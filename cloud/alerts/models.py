"""Tables of alerts, of who can be reached by what, and of what is to be told to whom."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field as Bounded
from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.alerts.kinds import Kind, Severity
from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id

_IN_ZONE = text("resolved_at IS NULL AND zone_id IS NOT NULL")
_IN_HOUSE = text("resolved_at IS NULL AND zone_id IS NULL")


class Alert(SQLModel, table=True):
    """One trouble from its first sign to its end; of each kind and place one that is not over."""

    __table_args__ = (
        Index(
            "ux_alert_zone",
            "zone_id",
            "kind",
            unique=True,
            sqlite_where=_IN_ZONE,
            postgresql_where=_IN_ZONE,
        ),
        Index(
            "ux_alert_house",
            "greenhouse_id",
            "kind",
            unique=True,
            sqlite_where=_IN_HOUSE,
            postgresql_where=_IN_HOUSE,
        ),
        Index("ix_alert_greenhouse", "greenhouse_id", "opened_at"),
        Index("ix_alert_cooperative", "cooperative_id", "opened_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    greenhouse_id: int = Field(foreign_key="greenhouse.id")
    zone_id: int | None = Field(default=None, foreign_key="zone.id")
    kind: Kind = Field(sa_column=code_column(Kind))
    severity: Severity = Field(sa_column=code_column(Severity))
    detail: dict[str, str | int | float] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    since: datetime = Field(sa_type=UtcDateTime, description="of the trouble itself")
    opened_at: datetime = Field(sa_type=UtcDateTime, description="when it was first seen here")
    seen_at: datetime = Field(sa_type=UtcDateTime)
    well_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since when nothing of it was seen"
    )
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_by_id: int | None = Field(default=None, foreign_key="account.id")
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when somebody was to be told last"
    )
    escalated_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when nobody had acknowledged it in time"
    )

    @property
    def is_urgent(self) -> bool:
        return self.severity is Severity.ACT


class Channel(StrEnum):
    """By what somebody is reached outside of these pages."""

    EMAIL = "email"


class Contact(SQLModel, table=True):
    """An address at which somebody wants to be told; only a code is sent until it is confirmed."""

    __tablename__ = "alert_contact"
    __table_args__ = (UniqueConstraint("account_id", "cooperative_id", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    channel: Channel = Field(sa_column=code_column(Channel))
    address: str
    code: str = Field(description="opens nothing but this address")
    code_due_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when it is to be sent; empty: it was"
    )
    code_until: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Notice(SQLModel, table=True):
    """One alert to be told to one address; `over_at` once it was, or was given up."""

    __tablename__ = "alert_notice"

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    contact_id: int = Field(foreign_key="alert_contact.id", index=True)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    tries: int = 0
    over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=80, description="of the last try in vain")


class ContactForm(Body):
    """Where somebody wants to be told."""

    address: str = Bounded(max_length=200)


class ContactCodeForm(Body):
    """What arrived there."""

    code: str = Bounded(max_length=12)
