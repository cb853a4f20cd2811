"""Where things stand on a slip (A5) and on a label (100 × 150 mm)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cloud.i18n import _, dong
from cloud.lots.models import Lot
from cloud.packing.paper import Code, Mark, Paper, Rule, Text, height_of
from cloud.packing.service import Packed, Parcel
from cloud.scans.resolver import lot_path
from traceability.font import BOLD
from traceability.token import grouped

Say = Callable[[str], str]
"""A sentence in the reader's language."""

_ORDER: Final = _("Đơn")
_TO: Final = _("Người nhận")
_LOT: Final = _("Lô")
_HARVESTED: Final = _("thu hoạch")
_AWAITED: Final = _("Chờ thu hoạch, khoảng")
_STAMPS: Final = _("tem, từ")
_FEE: Final = _("Phí giao hàng")
_TOTAL: Final = _("Tổng cộng")
_FROM: Final = _("Người gửi")
_COD: Final = _("Thu hộ")
_NOTHING: Final = _("Không thu tiền")
_FETCHES: Final = _("Khách đến lấy")
_BEFORE: Final = _("tên cũ")
_SAMPLE: Final = _("MẪU – không có hàng thật")

_EDGE: Final = 8.0
_SLIP: Final = (148.0, 210.0)
_LABEL: Final = (100.0, 150.0)
_CODE: Final = 26.0
"""A lot's address as a code with modules of 0.5 mm and more: any telephone reads it."""
_FOOT: Final = 18.0
"""What a slip keeps free at its end for sums."""


@dataclass(frozen=True)
class House:
    """Where the pages of this installation are."""

    address: str

    def lot(self, lot: Lot) -> str:
        return f"{self.address}{lot_path(lot)}"


def slip(parcel: Parcel, house: House, say: Say) -> Paper:
    """Goods line by line, each with its lot, a code that leads to it, and the lot's stamps."""
    width, height = _SLIP
    pages: list[list[Mark]] = [list(_head(parcel, say))]
    top = 52.0
    for packed in parcel.goods:
        if top + _CODE > height - _FOOT:
            pages.append([])
            top = _EDGE
        pages[-1] += _goods(packed, house, top, say)
        top += _CODE + 3
    if top > height - _FOOT:
        pages.append([])
        top = _EDGE
    pages[-1] += _sums(parcel, top, say)
    return Paper(width, height, pages)


def label(parcel: Parcel, say: Say) -> Paper:
    """From whom, to whom, what the carrier takes at the door, and the order's code."""
    width, height = _LABEL
    return Paper(width, height, [list(_stuck_on(parcel, say))])


def _head(parcel: Parcel, say: Say) -> Iterator[Mark]:
    room = _SLIP[0] - 2 * _EDGE
    placed = parcel.placed
    yield Text(placed.shop.name, _EDGE, _EDGE, room, 14, BOLD)
    yield Text(f"{say(_ORDER)} {placed.payment.code}", _EDGE, 15, room, 11, BOLD)
    if placed.order.simulated:
        yield Text(say(_SAMPLE), _EDGE, 21, room, 11, BOLD)
    yield Text(f"{say(_TO)}: {placed.buyer.name}", _EDGE, 28, room, 10)
    yield Text(placed.buyer.phone, _EDGE, 33, room, 10)
    yield Text(_where(parcel, say), _EDGE, 38, room, 10, lines=2)
    yield Rule(_EDGE, 50, room)


def _goods(packed: Packed, house: House, top: float, say: Say) -> Iterator[Mark]:
    line, lot = packed.line, packed.lot
    room = _SLIP[0] - 2 * _EDGE - _CODE - 3
    yield Text(
        f"{line.quantity} × {line.product_name} {line.pack_name}", _EDGE, top, room, 11, BOLD, 2
    )
    yield Text(f"{line.quantity} × {dong(line.price)}", _EDGE, top + 23, room)
    if lot is None:
        yield Text(f"{say(_AWAITED)} {line.harvest_on:%d/%m/%Y}", _EDGE, top + 10, room)
        return
    harvested = lot.harvested_on.strftime("%d/%m/%Y")
    yield Text(f"{say(_LOT)} {lot.code} · {say(_HARVESTED)} {harvested}", _EDGE, top + 10, room)
    for number, stamped in enumerate(packed.stamps[:2]):
        told = f"{stamped.number} {say(_STAMPS)} {grouped(stamped.first)}"
        yield Text(told, _EDGE, top + 15 + 4 * number, room, 7.5)
    yield Code(house.lot(lot), _SLIP[0] - _EDGE - _CODE, top, _CODE)


def _sums(parcel: Parcel, top: float, say: Say) -> Iterator[Mark]:
    room = _SLIP[0] - 2 * _EDGE
    order = parcel.placed.order
    yield Rule(_EDGE, top, room)
    yield Text(f"{say(_FEE)}: {dong(order.fee)}", _EDGE, top + 2, room, 10)
    yield Text(f"{say(_TOTAL)}: {dong(order.total)}", _EDGE, top + 7, room, 11, BOLD)


def _stuck_on(parcel: Parcel, say: Say) -> Iterator[Mark]:
    room, placed = _LABEL[0] - 12, parcel.placed
    yield Text(f"{say(_FROM)}: {placed.shop.name}", 6, 6, room, 9)
    yield Text(f"{parcel.sender.phone} · {parcel.sender.address}", 6, 11, room, 8, lines=2)
    yield Rule(6, 20, room)
    yield Text(say(_TO), 6, 22, room, 9)
    name = Text(placed.buyer.name, 6, 27, room, 16, BOLD, 2)
    yield name
    top = 27 + height_of(name)
    yield Text(placed.buyer.phone, 6, top, room, 15, BOLD)
    yield Text(_where(parcel, say), 6, top + 8, room, 11, lines=4)
    yield Rule(6, 76, room)
    cod = _cod(parcel)
    told = f"{say(_COD)}: {dong(cod)}" if cod else say(_NOTHING)
    yield Text(told, 6, 78, room, 18, BOLD)
    yield Rule(6, 89, room)
    yield Code(placed.payment.code, 4, 91, 40)
    yield Text(placed.payment.code, 46, 96, room - 40, 15, BOLD)
    mass_g = placed.parcel.mass_g if placed.parcel else placed.mass_g
    yield Text(f"{mass_g / 1000:.2f} kg".replace(".", ","), 46, 104, room - 40, 11)
    if placed.parcel and placed.parcel.tracking:
        yield Text(placed.parcel.tracking, 46, 111, room - 40, 12, BOLD)
    contents = ", ".join(f"{one.line.quantity} × {one.line.product_name}" for one in parcel.goods)
    yield Text(contents, 6, 133, room, 9, lines=2)
    if placed.order.simulated:
        yield Text(say(_SAMPLE), 46, 118, room - 40, 11, BOLD, 2)


def _cod(parcel: Parcel) -> int:
    """What is taken at the door: as the carrier was told, or would be now."""
    placed = parcel.placed
    if placed.parcel is not None:
        return placed.parcel.cod
    return placed.owed if placed.payment.cod else 0


def _where(parcel: Parcel, say: Say) -> str:
    point = parcel.placed.point
    if point is None:
        buyer = parcel.placed.buyer
        before = f" ({say(_BEFORE)}: {buyer.address_before})" if buyer.address_before else ""
        return f"{buyer.address}{before}"
    return f"{say(_FETCHES)}: {point.name}, {point.address}"
