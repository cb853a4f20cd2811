"""A card of a few megabytes that is really full when it is: a file system of its own in memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

BLOCK = 64 << 10


class LittleCard:
    """A mounted folder, and what else lies on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._other = folder, folder / "other-files"

    def fill(self, *, but: int = 0) -> None:
        """Other files take all room but some bytes."""
        with suppress(OSError), self._other.open("ab", buffering=0) as file:
            while file.write(bytes(BLOCK)) == BLOCK:
                pass
        if but:
            os.truncate(self._other, self._other.stat().st_size - but)

    def clear(self) -> None:
        """Somebody removes the other files."""
        self._other.unlink(missing_ok=True)

    @property
    def free(self) -> int:
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize


@contextmanager
def little_card(folder: Path, megabytes: int) -> Iterator[LittleCard]:
    """Only root may mount; others skip."""
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this user may not mount a little file system")
    try:
        yield LittleCard(folder)
    finally:
        subprocess.run(["/bin/umount", "-l", str(folder)], check=True)
