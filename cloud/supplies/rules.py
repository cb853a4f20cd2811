"""A list of fertilisers and pesticides read: which column is what, and what is wrong with a row.

Pure. Offices name their columns as they like and write a heading above them; the first row that
names products is the head. A row is taken whole or not at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cloud.fold import fold
from cloud.lines import one_line

_ABOVE: Final = 20
"""Rows above the head: whose list it is, and of which season."""
_SHOWN: Final = 300
"""Characters of a cell that is told back."""
_DAYS: Final = re.compile(r"([0-9]{1,3})(?:[.,]0+)?(?: ?(?:ngay|ng|days?|d))?")


class Column(StrEnum):
    """What a column holds."""

    NAME = "name"
    REGISTRATION = "registration"
    INGREDIENT = "ingredient"
    DOSE = "dose"
    PHI = "phi"


LONGEST: Final[Mapping[Column, int]] = {
    Column.NAME: 80,
    Column.REGISTRATION: 40,
    Column.INGREDIENT: 120,
    Column.DOSE: 60,
}
"""Characters of each; the diary's form takes as many."""
_NAMES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.PHI: ("cach ly", "phi", "pre harvest"),
    Column.INGREDIENT: ("hoat chat", "thanh phan", "ingredient"),
    Column.REGISTRATION: ("dang ky", "dang ki", "registration", "so dk"),
    Column.DOSE: ("lieu", "dose", "dosage"),
    Column.NAME: ("ten", "san pham", "thuong pham", "name", "product"),
}
"""Words of a head, in the order in which they are looked for: «tên hoạt chất» is no name."""


class Flaw(StrEnum):
    """Why a row is not taken."""

    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    NO_TEXT = "no_text"
    NO_DAYS = "no_days"
    TWICE = "twice"


@dataclass(frozen=True)
class Product:
    """A row that is right."""

    name: str
    registration: str = ""
    ingredient: str = ""
    dose: str = ""
    phi_days: int | None = None


@dataclass(frozen=True)
class Problem:
    """A row that is not: its number in the file, the heading of the cell, why, and the cells."""

    row: int
    column: str
    flaw: Flaw
    cells: Sequence[str]


@dataclass(frozen=True)
class Found:
    """What a list holds; `head` is its own headings, `columns` which was taken for what."""

    head: Sequence[str]
    columns: Mapping[Column, str]
    rows: Sequence[Product]
    problems: Sequence[Problem]


class FlawError(ValueError):
    """A cell of a row is wrong."""

    def __init__(self, column: Column, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.column, self.flaw = column, flaw


def key_of(name: str) -> str:
    """One product however its name is typed."""
    return " ".join(fold(name).split())


def read(table: Sequence[Sequence[str]]) -> Found | None:
    """The products of a list; None where no head names any."""
    for number, row in enumerate(table[:_ABOVE]):
        places = _places(row)
        if Column.NAME in places and len(places) > 1:
            return _below(table, number, places)
    return None


def days(text: str) -> int | None:
    """«7», «7 ngày» or «7.0» as days; None for nothing.

    Raises:
        FlawError: anything else, as «7-10»: which of them would count?
    """
    told = " ".join(fold(text).split())
    if not told:
        return None
    match = _DAYS.fullmatch(told)
    if match is None:
        raise FlawError(Column.PHI, Flaw.NO_DAYS)
    return int(match[1])


def _places(row: Sequence[str]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for number, cell in enumerate(row):
        heading = " ".join(re.sub(r"[^a-z ]", " ", fold(cell)).split())
        column = _named(heading)
        if column is not None and column not in found:
            found[column] = number
    return found


def _named(heading: str) -> Column | None:
    words = f" {heading} "
    for column, names in _NAMES.items():
        if any(f" {name}" in words for name in names):
            return column
    return None


def _below(table: Sequence[Sequence[str]], head: int, places: Mapping[Column, int]) -> Found:
    headings = [_shown(cell) for cell in table[head]]
    columns = {column: headings[place] for column, place in places.items()}
    rows: list[Product] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(table[head + 1 :], head + 2):
        if not any(row):
            continue
        cells = {
            column: row[place] if place < len(row) else "" for column, place in places.items()
        }
        try:
            rows.append(_product(cells, seen))
        except FlawError as wrong:
            shown = [_shown(cell) for cell in row]
            problems.append(Problem(number, columns[wrong.column], wrong.flaw, shown))
    return Found(headings, columns, rows, problems)


def _product(cells: Mapping[Column, str], seen: set[str]) -> Product:
    told = {column: _line(column, cells.get(column, "")) for column in LONGEST}
    if not key_of(told[Column.NAME]):
        raise FlawError(Column.NAME, Flaw.NO_NAME)
    phi_days = days(cells.get(Column.PHI, ""))
    if key_of(told[Column.NAME]) in seen:
        raise FlawError(Column.NAME, Flaw.TWICE)
    seen.add(key_of(told[Column.NAME]))
    return Product(
        told[Column.NAME],
        told[Column.REGISTRATION],
        told[Column.INGREDIENT],
        told[Column.DOSE],
        phi_days,
    )


def _line(column: Column, cell: str) -> str:
    try:
        line = str(one_line(cell))
        line.encode()
    except ValueError:
        raise FlawError(column, Flaw.NO_TEXT) from None
    if len(line) > LONGEST[column]:
        raise FlawError(column, Flaw.TOO_LONG)
    return line


def _shown(cell: str) -> str:
    """As much of a cell as is told back, without what no database keeps."""
    return cell[:_SHOWN].replace("\0", "").encode("utf-8", "replace").decode()
