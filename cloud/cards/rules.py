"""Which PINs would be guessed first. Pure."""

from itertools import pairwise
from typing import Final

DIGITS: Final = 6
"""A million; who finds a card may try fewer than a thousand while it lives (`throttle`)."""

_FEWEST: Final = 3
"""Different digits."""


def is_pin(text: str) -> bool:
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def weak(pin: str, phone: str) -> bool:
    """Whether a PIN is one of a few that many people take, or stands in the telephone number."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    repeated = pin[:3] * 2 == pin or pin[:2] * 3 == pin or pin == pin[::-1]
    doubled = pin[::2] == pin[1::2]
    return len(steps) == 1 or len(set(pin)) < _FEWEST or repeated or doubled or pin in phone
