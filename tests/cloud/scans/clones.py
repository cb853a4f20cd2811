"""Packs and their copies, drawn by chance: who looks at a stamp, where, when and with what.

`python -m tests.cloud.scans.clones` prints how often the rule is right. The shares are
assumptions, told beside each; nobody has published how often households scan one pack.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cloud.scans.copies import Facts, Look, is_copied

SEED: Final = 20261129
START: Final = date(2026, 3, 2)
PROVINCES: Final = tuple(f"VN-{number:02}" for number in range(1, 35))
GATEWAYS: Final = ("VN-HN", "VN-SG", "VN-DN")
"""Where operators of mobile lines let their customers out."""
STRAYED: Final = 0.25
"""Looks that seem to come from a gateway's province instead."""
DEVICES: Final = (
    ("android-chrome", 0.34),
    ("android-zalo", 0.26),
    ("ios-safari", 0.16),
    ("ios-zalo", 0.12),
    ("android-samsung", 0.08),
    ("desktop-chrome", 0.04),
)
FIFTH: Final = 5


@dataclass(frozen=True)
class Score:
    """Shares of stamps: copies that were flagged in time, and good ones that ever were."""

    found: float
    wronged: float


def honest(chance: random.Random) -> list[Look]:
    """One pack: shoppers who put it back, then a household that eats it within a few days."""
    home, bought = chance.choice(PROVINCES), START + timedelta(days=chance.randrange(60))
    looks = [
        _look(chance, home, bought - timedelta(days=chance.randrange(2)))
        for _shopper in range(_times(chance, 0.15))
    ]
    people = [_device(chance) for _person in range(chance.choice((1, 1, 2, 2, 3, 4)))]
    for _again in range(1 + _times(chance, 0.35)):
        day = bought + timedelta(days=chance.choice((0, 0, 0, 0, 1, 1, 2)))
        looks.append(_look(chance, home, day, chance.choice(people)))
    if chance.random() < 0.02:  # carried as a present to another province
        there = chance.choice(PROVINCES)
        looks.append(_look(chance, there, bought + timedelta(days=1 + chance.randrange(3))))
    return looks


def cloned(chance: random.Random) -> list[Look]:
    """The same serial on hundreds of packs: each look is another buyer's."""
    market = chance.sample(PROVINCES, chance.choice((3, 4, 6, 8, 12)))
    weeks = chance.choice((20, 30, 45, 60))
    return [
        _look(chance, chance.choice(market), START + timedelta(days=chance.randrange(weeks)))
        for _buyer in range(FIFTH)
    ]


def measure(count: int, seed: int = SEED, *, provinces: bool = True) -> Score:
    chance = random.Random(seed)  # drawn stamps, no secret
    found = sum(_flagged(cloned(chance), provinces=provinces) for _stamp in range(count))
    wronged = sum(_flagged(honest(chance), provinces=provinces) for _stamp in range(count))
    return Score(found / count, wronged / count)


def _flagged(looks: list[Look], *, provinces: bool) -> bool:
    """Whether it was at any look, in the order in which they came."""
    ordered = sorted(looks, key=lambda look: look.day)
    kept = ordered if provinces else [Look(look.day, "", look.device) for look in ordered]
    return any(is_copied(Facts().with_looks(kept[:end])) for end in range(1, len(kept) + 1))


def _look(chance: random.Random, home: str, day: date, device: str = "") -> Look:
    place = chance.choice(GATEWAYS) if chance.random() < STRAYED else home
    return Look(day, place, device or _device(chance))


def _device(chance: random.Random) -> str:
    names, shares = zip(*DEVICES, strict=True)
    drawn: str = chance.choices(names, shares)[0]
    return drawn


def _times(chance: random.Random, again: float) -> int:
    """How often something happens that happens again with this chance."""
    count = 0
    while chance.random() < again:
        count += 1
    return count


def main() -> None:
    for provinces in (True, False):
        score = measure(20_000, provinces=provinces)
        told = "provinces known" if provinces else "provinces unknown"
        print(f"{told}: {score.found:.1%} of copies by look {FIFTH}, {score.wronged:.2%} wronged")  # noqa: T201  # the figure


if __name__ == "__main__":
    main()
