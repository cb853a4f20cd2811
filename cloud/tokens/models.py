"""The table of programs' keys, kept as hashes, and the form in which one is asked for."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line


class Scope(StrEnum):
    """What a program may do with events."""

    READ = "read"
    WRITE = "write"
    """Reads too: who captures has to see what became of it."""


class ApiToken(SQLModel, table=True):
    """A key that a manager made for a program; revoked it is gone."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id", description="the manager who made it")
    token_hash: str = Field(unique=True)
    name: str = Field(max_length=60)
    scope: Scope = Field(sa_column=code_column(Scope))
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class TokenForm(Body):
    """Which program it is for, and what it may do."""

    name: Annotated[Line, StringConstraints(min_length=2, max_length=60)]
    scope: Scope
