"""A clock that the simulator moves: days pass in seconds, but the network's time stays real."""

from typing import Final

from edge.clock import SystemClock, Wall
from wire.codes import ClockQuality

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
VIETNAM_MS: Final = 7 * HOUR_MS
"""Viet Nam keeps UTC+7 all year, so local time needs no zone database."""


class VirtualClock:
    """`mono` and `wall` advance by order; `net` is the machine's own."""

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._mono, self._wrong_ms = 0.0, 0
        self._real = SystemClock()

    def mono(self) -> float:
        return self._mono

    def net(self) -> float:
        return self._real.net()

    def wall(self) -> Wall:
        return Wall(self.true_ms + self._wrong_ms, ClockQuality.TRUSTED)

    @property
    def true_ms(self) -> int:
        """The time in the greenhouse, whatever the machine's calendar says."""
        return self._start_ms + round(self._mono * 1000.0)

    def step(self, by_ms: int) -> None:
        """Somebody sets the machine's calendar; the sun does not follow."""
        self._wrong_ms += by_ms

    def advance(self, seconds: float) -> None:
        self._mono += seconds


def local_day(unix_ms: int) -> int:
    """Ordinal of the local day."""
    return (unix_ms + VIETNAM_MS) // DAY_MS


def local_hour(unix_ms: int) -> float:
    """Hours since local midnight."""
    return (unix_ms + VIETNAM_MS) % DAY_MS / HOUR_MS
