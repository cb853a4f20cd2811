"""The table of invitations and the forms of the members' page; tokens are kept as hashes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field as Bounded
from pydantic import StringConstraints
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, code_column, new_public_id
from cloud.lines import Line
from cloud.principal import Role


class Invitation(SQLModel, table=True):
    """A link by which one person joins a cooperative in one role; used or withdrawn it is gone."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    token_hash: str = Field(unique=True)
    name: str
    role: Role = Field(sa_column=code_column(Role))
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class InviteForm(Body):
    """Whom to invite, and as what."""

    name: Annotated[Line, StringConstraints(min_length=2, max_length=80, strip_whitespace=True)]
    role: Role


class RoleForm(Body):
    """What a member is from now on."""

    role: Role


class JoinForm(Body):
    """How an invited person shows who they are: by an old password, or a first one."""

    phone: str = Bounded(max_length=40)
    password: str = Bounded(min_length=8, max_length=128)
    agreed: Literal["", "yes"] = ""
    """Ticked by hand; nobody agrees by silence."""
