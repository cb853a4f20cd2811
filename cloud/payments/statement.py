"""An account statement read: which column is what, which rows are transactions, what is wrong.

Pure. Banks name their columns as they like and put a letterhead above them; the row that names a
content and an amount is the head, what stands below it is read row by row.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.fold import fold
from cloud.i18n import TIME_ZONE
from cloud.payments.telling import Told

_LETTERHEAD: Final = 40
"""Rows above the head: name, address, account and period of a statement."""
_MAX_AMOUNT: Final = 10**15
_SHORT: Final = 2  # «co» and «no» stand in many other words
_EXCEL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=TIME_ZONE)
_EXCEL_DAYS: Final = range(36_526, 73_051)  # 2000 to 2099
_TIMES: Final = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%H:%M:%S %d/%m/%Y",
    "%H:%M %d/%m/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
)
_AMOUNT: Final = re.compile(r"([+-]?)([0-9]{1,3}(?:[., ][0-9]{3})+|[0-9]+)(?:[.,]0{1,2})?")


class Column(StrEnum):
    """What a column of a statement holds."""

    AT = "at"
    CREDIT = "credit"
    DEBIT = "debit"
    AMOUNT = "amount"
    CONTENT = "content"
    REFERENCE = "reference"


_NAMES: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.CREDIT: ("ghi co", "phat sinh co", "so tien vao", "tien vao", "credit", "co"),
    Column.DEBIT: ("ghi no", "phat sinh no", "so tien ra", "tien ra", "debit", "no"),
    Column.AMOUNT: ("so tien", "amount"),
    Column.CONTENT: ("noi dung", "dien giai", "mo ta", "description", "details", "remark"),
    Column.REFERENCE: (
        "so tham chieu",
        "ma tham chieu",
        "ma giao dich",
        "so giao dich",
        "so but toan",
        "so ct",
        "reference",
        "transaction no",
    ),
    Column.AT: ("ngay giao dich", "ngay gd", "thoi gian", "transaction date", "date", "ngay"),
}
"""Words of a head, in the order in which they are looked for."""


class Flaw(StrEnum):
    """Why a row is no transaction."""

    NO_TIME = "no_time"
    NO_AMOUNT = "no_amount"


@dataclass(frozen=True)
class Problem:
    """A row that was left out: its number in the file, the column, and why."""

    row: int
    column: str
    flaw: Flaw


@dataclass(frozen=True)
class Found:
    """What a statement holds; `columns` says which heading was taken for what."""

    columns: Mapping[Column, str]
    rows: Sequence[Told]
    problems: Sequence[Problem]


def read(table: Sequence[Sequence[str]]) -> Found | None:
    """The transactions of a statement; None where no head names a content and an amount."""
    for number, row in enumerate(table[:_LETTERHEAD]):
        places = _places(row)
        if Column.CONTENT in places and places.keys() & {Column.CREDIT, Column.AMOUNT}:
            return _below(table, number, places)
    return None


def _places(row: Sequence[str]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for number, cell in enumerate(row):
        heading = " ".join(re.sub(r"[^a-z ]", " ", fold(cell)).split())
        column = _named(heading)
        if column is not None and column not in found:
            found[column] = number
    return found


def _named(heading: str) -> Column | None:
    for column, names in _NAMES.items():
        for name in names:
            alone = len(name) <= _SHORT
            if heading == name if alone else name in heading:
                return column
    return None


def _below(table: Sequence[Sequence[str]], head: int, places: Mapping[Column, int]) -> Found:
    rows: list[Told] = []
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    for number, row in enumerate(table[head + 1 :], head + 2):
        cells = {
            column: row[place] if place < len(row) else "" for column, place in places.items()
        }
        if not any(cells.get(one) for one in (Column.CREDIT, Column.DEBIT, Column.AMOUNT)):
            continue  # a foot, a heading of a day, an empty line
        told = _told(cells, seen)
        if isinstance(told, Told):
            rows.append(told)
        elif any(character.isdigit() for character in cells.get(Column.AT, "")):
            column = Column.AT if told is Flaw.NO_TIME else Column.CREDIT
            problems.append(Problem(number, column.value, told))
    columns = {column: table[head][place] for column, place in places.items()}
    return Found(columns, rows, problems)


def _told(cells: Mapping[Column, str], seen: Counter[str]) -> Told | Flaw:
    at = _time(cells.get(Column.AT, ""))
    if at is None:
        return Flaw.NO_TIME
    amount = _signed(cells)
    if amount is None:
        return Flaw.NO_AMOUNT
    content, reference = cells[Column.CONTENT], cells.get(Column.REFERENCE, "")
    basis = "\n".join((at.isoformat(), str(amount), fold(content), reference))
    seen[basis] += 1  # two people may pay the same with the same words on the same day
    digest = hashlib.sha256(f"{basis}\n{seen[basis]}".encode()).hexdigest()
    return Told(
        id=digest[:32],
        amount=abs(amount),
        incoming=amount > 0,
        content=content[:500],
        at=at,
        reference=reference[:80],
    )


def _signed(cells: Mapping[Column, str]) -> int | None:
    """What came in is above nothing, what went out below."""
    credit = money(cells.get(Column.CREDIT, ""))
    debit = money(cells.get(Column.DEBIT, ""))
    if credit:
        return abs(credit)
    if debit:
        return -abs(debit)
    return money(cells.get(Column.AMOUNT, "")) or None


def money(text: str) -> int | None:
    """«1.234.000», «+1,234,000.00 VND» or «1234000» in đồng; None for what is no whole amount."""
    bare = re.sub(r"(?i)vn[dđ]|đ", "", text).strip()
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        return None
    amount = int(re.sub(r"[., ]", "", match[2]))
    if amount >= _MAX_AMOUNT:
        return None
    return -amount if match[1] == "-" else amount


def _time(text: str) -> datetime | None:
    if _is_serial(text):
        return (_EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))).astimezone(UTC)
    plain = " ".join(re.sub(r"[-.]", "/", text).replace("T", " ").split())
    for form in _TIMES:
        try:
            local = datetime.strptime(plain, form).replace(tzinfo=TIME_ZONE)
        except ValueError:
            continue
        return local.astimezone(UTC)
    return None


def _is_serial(text: str) -> bool:
    return re.fullmatch(r"[0-9]{5}(\.[0-9]{1,12})?", text) is not None and (
        int(text[:5]) in _EXCEL_DAYS
    )
