"""Which misfortune happens after how many rows, drawn from a seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What is done to a town."""

    BROKER = "broker killed"
    CLOUD = "cloud killed"
    DATABASE = "database killed"
    GATEWAY = "gateway killed"
    RESET = "line reset"
    CUT = "line cut within a packet"
    STALL = "line half-open"
    DELAY = "line held up"


Counts = Mapping[Deed, int]

FULL: Counts = {
    Deed.BROKER: 20,
    Deed.CLOUD: 20,
    Deed.DATABASE: 10,
    Deed.GATEWAY: 20,
    Deed.RESET: 330,
    Deed.CUT: 40,
    Deed.STALL: 40,
    Deed.DELAY: 40,
}
FULL_ROWS = 20_000


@dataclass(frozen=True)
class Fault:
    """A deed when so many rows are made, and a number between 0 and 1 that says to whom."""

    at: int
    deed: Deed
    draw: float


def faults(seed: int, rows: int, counts: Counts) -> Iterator[Fault]:
    """All deeds in an order of this seed's, the first and the last with rows around them."""
    chance = random.Random(seed)
    deeds = [deed for deed, count in counts.items() for _ in range(count)]
    chance.shuffle(deeds)
    for number, deed in enumerate(deeds, 1):
        yield Fault(number * rows // (len(deeds) + 1), deed, chance.random())


def part(counts: Counts, share: int) -> Counts:
    """One in so many of each deed, at least one."""
    return {deed: max(1, count // share) for deed, count in counts.items()}
