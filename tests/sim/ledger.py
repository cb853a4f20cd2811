"""What was played so far and how it went, one line a seed, so that many runs make one campaign.

A seed counts for the programs that it was played with, and for no others.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from tests.sim.play import Outcome

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAMS: Final = ("cloud", "edge", "firmware_sim", "tests/sim", "traceability", "wire")
WRITTEN_IN: Final = frozenset({".py", ".sql"})
LOCK: Final = "uv.lock"


@dataclass(frozen=True)
class Entry:
    """A line; `town` is how large and how long a run was: another one is another story."""

    programs: str
    town: str
    outcome: Outcome


_LINE: Final = TypeAdapter(Entry)


class Ledger:
    """A file of outcomes; without a path it remembers nothing."""

    def __init__(self, path: Path | None, programs: str, town: str) -> None:
        self._path, self._programs, self._town = path, programs, town

    def played(self) -> dict[int, Outcome]:
        """By seed, of these programs and such towns."""
        return {
            entry.outcome.seed: entry.outcome
            for entry in self._entries()
            if (entry.programs, entry.town) == (self._programs, self._town)
        }

    def write(self, outcome: Outcome) -> None:
        """On a line of its own, even behind one that a kill has cut off."""
        if self._path is None:
            return
        line = _LINE.dump_json(Entry(self._programs, self._town, outcome))
        with self._path.open("ab") as file:
            file.write(b"\n" + line)

    def _entries(self) -> Iterator[Entry]:
        if self._path is None or not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                yield _LINE.validate_json(line)
            except ValidationError:
                continue  # cut off, or of another shape: its seed is played again


def programs(root: Path = ROOT) -> str:
    """Short for all that is played and all that plays it: changes with any octet of them."""
    seen = hashlib.sha256((root / LOCK).read_bytes())
    for path in _sources(root):
        seen.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _sources(root: Path) -> Iterable[Path]:
    found = (path for name in PROGRAMS for path in (root / name).rglob("*"))
    return sorted(path for path in found if path.suffix in WRITTEN_IN)
