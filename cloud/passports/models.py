"""Tables of what is told of a product, of who makes it, and of its certificates."""

from datetime import date

from sqlmodel import Field, SQLModel

from cloud.db import new_public_id


class PassportParty(SQLModel, table=True):
    """The code of a cooperative: tax number, GLN or business registration."""

    __tablename__ = "passport_party"

    cooperative_id: int = Field(
        primary_key=True,
        foreign_key="cooperative.id",
        sa_column_kwargs={"autoincrement": False},
    )
    code: str = Field(max_length=40)


class Passport(SQLModel, table=True):
    """What is told of a product once, for all its lots.

    NULL is not told yet; an empty text tells that there is none.
    """

    trade_item_id: int = Field(
        primary_key=True, foreign_key="trade_item.id", sa_column_kwargs={"autoincrement": False}
    )
    photo_id: int | None = Field(default=None, foreign_key="photo.id", index=True)
    brand: str | None = None
    shelf_life: str | None = None
    standards: str | None = None
    warnings: str | None = None
    more: str | None = None
    no_certificates: bool = False


class Certificate(SQLModel, table=True):
    """A paper that somebody else gave: who, which number, until when."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    cooperative_id: int = Field(foreign_key="cooperative.id", index=True)
    trade_item_id: int = Field(foreign_key="trade_item.id", index=True)
    name: str
    issuer: str
    number: str
    valid_until: date | None = None
