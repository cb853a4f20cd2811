"""Tables of the public log: its entries, which the database refuses to change, and its end."""

from sqlmodel import Field, SQLModel


class LogEntry(SQLModel, table=True):
    """One line that everybody may read; its octets are what the log's tree covers."""

    __tablename__ = "log_entry"

    number: int = Field(
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
        description="counts from 0 without a gap",
    )
    subject: str = Field(max_length=80, index=True, description="run:…, lot:…/… or key:…")
    text: str


class LogHead(SQLModel, table=True):
    """One row, locked while an entry is appended."""

    __tablename__ = "log_head"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int
    life: int = Field(description="another one, under another name, where the past was lost")
