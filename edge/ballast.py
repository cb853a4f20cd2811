"""Room on the card that is kept for the day it is full: given up so that shutting is written down.

It refuses to take room that others need.
"""

import logging
import os
from contextlib import suppress
from io import BufferedWriter
from pathlib import Path
from typing import Final

BYTES: Final = 8 << 20
"""Days of rows, and every word of an irrigation that must end."""
AMPLE_BYTES: Final = 4 * BYTES
"""Free room from which on it may be laid in."""
LOW_BYTES: Final = 2 << 20
"""Free room under which it is given up: a change, its log and a checkpoint need less."""
SUFFIX: Final = ".ballast"
_BLOCK: Final = 1 << 20

_log = logging.getLogger(__name__)


class Ballast:
    """A file beside the store."""

    def __init__(self, store: Path) -> None:
        self._path, self._folder = store.with_name(store.name + SUFFIX), store.parent

    def lay_in(self) -> None:
        """Take the room, where there is plenty of it; the agent works without it too."""
        try:
            if not self._path.exists() and self.free() >= AMPLE_BYTES:
                with self._path.open("wb") as file:
                    _fill(file)
        except OSError as error:
            _log.warning("no ballast on this card: %s", error)
            self.give_up()

    def give_up(self) -> None:
        """Let the store have the room; a card that refuses even this will say so again."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def make_room(self) -> None:
        """Give it up where room is low."""
        if self.free() < LOW_BYTES:
            self.give_up()

    def free(self) -> int:
        """Bytes that the file system has for the agent."""
        state = os.statvfs(self._folder)
        return state.f_bavail * state.f_frsize


def _fill(file: BufferedWriter) -> None:
    """Reserve the room, or write it where the file system cannot reserve."""
    try:
        os.posix_fallocate(file.fileno(), 0, BYTES)
    except OSError:
        file.writelines(bytes(_BLOCK) for _ in range(BYTES // _BLOCK))
        file.flush()
        os.fsync(file.fileno())
