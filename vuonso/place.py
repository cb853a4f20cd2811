"""The demonstration's data folder: what lies where, who may use it, and how it is emptied."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vuonso.errors import DemoError

LOCK: Final = "lock"
PARTS: Final = frozenset({"broker", "cloud", "edge", "labels", "logs", "sim", "demo.json", LOCK})


@dataclass(frozen=True)
class Place:
    """Paths below one folder."""

    folder: Path

    @property
    def cloud(self) -> Path:
        return self.folder / "cloud"

    @property
    def edge_store(self) -> Path:
        return self.folder / "edge" / "edge.db"

    @property
    def identity(self) -> Path:
        return self.folder / "edge" / "identity.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def labels(self) -> Path:
        return self.folder / "labels"

    @property
    def sim_summary(self) -> Path:
        return self.folder / "sim" / "summary.json"

    @property
    def notes(self) -> Path:
        """What the first start sold and stamped, so that the next one can show it again."""
        return self.folder / "demo.json"

    def clear(self) -> None:
        """Delete the demonstration's data, the lock aside; refuse a folder with anything else."""
        strangers = {path.name for path in self.folder.glob("*")} - PARTS
        if strangers:
            raise DemoError(
                "not_ours",
                f"{self.folder} holds {', '.join(sorted(strangers))}, not ours to delete; "
                "choose another folder with --data.",
            )
        for part in self.folder.glob("*"):
            if part.is_dir():
                shutil.rmtree(part)
            elif part.name != LOCK:
                part.unlink()

    def lock(self) -> int:
        """Take the folder for this demonstration and its processes.

        The processes inherit the lock: while one of them lives, nobody else starts here.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(
                "in_use",
                f"Another demonstration is using {self.folder}; stop it or choose --data.",
            ) from error
        return handle
