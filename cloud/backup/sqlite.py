"""SQLite: its online backup, consistent while the service writes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, make_url

from cloud.backup import manifest
from cloud.backup.errors import BackupError
from cloud.db import make_engine

FILE: Final = "cloud.db"
_BESIDE: Final = ("-wal", "-shm")


def dump(url: str, folder: Path) -> dict[str, int]:
    """Copy the database and prove the copy whole; rows by table."""
    target = folder / FILE
    with (
        closing(_open(Path(make_url(url).database or ""))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return look(target)


def look(path: Path) -> dict[str, int]:
    """Rows by table of a file that SQLite finds whole.

    Raises:
        BackupError: it does not.
    """
    with closing(_open(path)) as database:
        try:
            (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            names = database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            rows = {name: _count(database, name) for (name,) in names}
        except sqlite3.DatabaseError as error:
            said, rows = str(error), {}
    if said != "ok":
        raise BackupError(f"SQLite finds {path} damaged: {said}")
    return rows


class Target:
    """Where a database is put back: built beside the old one, which is moved aside at the end."""

    def __init__(self, url: str) -> None:
        self._path = Path(make_url(url).database or "")
        self._fresh = self._path.with_name(f"{self._path.name}.restoring")

    @property
    def taken(self) -> bool:
        return self._path.exists()

    @contextmanager
    def filled(self, folder: Path) -> Iterator[Engine]:
        """The database of the backup, not yet in its place; gone again where it is refused."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove(self._fresh)
        engine = make_engine(f"sqlite:///{self._fresh}")
        with ExitStack() as refused:
            refused.callback(_remove, self._fresh)
            refused.callback(engine.dispose)
            with (
                closing(_open(folder / FILE)) as source,
                closing(sqlite3.connect(self._fresh)) as copy,
            ):
                source.backup(copy)
            yield engine
            refused.pop_all()
        engine.dispose()

    def put_in_place(self, suffix: str) -> str:
        """Move the old one aside, with what belongs to it; where it is now, or nothing."""
        with closing(sqlite3.connect(self._fresh)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        aside = self._path.with_name(f"{self._path.name}.{suffix}")
        was_taken = self.taken
        for beside in (*_BESIDE, ""):
            old = Path(f"{self._path}{beside}")
            if old.exists():
                old.rename(f"{aside}{beside}")
        self._fresh.rename(self._path)
        for place in (self._path, self._path.parent):
            manifest.sync_one(place)
        return str(aside) if was_taken else ""


def _open(path: Path) -> sqlite3.Connection:
    """A file that is not there is not made."""
    if not path.exists():
        raise BackupError(f"there is no database {path}")
    return sqlite3.connect(path)


def _count(database: sqlite3.Connection, table: str) -> int:
    (count,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - its own name
    return int(count)


def _remove(path: Path) -> None:
    for beside in ("", *_BESIDE):
        Path(f"{path}{beside}").unlink(missing_ok=True)
