"""The real agent, gone between two statements of its store: what the next start makes of it.

A process that dies leaves its files as they are, so each image is a copy of them at the moment
SQLite is about to run a statement; the statement that follows a COMMIT stands for the moment
after it. `python -m tests.edge.crashed.steps` looks at every statement of the life.
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from edge.config_file import load
from edge.runtime import build
from edge.verify import examine
from firmware_sim.pins import SimFactory
from tests.edge.fakes import HandClock
from tests.edge.rig import DRY, PULSES_PER_S, PUMP, VALVES, Rig
from tests.edge.test_daybook import next_day, public_key
from wire.codes import EventKind, Op

PULSES_PER_L: Final = 450.0
MILLILITRE: Final = 0.001
"""What the store rounds to."""
LEFT_ALONE: Final = {".db-shm", ".toml"}
"""Memory that dies with the process, and what nobody writes."""


@dataclass(frozen=True)
class Image:
    """The files of a store as a dead process left them, and what had happened in the world."""

    before: str
    """The statement that was never run."""
    files: dict[str, bytes]
    seconds: float
    litres: float
    promised: int
    """The last row that the agent was told is kept."""


@dataclass
class Witness:
    """Lives the agent's day and takes an image at every so-manieth statement."""

    rig: Rig
    every: int
    litres: float = 0.0
    statements: int = 0
    images: list[Image] = field(default_factory=list)

    def watch(self) -> None:
        self.rig.runtime.store._db.set_trace_callback(self._take)

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.litres += PULSES_PER_S / PULSES_PER_L if self.rig.open else 0.0
            self.rig.seconds(1)

    def _take(self, statement: str) -> None:
        self.statements += 1
        if self.statements % self.every:
            return
        files = {
            path.name: path.read_bytes()
            for path in self.rig.store_path.parent.iterdir()
            if not path.name.endswith(tuple(LEFT_ALONE))
        }
        now, promised = self.rig.clock.now, self.rig.runtime.store.last
        self.images.append(Image(statement, files, now, self.litres, promised))


def day(rig: Rig, every: int) -> Witness:
    """Settings, a dose of the strategy, one of a person, a STOP in it, a resume, a day's end."""
    witness = Witness(rig, every)
    witness.watch()
    rig.raw = DRY
    rig.settle(1, z1={"strategy": "adaptive"}, z2={"strategy": "monitor"})
    witness.seconds(340)
    rig.send(Op.STOP, id_="stop000001", n=1)
    witness.seconds(3)
    rig.confirm(Op.RESUME, id_="command0001")
    witness.seconds(30)
    rig.send(Op.WATER, id_="command0002", zone="z2", litres=4.0, max_s=600.0)
    witness.seconds(1)
    rig.answer(rig.asked())
    witness.seconds(120)
    next_day(rig)
    witness.seconds(400)
    rig.runtime.store._db.set_trace_callback(None)
    return witness


def verdict(image: Image, rig: Rig) -> list[str]:
    """What the next start finds wrong, one sentence each."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, octets in image.files.items():
            (folder / file).write_bytes(octets)
        wrong = _after_start(image, rig, folder / "edge.db")
        wrong += examine(folder / "edge.db", public_key(rig)).findings
    return [f"before {image.before[:60]!r}: {sentence}" for sentence in wrong]


def _after_start(image: Image, rig: Rig, path: Path) -> list[str]:
    clock, pins = HandClock(), SimFactory(lambda _channel: DRY)
    clock.now = image.seconds + 1.0
    runtime = build(load(rig.board), rig.identity, clock, pins, path)
    with closing(runtime):
        runtime.tick()
        store = runtime.store
        kinds = [event["kind"] for event in Rig.told(store)]
        charged = sum(store.zone(zone).litres for zone in VALVES)
        driven = [
            pin for pin in (PUMP, *VALVES.values()) if pins.pin(pin).driven(active_high=True)
        ]
        begun = kinds.count(EventKind.DOSE_STARTED)
        ended = kinds.count(EventKind.DOSE_ENDED) + kinds.count(EventKind.INTERRUPTED)
        checks = {
            "the store was set aside": store.quarantined is None,
            f"pins {driven} are on": not driven,
            "a dose is still open in the journal": not store.open_doses(),
            f"row {image.promised} was promised, {store.last} is the last": (
                store.last >= image.promised
            ),
            f"{begun} doses began, {ended} ended": begun <= ended,
            f"{image.litres:.2f} L flowed, {charged:.2f} L are charged": (
                charged >= image.litres - MILLILITRE
            ),
        }
    return [sentence for sentence, holds in checks.items() if not holds]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.edge.crashed.steps")
    parser.add_argument("--every", type=int, default=1, help="statements (default: each)")
    args = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        rig = Rig(Path(folder))
        witness = day(rig, args.every)
        wrong = [sentence for image in witness.images for sentence in verdict(image, rig)]
        rig.runtime.close()
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    done = f"{len(witness.images)} deaths before {witness.statements} statements"
    sys.stdout.write(f"{done}: {len(wrong)} findings\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
