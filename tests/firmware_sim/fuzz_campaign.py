"""Many drawn fragments of seasons, each with two mishaps, through the real agent.

python -m tests.firmware_sim.fuzz_campaign 10000 --from 1
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from firmware_sim.fuzz import draw
from firmware_sim.run_scenario import play


def campaign(seeds: range) -> Iterator[tuple[int, list[str], Counter[str]]]:
    """Each seed, the promises that were broken, and what was seen on the way."""
    for seed in seeds:
        scenario = draw(seed)
        with tempfile.TemporaryDirectory() as folder:
            stage = play(scenario, Path(folder))
        seen = Counter({"hours": round(scenario.hours * 100)})
        for account in stage.watch.accounts.values():
            seen["openings"] += account.openings
            seen["millilitres"] += round(account.litres * 1000)
        for _, fault in stage.chronicle.mishaps:
            seen[fault.kind.value] += 1
        yield seed, stage.watch.broken, seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--from", dest="first", type=int, default=1)
    args = parser.parse_args()
    total: Counter[str] = Counter()
    bad = 0
    for seed, broken, seen in campaign(range(args.first, args.first + args.count)):
        total += seen
        bad += bool(broken)
        for sentence in broken:
            sys.stdout.write(f"seed {seed}: {sentence}\n")
    hours, litres = total.pop("hours") / 100, total.pop("millilitres") / 1000
    sys.stdout.write(
        f"{args.count} fragments, {hours:.0f} h, {total.pop('openings')} openings, "
        f"{litres:.0f} L; broken: {bad}\n"
    )
    sys.stdout.write(", ".join(f"{kind} {n}" for kind, n in sorted(total.items())) + "\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
