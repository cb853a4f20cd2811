"""Opens the SQLite file: checked, migrated, durable; one it cannot trust is set aside, not mended.

WAL with synchronous=FULL: with NORMAL a power cut loses committed rows.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from edge.errors import StoreError

BUSY_MS: Final = 5_000
"""How long a doctor or a backup reading along may keep the agent waiting."""
PAGE_BYTES: Final = 1024
"""Each change of a page goes to the card whole; a day costs 16 MB instead of 30 MB with 4096."""
REFUSALS: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    }
)
UNREADABLE: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_CORRUPTFS,
        sqlite3.SQLITE_IOERR_READ,
        sqlite3.SQLITE_IOERR_SHORT_READ,
    }
)
CORRUPT: Final = "corrupt"
NEWER: Final = "newer"
COMPANIONS: Final = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Opened:
    """A connection, and where the file went that could not be trusted."""

    connection: sqlite3.Connection
    quarantined: Path | None


def open_checked(path: Path) -> Opened:
    """Open or make the database.

    Raises:
        StoreError: not even a fresh file can be made there.
    """
    quarantined = None
    try:
        if path.exists() and (defect := defect_of(path)) is not None:
            quarantined = set_aside(path, defect)
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot keep a database at {path}: {error}") from error
    try:
        _migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise StoreError(f"cannot keep a database at {path}: {error}") from error
    return Opened(connection, quarantined)


def set_aside(path: Path, reason: str) -> Path:
    """Rename the file and its companions; the new name tells the reason and a number."""
    number = 1
    while (aside := path.with_name(f"{path.name}.{reason}-{number}")).exists():
        number += 1
    for suffix in COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + suffix))
    return aside


def defect_of(path: Path) -> str | None:
    """`CORRUPT`: SQLite finds it damaged; `NEWER`: a newer program has changed its shape.

    Raises:
        StoreError: the card refuses now; that says nothing against the file.
    """
    try:
        with closing(_connect(path)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        if _is_refusal(error):
            raise StoreError(f"the card refuses to open {path}: {error}") from error
        return CORRUPT
    if verdict != "ok":
        return CORRUPT
    return NEWER if version > len(_scripts()) else None


def _is_refusal(error: sqlite3.Error) -> bool:
    """A full, busy or failing card; a page that cannot be read counts as damage."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF in REFUSALS and code not in UNREADABLE


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # an old file keeps its own
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, script in enumerate(_scripts(), 1):
        if number > version:
            text = script.read_text(encoding="utf-8")
            connection.executescript(f"BEGIN; {text} PRAGMA user_version = {number}; COMMIT;")


def _scripts() -> list[Traversable]:
    """The numbered migrations, the first one first."""
    scripts = (e for e in resources.files("edge.schema").iterdir() if e.name[0].isdigit())
    return sorted(scripts, key=lambda entry: entry.name)
