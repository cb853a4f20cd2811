"""A book of tables, as it is printed and as a spreadsheet opens it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """Rows under headings; `widths` are shares of a page's width, which need not add up to one."""

    title: str
    headings: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Book:
    """What it is of, line by line, and its tables."""

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    foot: str
