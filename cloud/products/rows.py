"""A sheet of products: what each column holds, which rows are good, and what is wrong with others.

Pure. Rows are numbered as the spreadsheet numbers them, so that a person finds them again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from cloud import columns
from cloud.columns import Fault, Table
from cloud.fold import fold
from cloud.i18n import _
from cloud.products.forms import RowForm
from cloud.products.kinds import KIND_WORDS, Kind
from cloud.tax.vat import Vat

COLUMNS: Final = {
    "name": _("Tên bán"),
    "kind": _("Loại hàng"),
    "lot": _("Mã lô"),
    "mass_g": _("Gam một gói"),
    "price": _("Giá một gói"),
    "quantity": _("Số gói"),
    "origin": _("Nơi trồng"),
    "shelf_life_days": _("Dùng trong mấy ngày"),
    "ingredients": _("Thành phần"),
    "storage": _("Cách giữ"),
    "instructions": _("Cách dùng"),
    "warnings": _("Lưu ý an toàn"),
    "description_vi": _("Lời giới thiệu"),
    "vat": _("Mức thuế"),
}
NEEDED: Final = ("name", "kind", "lot", "mass_g", "price", "quantity")
REASONS: Final = {
    "name": _("Tên phải có từ 2 đến 80 chữ."),
    "kind": _("Không có loại hàng này. Ví dụ: Rau củ, Dưa, Trái cây."),
    "lot": _("Không có lô mang mã này."),
    "mass_g": _("Gam phải là số từ 10 đến 1.000.000."),
    "price": _("Giá phải là số đồng, từ 1.000 trở lên."),
    "quantity": _("Số gói phải là số từ 0 trở lên."),
    "origin": _("Nơi trồng dài nhất 200 chữ."),
    "shelf_life_days": _("Số ngày phải từ 1 đến 3.650."),
    "vat": _("Mức thuế phải là KCT, KKKNT, 0%, 5%, 8% hoặc 10%."),
}
_TOO_LONG: Final = _("Chữ quá dài hoặc có ký tự lạ.")
SHORT: Final = _("Lô không còn đủ cho chừng này gói.")
_RATES: Final = {
    written: vat
    for vat in Vat
    for written in (vat.value, str(vat.percent), f"{vat.percent / 100:g}")
    if vat.value.endswith("%")
} | {vat.value: vat for vat in Vat}
"""A rate as it is typed; a spreadsheet keeps 5 % as 0.05."""
_HEADINGS: Final = {fold(word): name for name, word in COLUMNS.items()} | {
    name: name for name in COLUMNS
}


@dataclass(frozen=True)
class Good:
    """A row that can be taken."""

    row: int
    told: RowForm


@dataclass(frozen=True)
class Plan:
    """What would become of a sheet."""

    headings: Sequence[str]
    good: Sequence[Good]
    faults: Sequence[Fault]
    bad: Sequence[tuple[int, Sequence[str]]]
    """The rows with a fault, whole, as they were."""


def plan(table: Table, lots: Mapping[str, int]) -> Plan | None:
    """Judge every row; `lots` are the grams that are left of each, by code.

    None where the headings that are needed stand nowhere.
    """
    found = columns.headings(table, _HEADINGS, NEEDED)
    if found is None:
        return None
    at, places = found
    left, good, faults, bad = dict(lots), [], [], []
    for number, row in enumerate(table[at + 1 :], at + 2):
        cells = {name: columns.cell(row, place) for name, place in places.items()}
        if not any(cells.values()):
            continue
        told, wrong = _judge(number, cells, left)
        faults += wrong
        if told is None:
            bad.append((number, row))
        else:
            good.append(Good(number, told))
    return Plan(table[at], good, faults, bad)


def grouped(rows: Iterable[Good]) -> list[list[RowForm]]:
    """Rows of one name and lot are packs of one product, in the order of the sheet."""
    found: dict[tuple[str, str], list[RowForm]] = defaultdict(list)
    for one in rows:
        found[fold(one.told.name), one.told.lot].append(one.told)
    return list(found.values())


def _judge(
    number: int, cells: Mapping[str, str], left: dict[str, int]
) -> tuple[RowForm | None, list[Fault]]:
    """The row, and its grams taken off its lot; or all that is wrong with it."""
    known = {fold(word): kind for kind, word in KIND_WORDS.items()} | {one: one for one in Kind}
    kind = known.get(fold(cells["kind"]), cells["kind"])
    vat = _RATES.get(cells.get("vat", "").upper(), cells.get("vat", ""))
    wrong: set[str] = set()
    told = None
    try:
        told = RowForm.model_validate({**cells, "kind": kind, "vat": vat})
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
    if cells["lot"] not in left:
        wrong.add("lot")
    faults = [
        Fault(number, name, REASONS.get(name, _TOO_LONG)) for name in COLUMNS if name in wrong
    ]
    if told is None or faults:
        return None, faults
    grams = told.mass_g * told.quantity
    if grams > left[told.lot]:
        return None, [Fault(number, "quantity", SHORT)]
    left[told.lot] -= grams
    return told, []
