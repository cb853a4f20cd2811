"""The table of devices on their way in, and the bodies that bring them in."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, new_public_id
from wire.joining import Confirmation, Registration


class Joining(SQLModel, table=True):
    """A device that waits for somebody to ask for it, and then for the digits typed at it."""

    device_id: str = Field(primary_key=True, max_length=16)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    code_hash: str = Field(unique=True)
    public_key: str = ""
    broker_hash: str = ""
    sealed_command_key: str = ""
    zones: list[dict[str, str]] = Field(
        default=[], sa_column=Column(JSON_TYPE, nullable=False), description="its own, in order"
    )
    expires_at: datetime = Field(sa_type=UtcDateTime)
    cooperative_id: int | None = Field(default=None, foreign_key="cooperative.id", index=True)
    greenhouse_id: int | None = Field(default=None, foreign_key="greenhouse.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    on_behalf_of_id: int | None = Field(default=None, foreign_key="account.id")
    digits: str = Field(default="", description="on the telephone; empty: nobody asked")
    misses: int = 0


class ClaimForm(Body):
    """The code that the box shows."""

    code: str = Bounded(max_length=60)


class MoveForm(Body):
    """The greenhouse in which a device hangs from now on."""

    greenhouse: str = Bounded(max_length=20)


class RegistrationBody(Body, Registration):
    """A device that registers, with what every body here has to be."""


class ConfirmationBody(Body, Confirmation):
    """The digits typed at a device, with what every body here has to be."""
