"""Tables of alerts, of who can be reached by what, and of what is to be told to whom."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field as Bounded
from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from cloud.alerts.kinds import Kind, Severity
from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id

_IN_ZONE = text("resolved_at IS NULL AND zone_id IS NOT NULL")
_IN_HOUSE = text("resolved_at IS NULL AND zone_id IS NULL")
_UNHEEDED = text("resolved_at IS NULL AND acknowledged_at IS NULL")
_BROWSER = text("channel = 'push'")
_NO_BROWSER = text("channel <> 'push'")


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
        Index(
            "ix_alert_unheeded",
            "cooperative_id",
            sqlite_where=_UNHEEDED,
            postgresql_where=_UNHEEDED,
        ),
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
    ZALO = "zalo"
    """A chat with our bot."""
    GROUP = "zalo_group"
    """A group of the cooperative's official account, told when its manager is."""
    PUSH = "push"
    """A browser; a person may have several."""


class Contact(SQLModel, table=True):
    """An address at which somebody wants to be told; nothing but a code goes there unconfirmed.

    A chat with the bot has none until its owner has sent the code there.
    """

    __tablename__ = "alert_contact"
    __table_args__ = (
        Index(
            "ux_alert_contact_person",
            "account_id",
            "cooperative_id",
            "channel",
            unique=True,
            sqlite_where=_NO_BROWSER,
            postgresql_where=_NO_BROWSER,
        ),
        Index(
            "ux_alert_contact_browser",
            "address",
            unique=True,
            sqlite_where=_BROWSER,
            postgresql_where=_BROWSER,
        ),
    )

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


class HearsOf(SQLModel, table=True):
    """That somebody wants to hear of this farm; who chose none hears of all they may see."""

    __tablename__ = "alert_farm"

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    farm_id: int = Field(primary_key=True, foreign_key="farm.id", index=True)


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


class GroupForm(Body):
    """The group of the cooperative's that is to be told."""

    group: str = Bounded(max_length=64)


class ContactCodeForm(Body):
    """What arrived there."""

    code: str = Bounded(max_length=12)
    channel: Channel = Channel.EMAIL


class LeaveForm(Body):
    """By what somebody does not want to be told any more."""

    channel: Channel


class BrowserForm(Body):
    """A browser's own address at its push service, and its keys (RFC 8291), as it gives them."""

    endpoint: str = Bounded(max_length=1000)
    p256dh: str = Bounded(max_length=120)
    auth: str = Bounded(max_length=40)


class FarmsForm(Body):
    """The farms somebody wants to hear of; none is all."""

    act: Literal["choose"]
    farms: list[Annotated[str, Bounded(max_length=20)]] = Bounded(default=[], max_length=200)
