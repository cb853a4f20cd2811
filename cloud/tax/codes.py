"""Pure: tax codes as the tax administration gives them (Circular 86/2024/TT-BTC)."""

import re
from typing import Final

_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SHAPE: Final = re.compile(r"([0-9]{9})([0-9])(?:-?([0-9]{3}))?")
_PERSON: Final = re.compile(r"0[0-9]{11}")
"""Since July 2025 a person's number is their tax code; it has no check digit."""


def normal(text: str) -> str | None:
    """The code as it is written on invoices; None where its check digit says that it is none."""
    bare = re.sub(r"[\s.]", "", text)
    found = _SHAPE.fullmatch(bare)
    if found is None:
        return bare if _PERSON.fullmatch(bare) else None
    if check_digit(found[1]) != int(found[2]):
        return None
    return f"{found[1]}{found[2]}-{found[3]}" if found[3] else f"{found[1]}{found[2]}"


def check_digit(nine: str) -> int | None:
    """The tenth digit after nine; None where no code begins with these."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, nine, strict=True))
    check = 10 - total % 11
    return check if check in range(10) else None
