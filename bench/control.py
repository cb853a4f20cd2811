"""How much water each way of irrigating takes, and how often plants go thirsty: the benchmark.

Run `python bench/control.py`. A season is 75 days of melon, ten plants on one valve, in soil and
in coir; every strategy meets the same weather, plants, probes and faults. docs/control.md
explains the figures. Exit code 1: a gate is missed.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from os import cpu_count
from pathlib import Path

# run as a file, this folder comes first and its edge.py would hide the package of that name
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.seasons.faults import SCENARIOS
from bench.seasons.media import MEDIA
from bench.seasons.race import STRATEGIES, Entry, Run, race
from bench.seasons.tables import Runs, clean_table, fault_table, gate_table, measures
from bench.seasons.weather import ClimateError, from_daily, generated, read_daily


@dataclass(frozen=True)
class Plan:
    """What to run; every season and medium is a job of its own."""

    strategies: Sequence[str]
    scenarios: Sequence[str]
    seeds: Sequence[int]
    media: Sequence[str]
    daily: Sequence[float] | None
    """ETo of each day from a file, mm; None: the project's climate generator."""


def job(plan: Plan, place: tuple[str, int]) -> list[Run]:
    medium, seed = place
    season = generated(seed) if plan.daily is None else from_daily(plan.daily, seed)
    scenarios = [SCENARIOS[name] for name in plan.scenarios]
    return race(Entry(season, MEDIA[medium], seed), plan.strategies, scenarios)


def runs_of(plan: Plan, jobs: int) -> Iterator[Run]:
    """All runs, in the order of media and seeds whatever the number of processes."""
    places = [(medium, seed) for medium in plan.media for seed in plan.seeds]
    if jobs == 1:
        for place in places:
            yield from job(plan, place)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        for runs in pool.map(partial(job, plan), places):
            yield from runs


def seeds(text: str) -> list[int]:
    """`100-105`, `100,103` or both."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise argparse.ArgumentTypeError(f"{part!r} is no seed and no range such as 100-105")
        found += range(int(first), int(last or first) + 1)
    return found


def some_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    """A comma-separated choice."""

    def names(text: str) -> list[str]:
        chosen = text.split(",")
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return chosen

    return names


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python bench/control.py", description=__doc__)
    for option, known in (
        ("--strategies", list(STRATEGIES)),
        ("--media", list(MEDIA)),
        ("--scenarios", list(SCENARIOS)),
    ):
        help_text = f"of {', '.join(known)} (default: all)"
        made.add_argument(option, type=some_of(known), default=known, help=help_text)
    made.add_argument("--seeds", type=seeds, default=seeds("100-105"), help="default: 100-105")
    made.add_argument("--climate", type=Path, help="lines of date,eto_mm; the first 75 are used")
    made.add_argument("--json", type=Path, help="write one object per run to this file")
    made.add_argument("--jobs", type=int, default=cpu_count() or 1, help="processes at a time")
    return made


def main(argv: Sequence[str]) -> int:
    args = parser().parse_args(argv)
    try:
        daily = None if args.climate is None else read_daily(args.climate)
    except ClimateError as error:
        print(error, file=sys.stderr)
        return 2
    plan = Plan(args.strategies, args.scenarios, args.seeds, args.media, daily)
    found = Runs(list(runs_of(plan, max(1, args.jobs))))
    if args.json is not None:
        text = json.dumps([asdict(run) for run in found.rows], indent=1)
        args.json.write_text(text + "\n", encoding="utf-8")
    return report(plan, found)


def report(plan: Plan, found: Runs) -> int:
    """Print every table; 1 if the judged strategy ran and missed a gate."""
    for medium in plan.media:
        print(*clean_table(found, medium, plan.strategies), "", sep="\n")
    print(*fault_table(found, plan.strategies), "", sep="\n")
    judged = list(measures(found))
    print(*gate_table(judged), sep="\n")
    return 0 if all(measure.passed for measure in judged) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
