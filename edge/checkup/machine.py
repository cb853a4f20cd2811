"""The machine's files, below a root that is another one in a test or for a mounted card."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """Read access only."""

    root: Path = Path("/")

    def path(self, name: str | Path) -> Path:
        """Where a path of the machine lies for us."""
        return self.root / Path(name).relative_to("/") if Path(name).is_absolute() else Path(name)

    def exists(self, name: str | Path) -> bool:
        """Whether it is there, be it only a link that leads nowhere."""
        path = self.path(name)
        return path.exists() or path.is_symlink()

    def text(self, name: str | Path) -> str:
        """The file's text, empty where it cannot be read."""
        try:
            return self.path(name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def matches(self, folder: str, pattern: str) -> list[Path]:
        return sorted(self.path(folder).glob(pattern))

    def free_bytes(self, name: str | Path) -> int:
        """What an ordinary user may still write on that file system."""
        state = os.statvfs(self.path(name))
        return state.f_bavail * state.f_frsize
