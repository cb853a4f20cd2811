"""Tables of channels: how a shop uses them, what each shows, what is still to be carried over."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.channels.codes import Channel
from cloud.channels.marks import Mark
from cloud.channels.pace import Fault
from cloud.db import JSON_TYPE, UtcDateTime, code_column, new_public_id


class ChannelShop(SQLModel, table=True):
    """What holds for all channels of a shop."""

    __tablename__ = "channel_shop"
    __table_args__ = (
        CheckConstraint("keep_packs >= 0", name="ck_channel_shop_packs"),
        CheckConstraint("keep_percent BETWEEN 0 AND 100", name="ck_channel_shop_percent"),
    )

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", unique=True)
    shop_id: int = Field(foreign_key="shop.id", unique=True)
    feed_token: str = Field(unique=True, max_length=43, description="in the feeds' addresses")
    keep_packs: int = 1
    keep_percent: int = 10
    stopped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class ChannelLink(SQLModel, table=True):
    """One channel of a shop: whether it is used, and how much may be sent to it now."""

    __tablename__ = "channel_link"
    __table_args__ = (UniqueConstraint("shop_id", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    shop_id: int = Field(foreign_key="shop.id")
    channel: Channel = Field(sa_column=code_column(Channel))
    on: bool = Field(sa_column_kwargs={"name": "is_on"})
    auth_lost_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rest_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fetched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    purse_milli: int | None = Field(default=None, sa_type=BigInteger)
    purse_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    purse_day: date | None = None
    spent: int = 0
    changed_at: datetime = Field(sa_type=UtcDateTime)


class ChannelListing(SQLModel, table=True):
    """A pack on a channel: as it should stand there, and as it was last seen there."""

    __tablename__ = "channel_listing"
    __table_args__ = (
        UniqueConstraint("variant_id", "channel"),
        CheckConstraint("promised >= 0", name="ck_channel_listing_promised"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    shop_id: int = Field(foreign_key="shop.id", index=True)
    variant_id: int = Field(foreign_key="variant.id")
    channel: Channel = Field(sa_column=code_column(Channel))
    desired: dict[str, object] = Field(sa_column=Column(JSON_TYPE, nullable=False))
    desired_hash: str = Field(max_length=64)
    synced: dict[str, object] = Field(
        default_factory=dict, sa_column=Column(JSON_TYPE, nullable=False)
    )
    synced_hash: str = Field(
        default="", max_length=64, description="empty: never shown there; «?»: not known"
    )
    promised: int = Field(
        default=0, sa_type=BigInteger, description="packs it may show, the most it can be"
    )
    remote_id: str | None = Field(default=None, max_length=200)
    mark: Mark | None = Field(default=None, sa_column=code_column(Mark, nullable=True))
    note: str = Field(default="", description="why it was refused, as the channel said")
    link: str = Field(default="", description="where it stands")
    fault: Fault | None = Field(default=None, sa_column=code_column(Fault, nullable=True))
    fault_field: str = Field(default="", max_length=80)
    fault_raw: str = Field(default="", max_length=500, description="the channel's own words")
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class ChannelOutbox(SQLModel, table=True):
    """That a listing stands otherwise than it should: there exactly as long as it does."""

    __tablename__ = "channel_outbox"

    listing_id: int = Field(primary_key=True, foreign_key="channel_listing.id")
    cooperative_id: int = Field(foreign_key="cooperative.id")
    channel: Channel = Field(sa_column=code_column(Channel))
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    carrier: str | None = Field(default=None, max_length=10, description="who carries it now")
    created_at: datetime = Field(sa_type=UtcDateTime)
