"""A process that writes to the real store, step by step, and says after each that it is kept.

What a step writes is a function of its number, so that any later look at the card can tell which
steps are there in full and which are not there at all.
"""

import os
import sys
from pathlib import Path
from typing import Final

from edge.change import OpenDose, Stamp
from edge.clock import Wall
from edge.store import Store
from wire.codes import ClockQuality, EventKind, Metric

ROWS: Final = 3
"""Rows of a step."""
DOSE: Final = OpenDose("z1", 180.0, 12.0)
CHECKPOINT_PAGES: Final = 40
"""Checkpoints come after a dozen steps, not after hours: a short tape holds many."""
STOP_N: Final = "stop_n"


def is_open(step: int) -> bool:
    return step % 2 == 1


def stop_n(step: int) -> int:
    """The counter of STOPs, which the keepsake carries too."""
    return step // 5


def settings_version(step: int) -> int:
    return step // 7


def write(store: Store, step: int) -> None:
    stamp = Stamp(step * 60_000, Wall(step * 60_000, ClockQuality.TRUSTED))
    with store.transaction() as change:
        change.event(stamp, EventKind.DOSE_STARTED, "z1", {"step": step})
        change.sample(stamp, "z1", {Metric.VWC: 0.31, Metric.VWC_1: 0.3, Metric.VWC_2: 0.32})
        change.sample(stamp, "z2", {Metric.VWC: 0.29, Metric.LITRES: step / 10})
        if is_open(step):
            change.opening(DOSE, step)
        else:
            change.shut(DOSE.zone)
        if stop_n(step) != stop_n(step - 1):
            change.set_meta(STOP_N, str(stop_n(step)))
        if settings_version(step) != settings_version(step - 1):
            change.settings(settings_version(step), "{}")


def main(folder: Path, steps: int, synchronous: str) -> None:
    store = Store(folder / "edge.db")
    store._db.execute(f"PRAGMA synchronous = {synchronous}")
    store._db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    for step in range(1, steps + 1):
        write(store, step)
        os.write(sys.stdout.fileno(), f"kept {step}\n".encode())
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
