"""Power cuts by the ten thousand over one recorded life of the store.

`python -m tests.edge.crashed.explorer` must find every image of synchronous=FULL whole, and must
find fault with NORMAL and OFF: a check that cannot fail proves nothing.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from edge import keepsake
from edge.store import Store
from tests.edge.crashed.card import Image, cuts, unsettled
from tests.edge.crashed.tape import Act, record
from tests.edge.crashed.worker import DOSE, ROWS, STOP_N, is_open, settings_version, stop_n

STEPS: Final = 60
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - images on a disk would take hours
BROKEN_IMAGES: Final = 2_000
"""Enough to find what NORMAL and OFF lose, many times over."""


@dataclass(frozen=True)
class Life:
    """What the worker did, and the payloads of all its rows."""

    acts: Sequence[Act]
    payloads: Sequence[bytes]


def live(strace: str, steps: int, synchronous: str) -> Life:
    with TemporaryDirectory() as folder, TemporaryDirectory() as logs:
        acts = record(strace, Path(folder), Path(logs) / "log", steps, synchronous)
        store = Store(Path(folder) / "edge.db")
        payloads = [row.payload for row in store.rows(1, store.last, store.last)]
        store.close()
        return Life(acts, payloads)


def explore(life: Life, images: int, seed: int) -> tuple[int, Counter[str]]:
    """How many images were looked at, at least as many as asked, and how often each was wrong."""
    chance = random.Random(seed)
    wrong: Counter[str] = Counter()
    seen = 0
    per_act = -(-images // unsettled(life.acts))
    for kept, image in cuts(life.acts, per_act, chance):
        seen += 1
        with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
            wrong.update(verdict(Path(folder), image, kept, life.payloads))
    return seen, wrong


def verdict(folder: Path, image: Image, kept: int, payloads: Sequence[bytes]) -> list[str]:
    """What the next start finds wrong on a card with this image."""
    for name, content in image.items():
        (folder / name).write_bytes(content)
    path = folder / "edge.db"
    note = keepsake.load(path)
    store = Store(path)
    try:
        if store.quarantined is not None:
            return ["the store was found damaged"]
        wrong = _against(store, kept, payloads)
    finally:
        store.close()
    if int((note.meta if note else {}).get(STOP_N, "0")) < stop_n(kept):
        wrong.append("the keepsake forgot a STOP")
    return wrong


def _against(store: Store, kept: int, payloads: Sequence[bytes]) -> list[str]:
    step, half = divmod(store.last, ROWS)
    version = store.settings()
    checks = {
        "a kept step is gone": step >= kept,
        "half of a step is there": half == 0,
        "the rows are not those that were written": (
            [row.payload for row in store.rows(1, store.last or 1, len(payloads))]
            == list(payloads[: store.last])
        ),
        "the journal does not fit the rows": (
            store.open_doses() == ([DOSE] if is_open(step) else [])
        ),
        "the count of STOPs does not fit the rows": (
            int(store.meta(STOP_N) or "0") == stop_n(step)
        ),
        "the settings do not fit the rows": (
            (0 if version is None else version[0]) == settings_version(step)
        ),
    }
    return [sentence for sentence, holds in checks.items() if not holds]


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.edge.crashed.explorer")
    parser.add_argument("--images", type=int, default=100_000, help="of FULL (default: 100000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--seed", type=int, default=1, help="of the first worker (default: 1)")
    parser.add_argument("--strace", default="strace", help="the program (default: strace)")
    args = parser.parse_args(argv)
    as_promised = True
    for synchronous in ("FULL", "NORMAL", "OFF"):
        life = live(args.strace, STEPS, synchronous)
        images = args.images if synchronous == "FULL" else min(args.images, BROKEN_IMAGES)
        share = -(-images // args.workers)
        seeds = range(args.seed, args.seed + args.workers)
        with ProcessPoolExecutor(args.workers) as pool:
            parts = list(pool.map(explore, [life] * len(seeds), [share] * len(seeds), seeds))
        wrong = sum((found for _, found in parts), Counter[str]())
        as_promised &= (not wrong) == (synchronous == "FULL")
        looked_at = sum(seen for seen, _ in parts)
        sys.stdout.write(f"{synchronous}: {looked_at} images, wrong: {dict(wrong) or 'none'}\n")
    return 0 if as_promised else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
