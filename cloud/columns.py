"""Tables that people fill in: where their columns stand, what a cell says, what is wrong. Pure.

Rows are numbered as the spreadsheet numbers them, so that a person finds them again.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cloud.fold import fold

Table = Sequence[Sequence[str]]

_HEADINGS_WITHIN: Final = 10
"""Rows in which the headings are looked for: some people write a title above."""
_WHOLE: Final = re.compile(r"\d+\.0", re.ASCII)  # how spreadsheets keep a whole number
_MARKED: Final = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken: the row as numbered in the sheet, the column's key, and why."""

    row: int
    column: str
    reason: str


def headings(
    table: Table, names: Mapping[str, str], needed: Collection[str]
) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and where each column stands; `names` are keys by folded heading.

    None where the headings that are needed stand nowhere.
    """
    for at, row in enumerate(table[:_HEADINGS_WITHIN]):
        places = {
            names[fold(cell)]: place
            for place, cell in reversed(list(enumerate(row)))
            if fold(cell) in names
        }
        if set(needed) <= places.keys():
            return at, places
    return None


def cell(row: Sequence[str], place: int) -> str:
    """What was typed, without what spreadsheets and we put around it."""
    text = row[place].strip() if place < len(row) else ""
    if _WHOLE.fullmatch(text):
        return text[:-2]
    return text[1:] if _MARKED.match(text) else text


def faulty(
    head: Sequence[str], bad: Sequence[tuple[int, Sequence[str]]], why: Mapping[int, str]
) -> list[list[str]]:
    """The rows that cannot be taken, with what is wrong, to be mended and sent again."""
    lines = [[*row, *[""] * (len(head) - len(row)), why[number]] for number, row in bad]
    return [[*head, "?"], *lines]
