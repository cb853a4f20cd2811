"""Buyers' data under another key: row by row, and safe to be stopped at any moment."""

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine, RowMapping
from sqlmodel import Session, SQLModel

from cloud import bulk, keyring
from cloud.db import writing
from cloud.keyring import KeyRing, Sealed
from cloud.orders.models import OrderBuyer

_AT_ONCE: Final = 200
"""Rows of one transaction: a buyer who orders meanwhile waits for them, some ten milliseconds."""


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
    ring, done = keyring.of(engine.dialect), 0
    while True:
        with Session(writing(engine)) as session, session.begin():
            _wipe(session)
            changed = _batch(session, ring)
        if not changed:
            return done
        done += changed


def _waits(engine: Engine, ring: KeyRing) -> bool:
    with engine.connect() as connection:
        return connection.execute(_behind(ring).limit(1)).first() is not None


def _batch(session: Session, ring: KeyRing) -> int:
    connection = session.connection()
    found = connection.execute(_behind(ring).limit(_AT_ONCE).with_for_update())
    rows = found.mappings().all()
    table = bulk.table_of(OrderBuyer)
    for row in rows:
        change = sa.update(table).where(table.c.order_id == row["order_id"])
        connection.execute(change.values(_anew(row, ring)))
    return len(rows)


def _anew(told: RowMapping, ring: KeyRing) -> Mapping[str, object]:
    """The values as they are to be stored; `type_coerce` keeps them from being sealed twice."""
    clear = {name: ring.unseal(kind.field, told[name]) for name, kind in _fields() if told[name]}
    values: dict[str, object] = {
        name: sa.type_coerce(ring.seal(kind.field, clear[name]), sa.String)
        for name, kind in _fields()
        if name in clear
    }
    if clear.get("phone"):
        values["phone_key"] = sa.type_coerce(ring.tag(clear["phone"]), sa.String)
    return values


def _behind(ring: KeyRing) -> "sa.Select[tuple[object, ...]]":
    """Rows of which anything lies in clear, under an older key, or cannot be looked up."""
    table, wanted = bulk.table_of(OrderBuyer), f"v{ring.current}:%"
    raw = {name: sa.type_coerce(table.c[name], sa.String) for name, _kind in _fields()}
    stale = [column.not_like(wanted) & (column != "") for column in raw.values()]
    unfound = table.c.phone_key.is_(None) & (raw["phone"] != "")
    columns = [column.label(name) for name, column in raw.items()]
    chosen = sa.select(table.c.order_id, *columns).where(sa.or_(*stale, unfound))
    return chosen.order_by(table.c.order_id)


def _fields() -> Sequence[tuple[str, Sealed]]:
    model: type[SQLModel] = OrderBuyer
    columns = bulk.table_of(model).columns
    return [(one.name, one.type) for one in columns if isinstance(one.type, Sealed)]


def _wipe(session: Session) -> None:
    """SQLite leaves what was replaced in its file unless it is told not to."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
