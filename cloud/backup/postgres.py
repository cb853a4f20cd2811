"""PostgreSQL: its own `pg_dump` and `pg_restore`, in a snapshot whose rows are counted."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from cloud.backup import rows
from cloud.backup.errors import BackupError
from cloud.db import make_engine

FILE: Final = "cloud.dump"
_MAINTENANCE: Final = "postgres"
"""The database every server has, from which others are made and renamed."""


def dump(url: str, folder: Path) -> dict[str, int]:
    """One snapshot for the dump and for the count; rows by table."""
    engine = make_engine(url)
    try:
        with engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            snapshot: str = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            words = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
            _run("pg_dump", make_url(url), *words, f"--file={folder / FILE}")
            counted = rows.count(connection)
    finally:
        engine.dispose()
    _run("pg_restore", None, "--list", str(folder / FILE))
    return counted


class Target:
    """Where a database is put back: a fresh one that takes the old one's name at the end."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._fresh = self._url.set(database=f"{self._url.database}_restoring")
        self._drop = f'DROP DATABASE IF EXISTS "{self._fresh.database}"'

    @property
    def taken(self) -> bool:
        engine = make_engine(_text(self._url))
        try:
            return bool(inspect(engine).get_table_names())
        finally:
            engine.dispose()

    @contextmanager
    def filled(self, folder: Path) -> Iterator[Engine]:
        """The database of the backup, not yet under its name; gone again where it is refused."""
        self._administer(self._drop, f'CREATE DATABASE "{self._fresh.database}"')
        engine = make_engine(_text(self._fresh))
        with ExitStack() as refused:
            refused.callback(self._forget)
            refused.callback(engine.dispose)
            words = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
            _run("pg_restore", self._fresh, *words, str(folder / FILE))
            yield engine
            refused.pop_all()
        engine.dispose()

    def put_in_place(self, suffix: str) -> str:
        """Rename both, or drop an empty old one; whoever is still connected makes it fail."""
        name, fresh = self._url.database, self._fresh.database
        aside = f"{name}_{suffix.replace('-', '_')}" if self.taken else ""
        self._administer(
            f'ALTER DATABASE "{name}" RENAME TO "{aside}"' if aside else f'DROP DATABASE "{name}"',
            f'ALTER DATABASE "{fresh}" RENAME TO "{name}"',
        )
        return aside

    def _forget(self) -> None:
        """What was being built; a server that is gone keeps it, and the first reason counts."""
        with suppress(SQLAlchemyError):
            self._administer(self._drop)

    def _administer(self, *statements: str) -> None:
        engine = make_engine(_text(self._url.set(database=_MAINTENANCE)))
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for statement in statements:
                    connection.execute(text(statement))
        finally:
            engine.dispose()


def _run(program: str, url: URL | None, *words: str) -> None:
    """Run a program of PostgreSQL; its password goes by the environment, where no `ps` sees it."""
    where = shutil.which(program)
    if where is None:
        raise BackupError(
            f"{program} is not on this machine; on Debian: apt-get install postgresql-client"
        )
    command, environment = [where, *words], dict(os.environ)
    if url is not None:
        plain = url.set(drivername="postgresql", password=None)
        command.insert(1, f"--dbname={plain.render_as_string(hide_password=False)}")
        environment |= _password(url)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip().splitlines()[-1:]}")


def _password(url: URL) -> Mapping[str, str]:
    return {"PGPASSWORD": url.password} if url.password else {}


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)
