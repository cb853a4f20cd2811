"""Tables of accounts, their sessions and one-time links; tokens are kept only as hashes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from cloud.db import UtcDateTime, new_public_id


class Account(SQLModel, table=True):
    """A person; the telephone number is the name they log in with."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    phone: str = Field(unique=True, description="E.164")
    name: str
    password_hash: str
    language: str
    active: bool = True
    failures: int = Field(default=0, description="wrong passwords since the last right one")
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LoginSession(SQLModel, table=True):
    """A browser that is logged in."""

    __tablename__ = "login_session"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class LoginLink(SQLModel, table=True):
    """A link that logs in once."""

    __tablename__ = "login_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
