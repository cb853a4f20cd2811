"""Tables of the audit record: what people did, where each chain ends, and what was published.

The database itself refuses to change or delete an entry, or a root.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, UniqueConstraint

from cloud.audit.rules import AuditAction
from cloud.db import JSON_TYPE, UtcDateTime, code_column


class AuditHead(SQLModel, table=True):
    """The end of a chain; its row is locked while an entry is appended."""

    __tablename__ = "audit_head"

    chain: int = Field(
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
        description="id of the cooperative; 0 for what belongs to none",
    )
    seq: int = Field(sa_type=sa.BigInteger, description="number of entries")
    digest: str = Field(description="of the last entry")


class AuditEntry(SQLModel, table=True):
    """One thing a person did."""

    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    chain: int
    seq: int = Field(sa_type=sa.BigInteger, description="counts from 1 without a gap")
    at: datetime = Field(sa_type=UtcDateTime)
    actor_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    on_behalf_of_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    action: AuditAction = Field(sa_column=code_column(AuditAction))
    subject: str = Field(max_length=80, description="kind:public_id of what it was done to")
    detail: dict[str, str | int] = Field(sa_type=JSON_TYPE)
    digest: str


class AuditRoot(SQLModel, table=True):
    """The digest over all chains as a local day left them, told to everybody once."""

    __tablename__ = "audit_root"

    day: date = Field(primary_key=True)
    root: str
    ends: list[tuple[int, int, str]] = Field(
        sa_type=JSON_TYPE, description="chain, number of entries and last digest of each"
    )
    published_at: datetime = Field(sa_type=UtcDateTime)
