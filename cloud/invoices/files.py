"""The way to a provider: a port, and the adapter that writes a file to be uploaded there."""

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from xml.etree import ElementTree as ET

from cloud.invoices.draft import Draft, Party
from cloud.vietgap.book import Book, Table
from cloud.vietgap.workbook import MEDIA_TYPE, workbook


class Form(StrEnum):
    """What providers take."""

    XML = "xml"
    JSON = "json"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Handed:
    """What is handed over, and as what."""

    octets: bytes
    media_type: str


class Provider(Protocol):
    """Whoever issues invoices."""

    def hand_over(self, draft: Draft) -> Handed:
        """The draft as this provider takes it; the number comes back later."""
        ...


@dataclass(frozen=True)
class File:
    """A person uploads the file, and copies the number from there."""

    form: Form

    def hand_over(self, draft: Draft) -> Handed:
        match self.form:
            case Form.XML:
                return Handed(_xml(draft), "application/xml")
            case Form.JSON:
                text = json.dumps(_plain(draft), ensure_ascii=False, indent=2)
                return Handed(text.encode(), "application/json")
            case Form.XLSX:
                return Handed(workbook(_book(draft)), MEDIA_TYPE)


def _plain(draft: Draft) -> dict[str, object]:
    return {
        "code": draft.code,
        "currency": "VND",
        "seller": vars(draft.seller),
        "buyer": vars(draft.buyer),
        "lines": [
            {**vars(line), "net": part.net, "tax": part.tax, "total": line.total}
            for line, part in zip(draft.lines, draft.parts, strict=True)
        ],
        "rates": [{**vars(one), "tax": one.tax} for one in draft.rates],
        "net": draft.net,
        "tax": draft.tax,
        "total": draft.total,
        "in_words": draft.in_words,
    }


def _xml(draft: Draft) -> bytes:
    """Element names of the tax administration's format (Decision 1450/QĐ-TCT, 2021)."""
    root = ET.Element("HDon")
    data = ET.SubElement(root, "DLHDon")
    general = ET.SubElement(data, "TTChung")
    _add(general, MHSo=draft.code, DVTTe="VND")
    content = ET.SubElement(data, "NDHDon")
    _party(content, "NBan", draft.seller)
    _party(content, "NMua", draft.buyer)
    goods = ET.SubElement(content, "DSHHDVu")
    for number, (line, part) in enumerate(zip(draft.lines, draft.parts, strict=True), 1):
        item = ET.SubElement(goods, "HHDVu")
        _add(item, STT=number, THHDVu=line.name, DVTinh=line.unit, SLuong=line.quantity)
        _add(item, DGia=_each(part.net, line.quantity), ThTien=part.net, TSuat=line.vat.value)
    sums = ET.SubElement(content, "TToan")
    by_rate = ET.SubElement(sums, "THTTLTSuat")
    for one in draft.rates:
        rate = ET.SubElement(by_rate, "LTSuat")
        _add(rate, TSuat=one.vat.value, ThTien=one.net, TThue=one.tax)
    _add(sums, TgTCThue=draft.net, TgTThue=draft.tax, TgTTTBSo=draft.total)
    _add(sums, TgTTTBChu=draft.in_words)
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found


def _each(net: int, quantity: int) -> str:
    """One of so many without the tax, with the six decimals that the format takes at most."""
    exact = (Decimal(net) / quantity).quantize(Decimal("0.000001"))
    return f"{exact:f}".rstrip("0").rstrip(".")


def _party(parent: ET.Element, name: str, party: Party) -> None:
    element = ET.SubElement(parent, name)
    _add(element, Ten=party.name)
    if party.tax_code:
        _add(element, MST=party.tax_code)
    _add(element, DChi=party.address, DCTDTu=party.contact)


def _add(parent: ET.Element, **values: str | int) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = str(value)


def _book(draft: Draft) -> Book:
    facts = [
        ("Mã đơn", draft.code),
        ("Người bán", draft.seller.name),
        ("Mã số thuế người bán", draft.seller.tax_code),
        ("Người mua", draft.buyer.name),
        ("Mã số thuế", draft.buyer.tax_code),
        ("Địa chỉ", draft.buyer.address),
        ("Thư điện tử", draft.buyer.contact),
        ("Tiền hàng", str(draft.net)),
        ("Tiền thuế", str(draft.tax)),
        ("Tổng tiền", str(draft.total)),
        ("Bằng chữ", draft.in_words),
    ]
    rows = [
        (one.name, one.unit, one.quantity, one.price, one.vat.value, part.net, part.tax, one.total)
        for one, part in zip(draft.lines, draft.parts, strict=True)
    ]
    heads = (
        *("Tên hàng", "Đơn vị", "Số lượng", "Đơn giá có thuế", "Thuế suất"),
        *("Tiền chưa thuế", "Tiền thuế", "Thành tiền"),
    )
    goods = Table("Hàng hóa", heads, (4, 1, 1, 1, 1, 1, 1, 1), rows)
    sums = [(one.vat.value, one.net, one.tax, one.total) for one in draft.rates]
    rates = Table("Theo thuế suất", heads[4:], (1, 1, 1, 1), sums)
    return Book("Hóa đơn", facts, [goods, rates], "")
