"""How long until every row made is durable again after a SIGKILL: `python -m bench.recovery`.

Real processes on real clocks, each started again at once: boxes, Mosquitto, the whole service on
SQLite or the worker alone on PostgreSQL. Their sum includes starting Python and recovering.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from cloud.clock import SystemClock
from tests.system.chaos.campaign import CLOUDS
from tests.system.chaos.cast import Mortal, until
from tests.system.chaos.founding import Charter, founded
from tests.system.chaos.town import Town

TURNS: Final = 5
ROWS: Final = 24
"""Made during each outage and before it; few, for the outage is measured and not the backlog."""
TARGET_S: Final = 10.0
BOXES: Final = 2

Seconds = Mapping[str, Sequence[float]]


@dataclass
class Trial:
    """One town, in which one kind of process after the other is killed."""

    town: Town
    _allowed: int = 0

    def run(self, turns: int) -> Seconds:
        found: defaultdict[str, list[float]] = defaultdict(list)
        for _ in range(turns):
            for name, victims in self._victims().items():
                found[name].append(self._outage(victims))
        return found

    def _victims(self) -> dict[str, Sequence[Mortal]]:
        """Boxes last: one that was started anew has forgotten that its broker failed it."""
        town = self.town
        server = {} if town.server is None else {"database": [town.server]}
        boxes = [box.child for box in town.boxes]
        return {"worker": town.workers, **server, "broker": town.brokers, "box": boxes}

    def _outage(self, victims: Sequence[Mortal]) -> float:
        clock = SystemClock()
        self._more_rows()
        until(self._is_level, "all rows are stored before the next kill")
        began = clock.mono()
        for victim in victims:
            victim.kill()
        self._more_rows()
        for victim in victims:
            victim.start()
        until(self._is_level, "all rows are stored again")
        return clock.mono() - began

    def _more_rows(self) -> None:
        self._allowed = self.town.made + ROWS
        self.town.allow(self._allowed)

    def _is_made(self) -> bool:
        return self.town.made >= self._allowed

    def _is_level(self) -> bool:
        return self._is_made() and self.town.stored() >= self.town.made


def trial(database: str, turns: int) -> Seconds:
    charter = Charter(database, BOXES, faster=1.0, cloud=CLOUDS[database])
    with TemporaryDirectory() as folder, founded(charter, Path(folder)) as town:
        found = Trial(town).run(turns)
        audit = town.rest()
        assert audit.is_clean, str(audit)
    return found


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.recovery")
    parser.add_argument("--turns", type=int, default=TURNS, help=f"kills of each ({TURNS})")
    parser.add_argument("--database", choices=CLOUDS, action="append", help="default: both")
    parser.add_argument("--json", type=Path, help="write the seconds to this file")
    args = parser.parse_args(argv)
    found = {name: trial(name, args.turns) for name in args.database or CLOUDS}
    print(f"{'database':12}{'killed':12}{'median s':>10}{'worst s':>10}   target {TARGET_S:.0f} s")
    for database, victims in found.items():
        for victim, seconds in victims.items():
            print(f"{database:12}{victim:12}{median(seconds):10.1f}{max(seconds):10.1f}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    worst = max(max(seconds) for victims in found.values() for seconds in victims.values())
    return 0 if worst <= TARGET_S else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
