"""Many rows in one statement, those that are there already left or overwritten.

PostgreSQL takes one JSON document and makes rows of it, which costs half of what arrays
(`unnest`) or a statement per row cost; SQLite takes tuples. Binary columns are not for it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final

from pydantic_core import to_json
from sqlalchemy import (
    ColumnElement,
    Dialect,
    SQLColumnExpression,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    column,
    func,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel

from cloud.db import UtcDateTime

Rows = Sequence[Mapping[str, object]]

_LEAVE: Final = "ON CONFLICT DO NOTHING"


def insert_new(session: Session, model: type[SQLModel], rows: Rows) -> None:
    """Insert the rows whose keys are not there yet; all have the same columns.

    In the order of their keys, so that of two workers with the same rows one waits for the
    other, and never each for the other.
    """
    table = table_of(model)
    if rows:
        _write(session, table, rows, _LEAVE)


def put(session: Session, model: type[SQLModel], rows: Rows) -> None:
    """Insert rows or overwrite those with their primary keys; no key twice."""
    table = table_of(model)
    if not rows:
        return
    keys = _keys(table)
    changes = [f'"{name}" = excluded."{name}"' for name in rows[0] if name not in keys]
    _write(
        session, table, rows, f"ON CONFLICT ({_names(keys)}) DO UPDATE SET {', '.join(changes)}"
    )


def touch(session: Session, model: type[SQLModel], rows: Rows) -> None:
    """Insert rows that are nothing but their key, and lock those that are there already."""
    table = table_of(model)
    if rows:
        first, *_others = keys = _keys(table)
        same = f'"{first}" = excluded."{first}"'
        _write(
            session, table, rows, f"ON CONFLICT ({_names(keys)}) DO UPDATE SET {same} WHERE false"
        )


def insert_into(
    session: Session, model: type[SQLModel]
) -> postgresql.dml.Insert | sqlite.dml.Insert:
    """An insert that can say what shall happen to a key that is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table_of(model))
    return sqlite.insert(table_of(model))


def each_of(session: Session, document: SQLColumnExpression[dict[str, float]]) -> TableValuedAlias:
    """The pairs of a JSON object as rows of `key` and `value`."""
    postgres = session.get_bind().dialect.name == "postgresql"
    pairs = func.jsonb_each_text if postgres else func.json_each
    return pairs(document).table_valued("key", "value")


class _TextsOf(FunctionElement[str]):
    """The texts of a JSON array, as rows."""

    name = "texts_of"
    inherit_cache = True


@compiles(_TextsOf, "sqlite")
def _in_sqlite(of: _TextsOf, compiler: SQLCompiler, **kw: object) -> str:
    return f"json_each({compiler.process(of.clauses, **kw)})"


@compiles(_TextsOf, "postgresql")
def _in_postgresql(of: _TextsOf, compiler: SQLCompiler, **kw: object) -> str:
    return f"jsonb_array_elements_text(({compiler.process(of.clauses, **kw)})::jsonb)"


def texts_in(name: str) -> ColumnElement[str]:
    """The texts of a list that a statement is given under this name, by `listed`.

    One parameter however many they are: a place for each would be composed anew for every batch,
    which costs more than the answer, and no prepared statement would ever fit again.
    """
    found = _TextsOf(bindparam(name, type_=Text)).table_valued(column("value", Text))
    value: ColumnElement[str] = found.c.value
    return value


def listed(texts: Iterable[str]) -> str:
    """What `texts_in` reads."""
    return json.dumps(list(texts))


def table_of(model: type[SQLModel]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # every table class has it
    return table


def _write(session: Session, table: Table, rows: Rows, conflict: str) -> None:
    connection, names = session.connection(), tuple(rows[0])
    keys = [name for name in _keys(table) if name in names]
    ordered = sorted(rows, key=itemgetter(*keys)) if keys else rows
    if connection.dialect.name == "postgresql":
        statement = (
            f"{_into(table, names)} {_recordset(table, names, connection.dialect)} {conflict}"
        )
        connection.exec_driver_sql(statement, (_document(table, ordered),))
    else:
        marks = ", ".join("?" * len(names))
        statement = f"{_into(table, names)} VALUES ({marks}) {conflict}"
        connection.exec_driver_sql(statement, _tuples(table, ordered, connection.dialect))


def _into(table: Table, names: Sequence[str]) -> str:
    return f'INSERT INTO "{table.name}" ({_names(names)})'


@lru_cache
def _recordset(table: Table, names: tuple[str, ...], dialect: Dialect) -> str:
    kinds = ", ".join(f'"{name}" {table.c[name].type.compile(dialect=dialect)}' for name in names)
    source = f"json_to_recordset(%s::json) AS fresh ({kinds})"
    return f"SELECT {_names(names)} FROM {source}"  # noqa: S608 (names of columns, from the models)


def _document(table: Table, rows: Rows) -> str:
    """Written faster than by `json`; a number that is none PostgreSQL refuses to read."""
    for name in rows[0]:
        if isinstance(table.c[name].type, UtcDateTime):
            _refuse_naive(row[name] for row in rows)
    return to_json(rows).decode()


def _refuse_naive(moments: Iterable[object]) -> None:
    for moment in moments:
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise TypeError("a time without a zone is no time")


def _tuples(table: Table, rows: Rows, dialect: Dialect) -> list[tuple[object, ...]]:
    """Column by column: most of them go as they are."""
    columns = []
    for name in rows[0]:
        values = [row[name] for row in rows]
        way = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        columns.append(map(way, values) if way else values)
    return list(zip(*columns, strict=True))


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]
