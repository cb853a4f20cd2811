"""The law's fields in the words of who fills them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.i18n import _, translate
from cloud.passports.rules import Gap
from traceability.legal import CIRCULAR

FIELDS: Final = {
    "product": _("Tên sản phẩm"),
    "gtin": _("Mã GTIN của sản phẩm"),
    "image": _("Ảnh sản phẩm"),
    "producer": _("Mã số thuế hoặc mã GLN của hợp tác xã"),
    "origin": _("Địa chỉ nơi trồng"),
    "stages": _("Ngày và nơi thu hoạch"),
    "produced_on": _("Ngày thu hoạch"),
    "traceability_code": _("Mã truy vết của lô"),
    "brand": _("Thương hiệu, hoặc ghi không có"),
    "shelf_life": _("Hạn dùng, hoặc ghi không có"),
    "standards": _("Tiêu chuẩn áp dụng, như VietGAP"),
    "certificates": _("Giấy chứng nhận, hoặc ghi không có"),
    "warnings": _("Điều cần cảnh báo, hoặc ghi không có"),
    "more": _("Điều khác cơ quan hỏi, hoặc ghi không có"),
}
_CIRCULAR: Final = _("Thông tư 02/2024, trường %(number)s")
_DECREE: Final = _("Nghị định 37/2026 Điều 32, mục %(number)s")


@dataclass(frozen=True)
class Line:
    """One thing that is missing, and who asks for it."""

    what: str
    source: str


def lines(language: str, gaps: Sequence[Gap]) -> list[Line]:
    return [Line(translate(language, FIELDS[gap.field]), source(language, gap)) for gap in gaps]


def source(language: str, gap: Gap) -> str:
    law = _CIRCULAR if gap.law == CIRCULAR else _DECREE
    return translate(language, law, number=gap.number)
