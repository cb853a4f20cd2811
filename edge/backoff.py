"""How long an agent waits before it knocks again; pure, the dice are the caller's.

A list of brokers is gone through without a pause, then the wait doubles with each round in vain.
"""

from typing import Final

FIRST_S: Final = 1.0
LONGEST_S: Final = 120.0
"""Both are stretched at random up to double, so that a province does not come back in one second
after its broker did."""
DOUBLINGS: Final = 10
"""Enough to pass the longest wait; more would only make large numbers."""


def wait_s(failures: int, brokers: int, draw: float) -> float:
    """Seconds after so many failures in a row; `draw` is evenly from 0 to 1."""
    rounds, rest = divmod(failures, brokers)
    if rest:
        return 0.0
    return min(FIRST_S * 2.0 ** min(rounds - 1, DOUBLINGS), LONGEST_S) * (1 + draw)
