"""Counts guesses: an address that names many stamps nobody issued has to wait.

Only misses count: a village behind one mobile address can go on scanning real stamps.
"""

import threading
from collections import OrderedDict
from typing import Final

from fastapi import Request

from cloud.errors import TooMany

WINDOW_S: Final = 60.0
MAX_MISSES: Final = 30
MAX_ADDRESSES: Final = 10_000  # the longest quiet ones are forgotten first


class Guesses:
    """Misses by address within the current window; lives as long as the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._misses: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def too_many(self, address: str, now: float) -> bool:
        """Count one more miss, and tell whether that is more than a person makes."""
        with self._lock:
            began, count = self._misses.pop(address, (now, 0))
            if now - began >= WINDOW_S:
                began, count = now, 0
            self._misses[address] = (began, count + 1)
            if len(self._misses) > MAX_ADDRESSES:
                self._misses.popitem(last=False)
            return count >= MAX_MISSES


def count_guess(request: Request) -> None:
    """Call for each miss; the one too many gets no answer."""
    guesses: Guesses = request.app.state.guesses
    if guesses.too_many(address_of(request), request.app.state.clock.mono()):
        raise TooMany


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""
