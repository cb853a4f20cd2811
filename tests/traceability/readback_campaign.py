"""Thousands of stamps drawn by chance, printed, rendered at each resolution and read again.

Fails where ZXing misses one, ZBar one in a hundred, or either reads another link than was issued.

python -m tests.traceability.readback_campaign --stamps 10000 [--seed 1]
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from tests.traceability.drawn_batches import Chance
from tests.traceability.readback import NO_ZBAR, Tally, read, readers

RESOLUTIONS: Final = (300, 203)
LEAST: Final = {"zxing-cpp": 1.0, "zbar": 0.99}
TOLD: Final = 5  # of each kind of failure; the seed plays the rest again


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stamps", type=int, default=10_000, help="at each resolution")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if "zbar" not in readers():
        _tell(f"zbar is not asked: {NO_ZBAR}")
    good = [_resolution(dpi, options.stamps, options.seed) for dpi in RESOLUTIONS]
    return 0 if all(good) else 1


def _resolution(dpi: int, stamps: int, seed: int) -> bool:
    start, chance = time.process_time(), Chance(seed + dpi)
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for kind, batch in chance.batches(stamps, dpi):
        for reader, tally in read(batch).items():
            tallies[reader, kind].add(tally)
    spent = time.process_time() - start
    _tell(f"{dpi} dpi, seed {seed}: {stamps} stamps, {spent:.0f} s of CPU")
    _tell(f"  {chance.refused} runs were refused, their code being too large for their sheet")
    for (reader, kind), tally in sorted(tallies.items()):
        _tell(f"  {reader:<10}{kind:<16}{tally.right:>6} of {tally.asked:>6} read as issued")
        for text in (*tally.missed[:TOLD], *tally.wrong[:TOLD]):
            _tell(f"    {text}")
    enough = [_good_enough(reader, tallies) for reader in readers()]
    return all(enough)


def _good_enough(reader: str, tallies: Mapping[tuple[str, str], Tally]) -> bool:
    whole = Tally()
    for (name, _), tally in tallies.items():
        if name == reader:
            whole.add(tally)
    share = whole.right / whole.asked
    good = share >= LEAST[reader] and not whole.wrong
    _tell(f"  {reader:<10}{'all':<16}{100 * share:8.3f} %{'' if good else ': NOT GOOD ENOUGH'}")
    return good


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
