"""The memory card when it is full or fails: the kernel itself refuses what the agent writes.

A limit on the size of files stands for both, so that SQLite and the agent meet real errors.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from edge.ballast import BYTES, SUFFIX


class Trouble(StrEnum):
    """What the card suffers from."""

    FULL = "full"
    """No file grows beyond the largest there is, until the ballast is given up."""
    ERROR = "error"
    """Nothing at all can be written."""


class Card:
    """The folder of one agent; only what is done within `in_use` meets the trouble."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._ballast = store.with_name(store.name + SUFFIX)
        self._trouble: Trouble | None = None
        self._room = 0

    def strike(self, trouble: Trouble) -> None:
        """From now on."""
        self._trouble = trouble
        self._room = 0 if trouble is Trouble.ERROR else self._largest()
        self._had_ballast = self._ballast.exists()

    def mend(self) -> None:
        self._trouble = None

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Writes of this process meet the card as it is now."""
        if self._trouble is None:
            yield
            return
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._limit(), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def _limit(self) -> int:
        given_up = self._trouble is Trouble.FULL and self._had_ballast
        return self._room + (BYTES if given_up and not self._ballast.exists() else 0)

    def _largest(self) -> int:
        files = [path for path in self._store.parent.iterdir() if path != self._ballast]
        return max(path.stat().st_size for path in files)
