"""What a day in the greenhouse writes to the card: the real agent in lock-step with a simulation.

Bytes are the kernel's own count for this process: pages sent to the disk. Prints figures as JSON.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.config_file import load
from firmware_sim.climate import REGIONS, GeneratedClimate, Season
from firmware_sim.folder import BOARD
from firmware_sim.run import LockStep, assemble
from firmware_sim.world import Start
from wire.identity import new_identity

MIDNIGHT_MS = 1_767_200_400_000  # 2026-01-01 00:00 in Viet Nam
SEED = 100
HOUR_S, MINUTE_S = 3600, 60
NOBODY = ("mqtt://127.0.0.1:1",)


@dataclass(frozen=True)
class Written:
    """The kernel's count of this process so far."""

    calls: int
    handed_over: int
    to_disk: int

    @classmethod
    def now(cls) -> "Written":
        lines = Path("/proc/self/io").read_text("utf-8").splitlines()
        counts = {key: int(value) for key, value in (line.split(": ") for line in lines)}
        return cls(counts["syscw"], counts["wchar"], counts["write_bytes"])


def main(hours: float) -> None:
    with TemporaryDirectory(dir=".") as folder:
        lock_step = _greenhouse(Path(folder))
        before = Written.now()
        ticks = round(hours * HOUR_S)
        quiet = sum(_writes_nothing(lock_step) for _ in range(ticks))
        after, summary = Written.now(), lock_step.summary()
        lock_step.runtime.close()
    figures = {
        "ticks": ticks,
        "quiet_ticks": quiet,
        "rows": summary.rows,
        "doses": summary.doses,
        "probe_readings": ticks // MINUTE_S * len(load(BOARD).probes),
        "handed_over_bytes": after.handed_over - before.handed_over,
        "to_disk_bytes": after.to_disk - before.to_disk,
    }
    print(json.dumps(figures))


def _greenhouse(folder: Path) -> LockStep:
    climate = GeneratedClimate(REGIONS["highlands"], Season.HOT, SEED)
    identity = new_identity(NOBODY, simulated=True)
    start = Start(MIDNIGHT_MS)
    return assemble(load(BOARD), identity, folder / "edge.db", start, climate, SEED)


def _writes_nothing(lock_step: LockStep) -> bool:
    before = Written.now().calls
    lock_step.tick()
    return Written.now().calls == before


if __name__ == "__main__":
    main(float(sys.argv[1]))
