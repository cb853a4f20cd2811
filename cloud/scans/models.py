"""Table of scans: no address, no account, no place finer than needed, and one row a day."""

from datetime import date

from sqlmodel import Field, SQLModel, UniqueConstraint


class Scan(SQLModel, table=True):
    """A stamp was looked at on a day by one visitor, told apart by a hash that changes daily."""

    __table_args__ = (UniqueConstraint("digest", "day", "visitor"),)

    id: int | None = Field(default=None, primary_key=True)
    issuance_id: int = Field(foreign_key="issuance.id", index=True)
    digest: str = Field(description="of the serial")
    day: date
    visitor: str = Field(description="of the address and browser, salted with the day")
    member: bool = Field(description="someone of the cooperative; not counted as a buyer")
