"""Plays seeds of the simulation again, or for the first time.

python -m tests.sim 17 18 --hours 24 --houses 40
"""

import argparse
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.sim import founding
from tests.sim.play import play
from tests.sim.town import busy

HOURS = 24.0
HOUSES = 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("seeds", type=int, nargs="+")
    parser.add_argument("--hours", type=float, default=HOURS, help=f"default: {HOURS:.0f}")
    parser.add_argument("--houses", type=int, default=HOUSES, help=f"default: {HOUSES}")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    bad = 0
    with TemporaryDirectory() as folder:
        template = founding.template(Path(folder))
        for seed in args.seeds:
            outcome = play(busy(seed, args.houses), args.hours, template)
            bad += outcome.broken is not None
            sys.stdout.write(f"{outcome.story}\n")
            sys.stdout.write(f"{sum(outcome.faults.values())} faults: {dict(outcome.faults)}\n")
            sys.stdout.write(f"seen: {dict(outcome.seen)}\ntrace {outcome.digest}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
