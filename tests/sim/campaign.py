"""Many device-days of the simulation, seed after seed, and what befell them in one table.

python -m tests.sim.campaign --days 1000 --workers 2 --ledger sim.jsonl

With a ledger a campaign may be stopped and gone on with: seeds that it holds of the same programs
are not played again, and are summed.
"""

import argparse
import gc
import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.sim import founding
from tests.sim.__main__ import HOURS, HOUSES
from tests.sim.ledger import Ledger, programs
from tests.sim.planted import MISTAKES, Planted, hunt
from tests.sim.play import Outcome, play
from tests.sim.town import busy

SEEN: Final = (
    ("rows produced", "rows"),
    ("commands asked for", "water"),
    ("commands carried out", "command.accepted"),
    ("STOPs heard", "stopped"),
    ("doses", "dose.ended"),
    ("starts of agents", "boot"),
    ("orders", "order"),
    ("payments", "money"),
    ("issuances of stamps", "stamps"),
)


GARBAGE: Final = 200_000
"""A run makes few cycles, and looking for them after every 700 objects takes a tenth of it."""


def one(seed: int, template: Path) -> Outcome:
    logging.disable(logging.CRITICAL)
    gc.set_threshold(GARBAGE)
    return play(busy(seed, HOUSES), HOURS, template)


def campaign(seeds: Sequence[int], workers: int, template: Path) -> Iterator[Outcome]:
    """In the order in which they end; each process plays one seed after another."""
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(one, seed, template) for seed in seeds]
        for future in as_completed(running):
            yield future.result()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sim.campaign", description=__doc__)
    parser.add_argument("--days", type=float, default=1000.0, help="of devices (default: 1000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--from", dest="first", type=int, default=1, help="the first seed")
    parser.add_argument("--ledger", type=Path, help="file of what was played, over many runs")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    count = -(-int(args.days * 24) // int(HOURS * HOUSES))
    seeds = range(args.first, args.first + count)
    ledger = Ledger(args.ledger, programs(), f"{HOUSES} houses, {HOURS:.0f} h")
    with TemporaryDirectory() as folder:
        template = founding.template(Path(folder))
        broken = _played([*_told(seeds, args.workers, template, ledger)])
        missed = sum(_hunted(mistake, template) for mistake in MISTAKES)
    return 1 if broken or missed else 0


def _told(seeds: Sequence[int], workers: int, template: Path, ledger: Ledger) -> Iterator[Outcome]:
    """All seeds: first those that were played before, then each of the others as it ends."""
    before = ledger.played()
    yield from (before[seed] for seed in seeds if seed in before)
    left = [seed for seed in seeds if seed not in before]
    for outcome in campaign(left, workers, template):
        ledger.write(outcome)
        faults = sum(outcome.faults.values())
        sys.stdout.write(f"{outcome.story} ({outcome.device_days:.1f} days, {faults} faults)\n")
        sys.stdout.flush()
        yield outcome


def _played(outcomes: list[Outcome]) -> int:
    faults = sum((outcome.faults for outcome in outcomes), Counter[str]())
    seen = sum((outcome.seen for outcome in outcomes), Counter[str]())
    broken = sum(outcome.broken is not None for outcome in outcomes)
    days = sum(outcome.device_days for outcome in outcomes)
    sys.stdout.write(f"\n{len(outcomes)} seeds, {days:.0f} device-days, {broken} broken\n")
    for kind, number in faults.most_common():
        sys.stdout.write(f"  {kind:32} {number:>10,}\n")
    sys.stdout.write(f"  {'all faults':32} {faults.total():>10,}\n")
    for words, kind in SEEN:
        sys.stdout.write(f"  {words:32} {seen[kind]:>10,}\n")
    return broken


def _hunted(mistake: Planted, template: Path) -> bool:
    """Whether it was missed."""
    outcome = hunt(mistake, template)
    if outcome is None:
        sys.stdout.write(f"planted: {mistake.name}: NOT FOUND\n")
        return True
    found = f"after {outcome.device_hours:.1f} device-hours: {outcome.broken}"
    sys.stdout.write(f"planted: {mistake.name}: {found}\n")
    return False


if __name__ == "__main__":
    sys.exit(main())
