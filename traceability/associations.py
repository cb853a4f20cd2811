"""Which application identifiers need, forbid or repeat each other on one item.

The General Specifications judge this over all the codes an item bears, so no parser does: whoever
holds all of them asks here.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from traceability.ai import identifier
from traceability.elements import Element
from traceability.errors import AssociationError

SIGNATURE: Final = "8030"
# Keys that may do without a serial part, and their length without one; a signature needs the part.
SERIALISED: Final = {"253": 13, "255": 13, "8003": 14}
ANY_DIGIT: Final = "n"


def check(elements: Iterable[Element], *, unknown: bool = False) -> None:
    for problem in problems(elements, unknown=unknown):
        raise problem


def problems(elements: Iterable[Element], *, unknown: bool = False) -> Iterator[AssociationError]:
    """Everything wrong with the item, each naming the identifier it is about."""
    held = tuple(elements)
    yield from _repeats(held)
    present = tuple(dict.fromkeys(ai for ai, _ in held))
    for ai in present:
        kind = identifier(ai, unknown=unknown)
        for other in _matching(present, kind.excludes, ai):
            yield AssociationError(f"may not stand together with ({other})", ai)
        if kind.needs and not any(_all_there(group, present) for group in kind.needs):
            choices = " or ".join("+".join(f"({part})" for part in group) for group in kind.needs)
            yield AssociationError(f"needs {choices} on the same item", ai)
    yield from _unsigned(held)


def _repeats(held: tuple[Element, ...]) -> Iterator[AssociationError]:
    values: dict[str, str] = {}
    for ai, value in held:
        if values.setdefault(ai, value) != value:
            yield AssociationError(f"has two values, {values[ai]} and {value}", ai)


def _matching(present: tuple[str, ...], patterns: tuple[str, ...], own: str) -> Iterator[str]:
    for other in present:
        if other != own and any(_fits(other, pattern) for pattern in patterns):
            yield other


def _all_there(group: tuple[str, ...], present: tuple[str, ...]) -> bool:
    return all(any(_fits(ai, pattern) for ai in present) for pattern in group)


def _fits(ai: str, pattern: str) -> bool:
    same = (wanted in (ANY_DIGIT, digit) for digit, wanted in zip(ai, pattern, strict=False))
    return len(ai) == len(pattern) and all(same)


def _unsigned(held: tuple[Element, ...]) -> Iterator[AssociationError]:
    if any(ai == SIGNATURE for ai, _ in held):
        for ai, value in held:
            if len(value) == SERIALISED.get(ai):
                yield AssociationError(f"needs a serial part where ({SIGNATURE}) signs it", ai)
