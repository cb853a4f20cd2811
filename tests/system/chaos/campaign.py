"""A town through its misfortunes, with figures: `python -m tests.system.chaos.campaign`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cloud.clock import SystemClock
from tests.system.chaos import plan
from tests.system.chaos.founding import Charter, founded
from tests.system.chaos.plan import FULL, FULL_ROWS

CLOUDS = {"sqlite": ("serve", "--port", "0"), "postgresql": ("ingest",)}
"""The embedded database with the whole service, the big one with a worker alone."""
SEED = 20261129


def run(charter: Charter, share: int, seed: int) -> bool:
    """One campaign, told in a few lines; whether nothing was wrong."""
    clock = SystemClock()
    began = clock.mono()
    rows, counts = FULL_ROWS // share, plan.part(FULL, share)
    with TemporaryDirectory() as folder, founded(charter, Path(folder)) as town:
        verdict = town.live(plan.faults(seed, rows, counts), rows)
        done, struck = town.done, town.struck
    sys.stdout.write(f"{charter.database}, seed {seed}, {clock.mono() - began:.0f} s: {verdict}\n")
    sys.stdout.writelines(f"  {deed}: {done[deed]}\n" for deed in counts if "killed" in deed)
    sys.stdout.writelines(f"  line {harm}: {count}\n" for harm, count in sorted(struck.items()))
    sys.stdout.flush()
    return verdict.is_clean


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.system.chaos.campaign")
    parser.add_argument("--database", choices=CLOUDS, action="append", help="default: both")
    parser.add_argument("--share", type=int, default=1, help="one in so many of rows and faults")
    parser.add_argument("--worker-alone", action="store_true", help="starts three times as fast")
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args(argv)
    charters = [
        Charter(database, cloud=() if args.worker_alone else CLOUDS[database])
        for database in args.database or CLOUDS
    ]
    clean = [run(charter, args.share, args.seed) for charter in charters]
    return 0 if all(clean) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
