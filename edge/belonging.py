"""Whose rows a store holds: another device's are set aside, what keeps water safe stays.

A box that joins anew is another device to its cloud. Its old rows would be told as the new one's,
and a STOP of the new cloud, which counts from one, would be taken for an old one.
"""

import os
from pathlib import Path
from typing import Final

from edge import database, keepsake
from edge.errors import StoreError

MARK: Final = ".device"
"""Beside the store: the device whose rows it holds."""


def remember(store: Path, device: str) -> None:
    """Write down whose it is, where nobody did."""
    if _owner(store) is None:
        _mark(store, device)


def take_over(store: Path, device: str) -> Path | None:
    """Make the store this device's; where it was another's, the file that now holds its rows.

    A power cut between any two steps leaves work for the next call, and no rows of two devices.

    Raises:
        StoreError: the card refuses.
    """
    owner, aside = _owner(store), None
    if owner == device:
        return None
    try:
        if owner is not None:
            keepsake.disown(store)
            aside = database.set_aside(store, f"of-{owner}")
        _mark(store, device)
    except OSError as error:
        raise StoreError(f"the card refuses to set aside {store}: {error}") from error
    return aside


def _owner(store: Path) -> str | None:
    try:
        return store.with_name(store.name + MARK).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the card refuses to tell whose {store} is: {error}") from error


def _mark(store: Path, device: str) -> None:
    mark = store.with_name(store.name + MARK)
    fresh = mark.with_name(mark.name + ".new")
    with fresh.open("w", encoding="ascii") as file:
        file.write(device + "\n")
        file.flush()
        os.fsync(file.fileno())
    folder = store.parent.stat()
    if os.geteuid() == 0 and folder.st_uid != 0:
        os.chown(fresh, folder.st_uid, folder.st_gid)
    fresh.replace(mark)
    handle = os.open(store.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
