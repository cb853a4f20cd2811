"""PostgreSQL for tests: a private server, and how a database is emptied."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, delete, exists, literal, select, text, union_all

from cloud.db import make_engine
from cloud.tables import METADATA

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")


def empty(connection: Connection) -> None:
    """As truncating all tables, which makes hundreds of new files, in a fraction of its time.

    What a trigger guards against deletion can be truncated only.
    """
    tables = METADATA.sorted_tables
    found = union_all(
        *(select(literal(one.name)).where(exists().select_from(one)) for one in tables)
    )
    filled = set(connection.execute(found).scalars())
    triggers = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    guarded = filled & set(connection.execute(text(triggers)).scalars())
    for name in guarded:
        connection.execute(text(f"TRUNCATE {name} CASCADE"))
    for table in reversed(tables):
        if table.name in filled - guarded:
            connection.execute(delete(table))
    again = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
    connection.execute(text(again))


def private_postgres(folder: Path) -> Iterator[str]:
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, user="postgres", cwd=folder)

    run(str(POSTGRES_BIN / "initdb"), "-A", "trust", "-E", "UTF8", "--no-sync", "-D", str(data))
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    control = (str(POSTGRES_BIN / "pg_ctl"), "-D", str(data), "-w")
    run(*control, "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        run(*control, "-m", "immediate", "stop")


def administer(server: str, statement: str) -> None:
    engine = make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()
