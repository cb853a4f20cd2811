"""The table of people who forgot their password, and the forms on their way back."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime


class Recovery(SQLModel, table=True):
    """One browser that waits for somebody to confirm who sits before it."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, description="of the address this browser alone has")
    code: str = Field(description="read to who vouches; opens nothing by itself")
    account_id: int | None = Field(
        default=None, foreign_key="account.id", index=True, description="none: no such number"
    )
    cooperative_id: int | None = Field(default=None, foreign_key="cooperative.id")
    confirmed_by_id: int | None = Field(default=None, foreign_key="account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AskForm(Body):
    """Whose password is forgotten."""

    phone: str = Bounded(max_length=40)


class CodeForm(Body):
    """The code that the person reads to the manager."""

    code: str = Bounded(max_length=12)


class VouchForm(Body):
    """Whom somebody has before their eyes, and the code on that person's telephone."""

    phone: str = Bounded(max_length=40)
    code: str = Bounded(max_length=12)


class NewPasswordForm(Body):
    """What the person chooses, once they are confirmed."""

    new: str = Bounded(max_length=200)
