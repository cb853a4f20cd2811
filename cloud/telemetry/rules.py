"""Which rows of an epoch have arrived: pure arithmetic on ranges of sequence numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Range = tuple[int, int]
"""A closed range of sequence numbers."""

MAX_RANGES: Final = 4_096
"""Islands remembered above the gap; an honest outage makes one, only garbage makes thousands."""


@dataclass(frozen=True)
class Received:
    """Everything up to `upto`, and the islands in `have`: ascending, apart, above `upto + 1`."""

    upto: int = 0
    have: tuple[Range, ...] = ()

    def with_ranges(self, ranges: Iterable[Range]) -> "Received":
        """What is received after these ranges came too, in any order and any number of times.

        Islands beyond `MAX_RANGES` are forgotten, the highest first: their rows stay stored, and
        the device sends them once more.
        """
        merged: list[Range] = [(0, self.upto)]
        for low, high in sorted((*self.have, *ranges)):
            first, last = merged[-1]
            if low <= last + 1:
                merged[-1] = (first, max(last, high))
            else:
                merged.append((low, high))
        return Received(merged[0][1], tuple(merged[1 : MAX_RANGES + 1]))


def ranges_of(seqs: Iterable[int]) -> list[Range]:
    """Sequence numbers as the fewest closed ranges."""
    found: list[Range] = []
    for seq in sorted(set(seqs)):
        if found and found[-1][1] == seq - 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return found
