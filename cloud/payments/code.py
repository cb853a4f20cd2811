"""The code a buyer writes in a bank transfer: plain, and proof against slips."""

import re
from collections.abc import Callable
from typing import Final

_PREFIX: Final = "HX"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_BODY: Final = 6  # 2³⁰ codes; the seventh character is the check
_FIELD: Final = 0b100101  # x⁵ + x² + 1: makes the 32 characters a field
_SHAPE: Final = re.compile(rf"{_PREFIX}[{_ALPHABET}]{{{_BODY + 1}}}")

LENGTH: Final = len(_PREFIX) + _BODY + 1


def make(draw: Callable[[int], int]) -> str:
    """A new code; `draw(n)` gives a random whole number below n."""
    body = "".join(_ALPHABET[draw(len(_ALPHABET))] for _ in range(_BODY))
    return _PREFIX + body + check_character(body)


def check_character(body: str) -> str:
    """The weighted sum of the characters in the field of 32, weights 2, 4, 8 … from the right.

    In a field no weight hides a change: one wrong character, or any two swapped, always shows.
    """
    total = 0
    for character in body:
        total = _double(total ^ _ALPHABET.index(character))
    return _ALPHABET[total]


def _double(element: int) -> int:
    shifted = element << 1
    return shifted ^ _FIELD if shifted >= len(_ALPHABET) else shifted


def is_whole(text: str) -> bool:
    """Whether this is a code as we write it, its check character right."""
    body = text[len(_PREFIX) : -1]
    return _SHAPE.fullmatch(text) is not None and check_character(body) == text[-1]
