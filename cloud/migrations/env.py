"""Alembic's entry: runs the migrations on the connection it is handed."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection
from sqlmodel.sql.sqltypes import AutoString

from cloud.db import UtcDateTime
from cloud.tables import METADATA


def plain_types(kind: str, item: object, autogen: AutogenContext) -> str | Literal[False]:
    """Write plain column types into a migration: it must run when today's classes are gone."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def bound(connection: Connection, lock_ms: int, statement_ms: int) -> None:
    """Rather fail than make the running service wait; SQLite has its own patience."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {lock_ms:d}")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {statement_ms:d}")


handed = context.config.attributes
context.configure(
    connection=handed["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=plain_types,
)
with context.begin_transaction():
    bound(handed["connection"], handed.get("lock_ms", 0), handed.get("statement_ms", 0))
    context.run_migrations()
