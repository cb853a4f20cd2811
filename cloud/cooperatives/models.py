"""Tables of the tenant and its places; a lone farmer is a cooperative of one."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.principal import Role


class Cooperative(SQLModel, table=True):
    """A tenant."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str
    address: str
    phone: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """An account's role in a cooperative."""

    __table_args__ = (UniqueConstraint("account_id", "cooperative_id"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    role: Role = Field(sa_column=code_column(Role))


class Farm(SQLModel, table=True):
    """A household's land within a cooperative."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    name: str
    address: str


class Greenhouse(SQLModel, table=True):
    """One house with its own device and water."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    farm_id: int = Field(foreign_key="farm.id", index=True)
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Zone(SQLModel, table=True):
    """What is watered as one; outlives the device that waters it."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    greenhouse_id: int = Field(foreign_key="greenhouse.id", index=True)
    name: str
    position: int
    crop: str
    plants: int
    planted_on: date
