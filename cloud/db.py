"""The database: one engine for SQLite and PostgreSQL, and what their columns share.

Nothing here knows a feature, or that there are pages: workers load it too.
"""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeVar

import sqlalchemy as sa
from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    TypeDecorator,
    create_engine,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, lower case
_PUBLIC_ID_LENGTH: Final = 10  # 50 random bits: a thousand million ids collide once in a thousand
_CODE_LENGTH: Final = 32  # characters of the longest code
_BUSY_MS: Final = 10_000  # longest wait for SQLite's one writer; a batch commits in 50 ms
_WAL_PAGES: Final = 4_000
"""16 MB. A batch of 200 devices writes some 400 pages, mostly those of the batch before: with
SQLite's 1,000 every other commit would copy them all into the file."""

# Names for constraints, so that a later migration can change them on both databases; it stands
# here because every module of tables imports this one first.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

JSON_TYPE: Final = JSON().with_variant(JSONB(), "postgresql")
"""A JSON column on both databases."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC and read back aware; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is no time")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


E = TypeVar("E", bound=StrEnum)


def code_column(codes: type[E], *, nullable: bool = False) -> "sa.Column[E]":
    """A column that holds one of a set of codes by its value, as text anyone can read."""
    kind = sa.Enum(
        codes,
        native_enum=False,
        length=_CODE_LENGTH,
        values_callable=lambda members: [member.value for member in members],
    )
    return sa.Column(kind, nullable=nullable)


def new_public_id() -> str:
    """Ten random characters of Crockford's base32: short enough to read over a telephone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_PUBLIC_ID_LENGTH))


def make_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        return _sqlite_engine(url)
    return create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_pre_ping=True,
        hide_parameters=True,  # an error would quote the row, telephone number and all
    )


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that will write.

    SQLite takes its write lock at BEGIN there: a transaction that read first and writes later
    would be refused at once, without waiting, when another one wrote in between.
    """
    return engine.execution_options(vuonso_writes=True)


def writes(session: Session) -> bool:
    """Whether this session's transaction was opened to write."""
    options = session.connection().get_execution_options()
    return bool(options.get("vuonso_writes", False))


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
        json_serializer=_compact,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _compact(value: object) -> str:
    """Two octets less for each reading of a sample, and numbers six times faster than `json`."""
    return to_json(value).decode()


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {_BUSY_MS}",
        f"wal_autocheckpoint = {_WAL_PAGES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("vuonso_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
