"""PostgreSQL keeps each day of samples in a partition of its own; SQLite has none.

A row of a day without one (an outage's, or a wrong clock's) lies with the others. The number of
partitions is bounded by the calendar, never by what a device says.
"""

import logging
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, MetaData, Table, delete, insert, select, text

from cloud.bulk import table_of
from cloud.telemetry import days
from cloud.telemetry.models import Sample

AHEAD: Final = 8
"""Days made before they begin: the chores may fail for a week."""
_WAIT: Final = "5s"
"""Longest that a lock on all samples is waited for, and everybody behind it; the next night is
soon enough."""

_log = logging.getLogger(__name__)


def prepare(engine: Engine, now: datetime) -> None:
    """Make the partitions of yesterday, today and the days ahead that are missing."""
    if engine.dialect.name != "postgresql":
        return
    today = days.today(now)
    for day in range(today - 1, today + AHEAD + 1):
        with engine.begin() as connection:
            if day not in _days(connection):
                _open(connection, day)


def drop_empty(engine: Engine, before: int) -> None:
    """Drop the partitions of days before this one that hold no row any more."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        old = [day for day in _days(connection) if day < before]
    for day in old:
        # Gives the emptied pages back, so that the look under the lock takes no time.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"VACUUM {_name(day)}"))
        with engine.begin() as connection:
            _drop(connection, day)


def _open(connection: Connection, day: int) -> None:
    """The rows of that day which lie with the others move in with it.

    Writers wait meanwhile, else one could put such a row back before the partition takes over.
    """
    name, made, others = _name(day), _part(f"sample_{day}"), _part("sample_other")
    connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    connection.execute(text("LOCK TABLE sample IN SHARE ROW EXCLUSIVE MODE"))
    connection.execute(text(f"CREATE TABLE {name} (LIKE sample)"))
    moving = select(others).where(others.c.day == day)
    connection.execute(insert(made).from_select(list(others.c), moving))
    connection.execute(delete(others).where(others.c.day == day))
    bounds = f"FOR VALUES FROM ({day}) TO ({day + 1})"
    connection.execute(text(f"ALTER TABLE sample ATTACH PARTITION {name} {bounds}"))


def _drop(connection: Connection, day: int) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT}'"))
    connection.execute(text("LOCK TABLE ONLY sample IN ACCESS EXCLUSIVE MODE"))
    if connection.execute(select(_part(f"sample_{day}")).limit(1)).first() is not None:
        _log.warning("the partition of day %d still holds rows and stays", day)
        return
    connection.execute(text(f"DROP TABLE {_name(day)}"))


def _days(connection: Connection) -> set[int]:
    found = connection.scalars(
        text(
            "SELECT substr(relname, 8)::int FROM pg_class"
            " WHERE relnamespace = 'parts'::regnamespace AND relname ~ '^sample_[0-9]+$'"
            " AND relkind = 'r'"
        )
    )
    return set(found)


def _part(name: str) -> Table:
    return table_of(Sample).to_metadata(MetaData(), schema="parts", name=name)


def _name(day: int) -> str:
    return f"parts.sample_{day}"
