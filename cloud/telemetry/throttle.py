"""How much of one device a worker takes, so that a device gone wild starves no other.

What is over the bound is not stored and not told to be durable: the device keeps it and sends it
again, later each time. It is counted in quarantine, so that somebody sees it. Pure.
"""

from collections.abc import Mapping
from typing import Final

from wire.topics import Up

RATE: Final = 200.0
"""Messages a second for ever; an honest device has 20 under way and hears of them every second."""
BURST: Final = 2_000.0
"""Messages at once: 30 chunks, more than a week without a line, and all live rows of it."""
COSTS: Final[Mapping[str, float]] = {Up.BACKFILL: 64.0, Up.BIRTH: 16.0}
"""Messages that a message counts for: a chunk holds up to 500 rows, a birth writes three."""


_Bucket = tuple[float, float]
"""How many messages are left in it, and when that was."""


class Throttle:
    """A bucket for each device, which fills by itself."""

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def admits(self, device: str, kind: str, now: float) -> bool:
        """Whether this message may pass; one that may not costs nothing."""
        before, at = self._buckets.get(device, (BURST, now))
        level = min(BURST, before + (now - at) * RATE)
        cost = COSTS.get(kind, 1.0)
        passes = level >= cost
        self._buckets[device] = (level - cost if passes else level, now)
        return passes
