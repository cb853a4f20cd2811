"""Opens the SQLite file: checked, migrated, durable; a corrupt one is set aside, never repaired.

WAL with synchronous=FULL: with NORMAL a power cut loses committed rows.
"""

import sqlite3
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from edge.errors import StoreError

BUSY_MS: Final = 5_000
"""How long a doctor or a backup reading along may keep the agent waiting."""
PAGE_BYTES: Final = 1024
"""Each change of a page goes to the card whole; a day costs 16 MB instead of 30 MB with 4096."""
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
    if path.exists() and not is_sound(path):
        quarantined = _set_aside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path)
        _migrate(connection)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot keep a database at {path}: {error}") from error
    return Opened(connection, quarantined)


def is_sound(path: Path) -> bool:
    """Whether SQLite finds the file whole."""
    try:
        connection = _connect(path)
    except sqlite3.Error:
        return False
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error:
        return False
    finally:
        connection.close()
    return bool(verdict == "ok")


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


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    for suffix in COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + suffix))
    return aside


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    scripts = sorted(
        (entry for entry in resources.files("edge.schema").iterdir() if entry.name[0].isdigit()),
        key=lambda entry: entry.name,
    )
    for number, script in enumerate(scripts, 1):
        if number > version:
            text = script.read_text(encoding="utf-8")
            connection.executescript(f"BEGIN; {text} PRAGMA user_version = {number}; COMMIT;")
