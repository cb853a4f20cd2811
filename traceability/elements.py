"""GS1 element strings: what scanners send and labels print in brackets, read and written.

Each value is checked by itself; whether identifiers may stand together is a question for all the
codes of an item (traceability.associations).
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from traceability.ai import Identifier, identifier, leading
from traceability.errors import GS1Error

FNC1: Final = "^"
GROUP_SEPARATOR: Final = "\x1d"
# How scanners announce GS1 data: GS1-128, DataBar, Data Matrix, QR, DotCode, aztec codes.
SYMBOLOGIES: Final = ("]C1", "]e0", "]d2", "]Q3", "]J1")
ESCAPE: Final = "\\"


class Element(NamedTuple):
    """An application identifier and its value."""

    ai: str
    value: str


def read(text: str, *, unknown: bool = False) -> tuple[Element, ...]:
    """Brackets, as (01)09520123456788, or a scan, as ^0109520123456788."""
    if text.startswith("("):
        return read_brackets(text, unknown=unknown)
    return read_scan(text, unknown=unknown)


def read_brackets(text: str, *, unknown: bool = False) -> tuple[Element, ...]:
    """An opening bracket inside a value has a backslash before it."""
    found: list[Element] = []
    rest = text
    while rest:
        ai, closed, behind = rest[1:].partition(")")
        if not rest.startswith("(") or not closed:
            raise GS1Error("an element string in brackets begins (01) or the like")
        value, rest = _up_to_bracket(behind)
        found.append(_checked(identifier(ai, unknown=unknown), value))
    if not found:
        raise GS1Error("the element string is empty")
    return tuple(found)


def read_scan(text: str, *, unknown: bool = False) -> tuple[Element, ...]:
    """What a scanner sends: ^ or the group separator stands for FNC1."""
    rest = _announced(text.replace(GROUP_SEPARATOR, FNC1))
    found: list[Element] = []
    while rest:
        kind = leading(rest, unknown=unknown)
        field = rest[len(kind.ai) :]
        value, _, behind = field.partition(FNC1)
        if kind.predefined and len(value) > kind.longest:
            value, behind = field[: kind.longest], field[kind.longest :]
        found.append(_checked(kind, value))
        rest = behind
    if not found:
        raise GS1Error("the element string is empty")
    return tuple(found)


def brackets(elements: Iterable[Element]) -> str:
    return "".join(f"({ai}){value.replace('(', ESCAPE + '(')}" for ai, value in elements)


def scan(elements: Iterable[Element], *, unknown: bool = False) -> str:
    """FNC1 first, and after each value whose length its prefix does not fix."""
    text, open_ended = "", True
    for ai, value in elements:
        text += (FNC1 if open_ended else "") + ai + value
        open_ended = not identifier(ai, unknown=unknown).predefined
    return text


def _announced(text: str) -> str:
    if text.startswith(SYMBOLOGIES):
        return text[len(SYMBOLOGIES[0]) :]
    if text.startswith(FNC1):
        return text[len(FNC1) :]
    raise GS1Error("an element string begins with ( or ^, or as the scanner announces it: ]Q3")


def _up_to_bracket(text: str) -> tuple[str, str]:
    place = text.find("(")
    while place > 0 and text[place - 1] == ESCAPE:
        text = text[: place - 1] + text[place:]
        place = text.find("(", place)
    return (text, "") if place < 0 else (text[:place], text[place:])


def _checked(kind: Identifier, value: str) -> Element:
    kind.check(value)
    return Element(kind.ai, value)
