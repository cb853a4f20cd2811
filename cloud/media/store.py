"""The folder of pictures: each once, under its octets' hash, on the disk before it counts."""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

FOLDER: Final = "media"
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_SWEPT: Final = ".swept-"
_OWNER: Final = 0o700


class Store:
    """Pictures below the data folder; knows nothing of whose they are."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / FOLDER

    def keep(self, octets: bytes) -> str:
        """The name under which these octets lie; when this returns they survive a power cut."""
        name = hashlib.sha256(octets).hexdigest()
        path = self.path(name)
        try:
            os.utime(path)  # young again: whoever sweeps leaves it alone
        except FileNotFoundError:
            path.parent.mkdir(mode=_OWNER, parents=True, exist_ok=True)
            _write_whole(path, octets)
            for folder in (path.parent, self.folder, self.folder.parent):
                _sync(folder)
        return name

    def path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def names(self) -> Iterator[str]:
        """Every picture that lies here."""
        for path in sorted(self.folder.glob("??/*")):
            if _NAME.fullmatch(path.name):
                yield path.name

    def sweep(self, wanted: Collection[str], before: datetime) -> int:
        """Delete what nobody wants and nobody kept again since then; how many there were.

        A picture is moved aside before it is looked at once more: one that was kept again in
        between goes back.
        """
        swept = 0
        for name in list(self.names()):
            path = self.path(name)
            if name in wanted or path.stat().st_mtime >= before.timestamp():
                continue
            aside = path.with_name(_SWEPT + name)
            path.rename(aside)
            if aside.stat().st_mtime >= before.timestamp():
                aside.rename(path)
            else:
                aside.unlink()
                swept += 1
        self._tidy(before)
        return swept

    def _tidy(self, before: datetime) -> None:
        """Delete what a power cut left half done."""
        for path in self.folder.glob("??/.*"):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()


def _write_whole(path: Path, octets: bytes) -> None:
    """Nobody, and no power cut, ever meets half a picture."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
