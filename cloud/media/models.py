"""Tables of photos, pictures for buyers and recordings; their octets lie in the store."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.media.sound import Kind


class Photo(SQLModel, table=True):
    """A photo that somebody sent; stands where its zone stands."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    zone_id: int = Field(foreign_key="zone.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    large: str = Field(max_length=64, description="its name in the store")
    small: str = Field(max_length=64, description="its thumbnail's")
    width: int
    height: int
    created_at: datetime = Field(sa_type=UtcDateTime)


class Picture(SQLModel, table=True):
    """A picture for everyone's eyes: as WebP for browsers of today, as JPEG for all others.

    Each column holds a rendition's name in the store, its number the longest side in pixels.
    """

    id: int | None = Field(default=None, primary_key=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    digest: str = Field(max_length=64, index=True, description="its name in addresses")
    webp_1280: str = Field(max_length=64)
    webp_640: str = Field(max_length=64)
    webp_320: str = Field(max_length=64)
    jpeg_1280: str = Field(max_length=64)
    jpeg_640: str = Field(max_length=64)
    jpeg_320: str = Field(max_length=64)
    width: int
    height: int
    created_at: datetime = Field(sa_type=UtcDateTime)


class Recording(SQLModel, table=True):
    """What somebody said; stands where its zone stands, and is kept as it was sent."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    zone_id: int = Field(foreign_key="zone.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    name: str = Field(max_length=64, description="its name in the store")
    kind: Kind = Field(sa_column=code_column(Kind))
    created_at: datetime = Field(sa_type=UtcDateTime)
