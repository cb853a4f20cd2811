"""A sheet of parcels judged: which rows are right, and what is wrong with the others. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from cloud import columns
from cloud.columns import Fault, Table
from cloud.dispatch.forms import ParcelRow
from cloud.fold import fold
from cloud.i18n import _
from cloud.orders.models import Fulfilment
from cloud.shipping.carrier import CarrierName

COLUMNS: Final = {
    "code": _("Mã đơn"),
    "tracking": _("Mã vận đơn"),
    "carrier": _("Bên giao"),
    "fee": _("Cước bên giao"),
}
NEEDED: Final = ("code", "tracking")
_HEADINGS: Final = {fold(word): name for name, word in COLUMNS.items()} | {
    "ma don khach hang": "code",
    "ma don rieng": "code",
    "ma don shop": "code",
    "ma van don ghn": "tracking",
    "ma don ghtk": "tracking",
    "so hieu buu gui": "tracking",
    "don vi van chuyen": "carrier",
    "tong cuoc": "fee",
    "tong phi": "fee",
    "phi ship": "fee",
    "code": "code",
    "tracking": "tracking",
    "carrier": "carrier",
    "fee": "fee",
}
"""Our own words, and those of carriers' files."""
_CARRIERS: Final = {
    "tu giao": CarrierName.OWN,
    "giao hang nhanh": CarrierName.GHN,
    "giao hang tiet kiem": CarrierName.GHTK,
    "viettel post": CarrierName.VIETTEL_POST,
    "viettelpost": CarrierName.VIETTEL_POST,
    "buu dien": CarrierName.VNPOST,
    "vietnam post": CarrierName.VNPOST,
    "ben giao khac": CarrierName.OTHER,
} | {one.value: one for one in CarrierName}
REASONS: Final = {
    "code": _("Không có đơn nào mang mã này."),
    "tracking": _("Mã vận đơn phải có, chỉ gồm chữ không dấu và số."),
    "carrier": _("Không biết bên giao này. Ví dụ: GHN, GHTK, Viettel Post."),
    "fee": _("Cước phải là số đồng."),
}
TWICE: Final = _("Đơn này đã có ở dòng trên.")
NOT_PACKED: Final = _("Đơn chưa đóng gói xong.")
OVER: Final = _("Đơn đã hủy hoặc đã trả lại.")
FETCHED: Final = _("Khách tự đến lấy đơn này.")
OTHER_NUMBER: Final = _("Đơn đã gửi với mã vận đơn khác.")

_WAITS: Final = {Fulfilment.PLACED, Fulfilment.CONFIRMED}
_OVER: Final = {Fulfilment.CANCELLED, Fulfilment.RETURNED}


@dataclass(frozen=True)
class Standing:
    """How far an order is; `tracking` is that of its parcel, None where it has not left."""

    state: Fulfilment
    is_fetched: bool
    tracking: str | None


@dataclass(frozen=True)
class Plan:
    """What would become of a sheet; `bad` are the rows with a fault, whole, as they were."""

    headings: Sequence[str]
    good: Sequence[ParcelRow]
    faults: Sequence[Fault]
    bad: Sequence[tuple[int, Sequence[str]]]


def plan(table: Table, orders: Mapping[str, Standing], otherwise: CarrierName) -> Plan | None:
    """Judge every row, by orders' codes; `otherwise` carries what names no carrier.

    None where the headings that are needed stand nowhere.
    """
    found = columns.headings(table, _HEADINGS, NEEDED)
    if found is None:
        return None
    at, places = found
    good: list[ParcelRow] = []
    faults, bad = [], []
    seen: set[str] = set()
    for number, row in enumerate(table[at + 1 :], at + 2):
        cells = {name: columns.cell(row, place) for name, place in places.items()}
        if not any(cells.values()):
            continue
        told, wrong = _judge(cells, otherwise)
        if told is not None:
            wrong = _amiss(told, orders, seen)
            seen.add(told.code)
        if told is None or wrong:
            faults += [Fault(number, name, reason) for name, reason in wrong.items()]
            bad.append((number, row))
        else:
            good.append(told)
    return Plan(table[at], good, faults, bad)


def _judge(
    cells: Mapping[str, str], otherwise: CarrierName
) -> tuple[ParcelRow | None, dict[str, str]]:
    carrier = cells.get("carrier", "")
    told = {
        "code": "".join(cells["code"].split()).upper(),
        "tracking": cells["tracking"],
        "carrier": _CARRIERS.get(fold(carrier), carrier) if carrier else otherwise,
        "fee": cells.get("fee", ""),
    }
    try:
        return ParcelRow.model_validate(told), {}
    except ValidationError as error:
        names = {str(one["loc"][0]) for one in error.errors()}
        return None, {name: REASONS[name] for name in COLUMNS if name in names}


def _amiss(told: ParcelRow, orders: Mapping[str, Standing], seen: set[str]) -> dict[str, str]:
    """What is wrong between a row and its order."""
    order = orders.get(told.code)
    if order is None:
        return {"code": REASONS["code"]}
    if told.code in seen:
        return {"code": TWICE}
    reason = _refused(order)
    if reason:
        return {"code": reason}
    return {"tracking": OTHER_NUMBER} if order.tracking not in {None, "", told.tracking} else {}


def _refused(order: Standing) -> str:
    if order.is_fetched:
        return FETCHED
    if order.state in _WAITS:
        return NOT_PACKED
    return OVER if order.state in _OVER else ""
