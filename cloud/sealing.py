"""What is sealed, in every table, under another key: row by row, safe to be stopped anywhere."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine, RowMapping, Table
from sqlmodel import Session

from cloud import keyring
from cloud.db import writing
from cloud.keyring import KeyRing, Sealed, Tagged
from cloud.tables import METADATA

_Kind = TypeVar("_Kind", Sealed, Tagged)
_AT_ONCE: Final = 200
"""Rows of one transaction: a buyer who orders meanwhile waits for them, some ten milliseconds."""

_IN_PARTS: Final = {"yield_per": 1_000}
"""So that years of orders need no more memory than these."""


def rotate(engine: Engine) -> tuple[int, int]:
    """A new key and all rows under it; where a change was broken off, that one is finished.

    Returns:
        The number of the key, and how many rows were sealed anew.
    """
    ring = keyring.of(engine.dialect)
    if not _waits(engine, ring):
        ring.add()
    return ring.current, reseal(engine)


def reseal(engine: Engine, _now: object = None) -> int:
    """Seal what lies in clear or under an older key; a round of each night too. How many rows."""
    ring = keyring.of(engine.dialect)
    return sum(_reseal(engine, ring, table) for table in sealed_tables())


def prove(engine: Engine) -> None:
    """Read all that is sealed.

    Raises:
        ConfigurationError: a key is not there, or another one.
    """
    with engine.connect() as connection:
        for table in sealed_tables():
            chosen = sa.select(*(table.c[name] for name in _columns(table, Sealed)))
            with connection.execute(chosen, execution_options=_IN_PARTS) as rows:
                deque(rows, maxlen=0)


def sealed_tables() -> Sequence[Table]:
    """Asked of the models, so that no table that seals something stays under an old key."""
    return [table for table in METADATA.sorted_tables if _columns(table, Sealed)]


def _reseal(engine: Engine, ring: KeyRing, table: Table) -> int:
    done = 0
    while True:
        with Session(writing(engine)) as session, session.begin():
            _wipe(session)
            changed = _batch(session, ring, table)
        if not changed:
            return done
        done += changed


def _waits(engine: Engine, ring: KeyRing) -> bool:
    with engine.connect() as connection:
        return any(
            connection.execute(_behind(ring, table).limit(1)).first() is not None
            for table in sealed_tables()
        )


def _batch(session: Session, ring: KeyRing, table: Table) -> int:
    connection = session.connection()
    found = connection.execute(_behind(ring, table).limit(_AT_ONCE).with_for_update())
    rows = found.mappings().all()
    for row in rows:
        here = (column == row[column.name] for column in table.primary_key)
        connection.execute(sa.update(table).where(*here).values(_anew(row, ring, table)))
    return len(rows)


def _anew(told: RowMapping, ring: KeyRing, table: Table) -> Mapping[str, object]:
    """The values as they are to be stored; `type_coerce` keeps them from being sealed twice."""
    kinds = _columns(table, Sealed)
    clear = {
        name: ring.unseal(kind.field, told[name]) for name, kind in kinds.items() if told[name]
    }
    values = {name: ring.seal(kinds[name].field, text) for name, text in clear.items()}
    for name, kind in _columns(table, Tagged).items():
        if kind.of in clear:
            values[name] = ring.tag(clear[kind.of])
    return {name: sa.type_coerce(value, sa.String) for name, value in values.items()}


def _behind(ring: KeyRing, table: Table) -> "sa.Select[tuple[object, ...]]":
    """Rows of which anything lies in clear, under an older key, or cannot be looked up."""
    wanted = f"v{ring.current}:%"
    raw = {name: sa.type_coerce(table.c[name], sa.String) for name in _columns(table, Sealed)}
    late = [column.not_like(wanted) & (column != "") for column in raw.values()]
    late += [
        table.c[name].is_(None) & (raw[kind.of] != "")
        for name, kind in _columns(table, Tagged).items()
    ]
    columns = [column.label(name) for name, column in raw.items()]
    keys = table.primary_key.columns
    return sa.select(*keys, *columns).where(sa.or_(*late)).order_by(*keys)


def _columns(table: Table, kind: type[_Kind]) -> Mapping[str, _Kind]:
    return {one.name: one.type for one in table.columns if isinstance(one.type, kind)}


def _wipe(session: Session) -> None:
    """SQLite leaves what was replaced in its file unless it is told not to."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
