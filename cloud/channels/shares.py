"""How many packs each channel may promise, so that together they never promise too many. Pure.

Two orders for the same last pack come at the same moment from two floors that know nothing of
each other. So some packs are kept back, the rest is dealt out, and a share grows only when what
others may still show leaves room for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_HUNDRED: Final = 100


@dataclass(frozen=True)
class Keep:
    """What stays for one's own stall: packs, or so many of a hundred, whichever is more."""

    packs: int = 1
    percent: int = 10


def spare(available: int, keep: Keep) -> int:
    """Packs that all channels together may promise."""
    kept = max(keep.packs, -(-available * keep.percent // _HUNDRED))
    return max(0, available - kept)


def deal(packs: int, channels: Sequence[str]) -> Mapping[str, int]:
    """Even shares; what is left over goes to the first."""
    if not channels:
        return {}
    each, over = divmod(packs, len(channels))
    return {name: each + (place < over) for place, name in enumerate(channels)}


def room(share: int, packs: int, promised_elsewhere: Collection[int]) -> int:
    """What may be promised now: a share, as far as the others leave it free."""
    return max(0, min(share, packs - sum(promised_elsewhere)))
