"""Columns of values as a scale and differences of integers, which deflate to next to nothing.

A week of minutes on its way and a day in the archive are squeezed by the same arithmetic.
"""

from typing import Final

Column = list[object]

_DECIMALS: Final = 6  # finer than any sensor of ours resolves
_LARGEST: Final = 1e9  # beyond any quantity of a farm; scaling it could overflow


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


def expand(column: object) -> Column:
    if isinstance(column, list):
        return column
    if not isinstance(column, dict):
        raise TypeError(column)
    places, steps = column["k"], column["d"]
    whole = _sums(steps)
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


def _sums(steps: Column) -> list[int | None]:
    total = 0
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
