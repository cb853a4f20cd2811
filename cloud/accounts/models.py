"""Tables of accounts and of the ways in; tokens are kept only as hashes."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlalchemy import Column
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.bodies import Body
from cloud.db import JSON_TYPE, UtcDateTime, new_public_id


class Account(SQLModel, table=True):
    """A person; the telephone number is the name they log in with."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    phone: str = Field(unique=True, description="E.164; of an erased account no number")
    name: str
    password_hash: str
    language: str
    active: bool = True
    failures: int = Field(default=0, description="wrong passwords since the last right one")
    locked_until: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="until then strange browsers have to wait"
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when the last cooperative let them go"
    )


class Consent(SQLModel, table=True):
    """That somebody said yes, to which words; kept as evidence after the account is erased."""

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    notice: str = Field(description="version of the page that says what is kept and why")
    language: str = Field(description="in which it was read")
    given_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoginSession(SQLModel, table=True):
    """A browser that is logged in."""

    __tablename__ = "login_session"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    cooperative_id: int = Field(foreign_key="cooperative.id")
    card_id: int | None = Field(default=None, foreign_key="entry_card.id", index=True)
    farm_id: int | None = Field(
        default=None, foreign_key="farm.id", description="the one farm that a card opens"
    )
    grant_id: int | None = Field(
        default=None, foreign_key="help_grant.id", index=True, description="whom it acts for"
    )
    helping_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    stand_id: int | None = Field(
        default=None, foreign_key="practice_stand.id", description="where it practises"
    )
    proved_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when the password was last shown in it"
    )
    browser: str = Field(default="", description="what its owner calls it; empty: not seen yet")
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class HelpGrant(SQLModel, table=True):
    """That one person lets another act for them; whoever withdraws it deletes it."""

    __tablename__ = "help_grant"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True, description="who is helped")
    helper_id: int = Field(foreign_key="account.id", index=True)
    farm_id: int | None = Field(
        default=None, foreign_key="farm.id", description="the one farm their card opens"
    )
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Stand(SQLModel, table=True):
    """A practice greenhouse; somebody has it for a while, or nobody.

    It is a tenant of its own without members, so that no garden, lot, shop, alert or report of
    anybody ever meets what is only played here.
    """

    __tablename__ = "practice_stand"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    cooperative_id: int = Field(foreign_key="cooperative.id", unique=True)
    greenhouse_id: int = Field(foreign_key="greenhouse.id")
    device_id: str | None = Field(default=None, foreign_key="device.id")
    learner_id: int | None = Field(default=None, foreign_key="account.id", unique=True)
    home_id: int | None = Field(
        default=None, foreign_key="cooperative.id", description="where the learner belongs"
    )
    helper_id: int | None = Field(default=None, foreign_key="account.id")
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen: bool = Field(default=False, description="the learner has named the dry zone")
    step: str = Field(default="", description="what to do next; empty: it does not run yet")
    lesson: str = Field(default="", description="chosen to be next; empty: one after the other")
    since: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since when the present lesson is measured"
    )
    wrong: int = Field(default=0, description="wrong answers in the present lesson")
    calls: int = Field(default=0, description="how often it was asked how a step goes")
    lots: list[dict[str, object]] | None = Field(
        default=None,
        sa_column=Column(JSON_TYPE, nullable=True),
        description="what the learner harvested; kept here, so that no lot is made of it",
    )


class LoginLink(SQLModel, table=True):
    """A link that logs in once."""

    __tablename__ = "login_link"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KnownBrowser(SQLModel, table=True):
    """A browser in which this account logged in before; it opens nothing."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("token_hash", "account_id"),)

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(description="of the browser's cookie; a shared telephone has one")
    account_id: int = Field(foreign_key="account.id", index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Tries(SQLModel, table=True):
    """How many guesses a lock has seen lately; a row whose time has come may be deleted."""

    key: str = Field(primary_key=True, description="hash of what is tried, and from where")
    full_at: datetime = Field(
        sa_type=UtcDateTime, index=True, description="when all its tries are there again"
    )


class LoginForm(Body):
    """What the login page sends."""

    phone: str = Bounded(max_length=40)
    password: str = Bounded(max_length=200)
    tiep: str = Bounded(default="/vuon", max_length=500)


class PasswordForm(Body):
    """A new password, and the old one that allows it."""

    old: str = Bounded(max_length=200)
    new: str = Bounded(max_length=200)


class ProofForm(Body):
    """The password once more, and where to go back to."""

    password: str = Bounded(max_length=200)
    tiep: str = Bounded(default="/vuon", max_length=500)
