"""The card: room on it, and whether the store and the identity on it are whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from edge.checkup.finding import Finding, look, ok
from edge.checkup.machine import Machine
from edge.database import CORRUPT, NEWER, defect_of
from edge.errors import StoreError
from wire import identity
from wire.errors import IdentityError
from wire.identity import Identity

LOW_BYTES: Final = 200_000_000
"""A system update alone needs as much; the agent itself grows by 40 MB in a year."""
MEGABYTE: Final = 1_000_000


def look_at(machine: Machine, data: Path, store: Path) -> Iterator[Finding]:
    """The data folder and the store in it."""
    if not machine.exists(data):
        yield look("no_data_folder", folder=data)
        return
    free = machine.free_bytes(data)
    room = ok if free >= LOW_BYTES else look
    yield room("room" if free >= LOW_BYTES else "little_room", megabytes=free // MEGABYTE)
    path = machine.path(store)
    yield _state(path, store)
    for code, defect in (("store_set_aside", CORRUPT), ("store_newer_aside", NEWER)):
        aside = sorted(found.name for found in path.parent.glob(f"{path.name}.{defect}-?"))
        if aside:
            yield look(code, files=", ".join(aside), folder=data)


def _state(path: Path, store: Path) -> Finding:
    if not path.exists():
        return ok("store_to_be_made", file=store)
    try:
        defect = defect_of(path)
    except StoreError as error:
        return look("store_refused", why=error)
    if defect is None:
        return ok("store_whole", file=store)
    return look("store_newer" if defect == NEWER else "store_damaged", file=store)


def who_is_this(path: Path) -> tuple[Identity | None, Finding]:
    """The identity, where it can be used, and what is to be said of it."""
    try:
        who = identity.load(path)
    except IdentityError as error:
        why = str(error).removeprefix(f"{error.code}: ")
        return None, look(error.code, file=path, why=why)
    return who, ok("identity", device=who.device)


def floor_ms(store: Path) -> int:
    """The last time that the agent wrote down; 0 where it never did."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = 'floor_ms'").fetchone()
    except sqlite3.Error:
        return 0
    return int(found[0]) if found else 0
