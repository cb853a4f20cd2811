"""Counting rows, to compare what was put back with what was taken."""

from sqlalchemy import Connection, inspect, text


def count(connection: Connection) -> dict[str, int]:
    """Rows by table, of every table there is."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())  # noqa: S608 - names from the database itself
        for name in names
    }
