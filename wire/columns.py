"""Columns of values as a scale and differences of integers, which deflate to next to nothing.

A week of minutes on its way and a day in the archive are squeezed by the same arithmetic.
"""

from typing import Final

Column = list[object]

_DECIMALS: Final = 6  # finer than any sensor of ours resolves
_LARGEST: Final = 1e9  # beyond any quantity of a farm; scaling it could overflow
_NOUGHT: Final = ord("%")
"""The character of no difference: JSON escapes but one of those from here on."""
_ABSENT: Final = " "
_LAST: Final = 0xD7FF  # the characters behind it are no characters to UTF-8


def squeeze(column: Column) -> object:
    """A column of numbers as a scale and differences of integers; anything else as it is.

    Value = sum of differences / 10^k (k = -1: whole numbers); only where the division gives back
    every value to the last bit.
    """
    numbers = [value for value in column if value is not None]
    if all(type(value) is int for value in numbers):
        return {"k": -1, "d": _steps(column)}
    if not all(type(value) is float for value in numbers):
        return column
    floats = [value if isinstance(value, float) else None for value in column]
    if any(x is not None and abs(x) > _LARGEST for x in floats):
        return column
    for places in range(_DECIMALS + 1):
        scale = 10**places
        whole = [None if x is None else round(x * scale) for x in floats]
        back = [None if n is None else n / scale for n in whole]
        if repr(back) == repr(floats):  # tells -0.0 from 0.0, == would not
            return {"k": places, "d": _steps(list(whole))}
    return column


def spell(column: Column) -> object:
    """As `squeeze`, with a character for each difference where all are small enough.

    The first value stands beside them. Without digits and commas noise deflates to half.
    """
    squeezed = squeeze(column)
    if not isinstance(squeezed, dict):
        return squeezed
    steps = squeezed["d"]
    first = next((place for place, step in enumerate(steps) if step is not None), None)
    if first is None:
        return squeezed
    at, steps[first] = steps[first], 0
    codes = [None if step is None else _NOUGHT + _folded(step) for step in steps]
    if any(code is not None and code > _LAST for code in codes):
        return squeeze(column)
    text = "".join(_ABSENT if code is None else chr(code) for code in codes)
    return {"k": squeezed["k"], "at": at, "d": text}


def expand(column: object) -> Column:
    if isinstance(column, list):
        return column
    if not isinstance(column, dict):
        raise TypeError(column)
    places, steps = column["k"], column["d"]
    whole = _sums(_read(steps), column["at"]) if isinstance(steps, str) else _sums(steps)
    if places == -1:
        return list(whole)
    if places not in range(_DECIMALS + 1):
        raise ValueError(places)
    return [None if value is None else value / 10**places for value in whole]


def _steps(column: Column) -> Column:
    last = 0
    steps: Column = []
    for value in column:
        if isinstance(value, int):
            steps.append(value - last)
            last = value
        else:
            steps.append(None)
    return steps


def _folded(step: int) -> int:
    """Differences of either sign as whole numbers from nought: 0, -1, 1, -2, 2 and so on."""
    return 2 * step if step >= 0 else -2 * step - 1


def _read(text: str) -> Column:
    folded = [None if letter == _ABSENT else ord(letter) - _NOUGHT for letter in text]
    return [None if n is None else -(n + 1) // 2 if n % 2 else n // 2 for n in folded]


def _sums(steps: Column, total: int = 0) -> list[int | None]:
    if not isinstance(total, int):
        raise TypeError(total)
    sums: list[int | None] = []
    for step in steps:
        if step is None:
            sums.append(None)
        elif isinstance(step, int):
            total += step
            sums.append(total)
        else:
            raise TypeError(step)
    return sums
