"""A simulated greenhouse's data folder: board file, identity, accounts, and where it left off."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge import config_file
from edge.config import Hardware
from firmware_sim.clock import HOUR_MS
from firmware_sim.world import Start

BOARD: Final = Path(__file__).with_name("greenhouse.toml")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the greenhouse keeps its things."""

    path: Path

    @property
    def board(self) -> Path:
        return self.path / "edge" / "hardware.toml"

    @property
    def identity(self) -> Path:
        return self.path / "edge" / "identity.json"

    @property
    def store(self) -> Path:
        return self.path / "edge" / "edge.db"

    @property
    def summary(self) -> Path:
        return self.path / "sim" / "summary.json"

    @property
    def state(self) -> Path:
        return self.path / "sim" / "state.json"

    def hardware(self, board: Path = BOARD) -> Hardware:
        """The board of this folder; by default the demonstration's where there is none."""
        if not self.board.exists():
            self.board.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(board, self.board)
        return config_file.load(self.board)

    def start(self, now_ms: int, hours: float) -> Start:
        """`hours` before now, or later where the last simulation of this folder ended."""
        begin = now_ms - round(hours * HOUR_MS)
        if not self.state.exists():
            return Start(begin)
        state = json.loads(self.state.read_text(encoding="utf-8"))
        return Start(max(begin, min(now_ms, int(state["wall_ms"]))), state["fills"])

    def leave(self, wall_ms: int, fills: dict[str, float]) -> None:
        """Write down where the greenhouse stands, for the next start."""
        write_json(self.state, {"wall_ms": wall_ms, "fills": fills})


def write_json(path: Path, body: object) -> None:
    """Replace a file in one move, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)
