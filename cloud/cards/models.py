"""The table of printed cards and the forms around them; neither token nor PIN is kept in clear."""

from datetime import datetime

from pydantic import Field as Bounded
from sqlmodel import Field, SQLModel

from cloud.bodies import Body
from cloud.db import UtcDateTime, new_public_id


class EntryCard(SQLModel, table=True):
    """A printed card by which one farmer comes in to one farm."""

    __tablename__ = "entry_card"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    farm_id: int = Field(foreign_key="farm.id")
    token_hash: str = Field(unique=True)
    pin_hash: str
    failures: int = Field(default=0, description="wrong PINs since the last right one")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, description="also when it was revoked")


class CardForm(Body):
    """Which farm the card opens, and the PIN its owner types twice."""

    farm: str = Bounded(max_length=40)
    pin: str = Bounded(max_length=12)
    again: str = Bounded(max_length=12)


class NewPinForm(Body):
    """A new PIN for a card of one's own, typed twice, and the old one that allows it."""

    card: str = Bounded(max_length=40)
    old: str = Bounded(max_length=12)
    pin: str = Bounded(max_length=12)
    again: str = Bounded(max_length=12)


class PinForm(Body):
    """What the page behind a card's QR code sends."""

    pin: str = Bounded(max_length=12)


class PinProofForm(Body):
    """The PIN once more, and where to go back to."""

    pin: str = Bounded(max_length=12)
    tiep: str = Bounded(default="/vuon", max_length=500)
