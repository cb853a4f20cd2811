"""What the law asks to be told of a lot before it carries stamps, and what of it is missing.

The ten fields of Circular 02/2024/TT-BKHCN (traceability, in force since 2024-06-01) and the eight
of Decree 37/2026/NĐ-CP, Article 32 (product passport, in force since 2026-01-23). What is required
"if any" must be answered too: `null` says that there is none, leaving it out says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from traceability.errors import GS1Error, LegalError
from traceability.gs1 import gtin14

CIRCULAR: Final = "Thông tư 02/2024/TT-BKHCN"
DECREE: Final = "Nghị định 37/2026/NĐ-CP, Điều 32"

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
_Code = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,90}$")]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Party(_Told):
    """Who made the goods or trades in them."""

    name: _Text
    address: _Text
    code: _Code | None = None
    """GLN, tax number or business registration."""


class Stage(_Told):
    """One step of the way: what, where and when."""

    name: _Text
    product_code: _Code
    location_code: _Code
    at: AwareDatetime


class Lot(_Told):
    """What is told of a lot; a field left out is not told, `null` tells that there is none."""

    product: _Text | None = None
    image: _Text | None = None
    gtin: _Code | None = None
    producer: Party | None = None
    origin: _Text | None = None
    stages: list[Stage] = Field(default_factory=list, max_length=1_000)
    produced_on: date | None = None
    traceability_code: _Code | None = None
    brand: _Text | None = None
    expires_on: date | None = None
    shelf_life: _Text | None = None
    standards: list[_Text] = Field(default_factory=list, max_length=100)
    certificates: list[_Text] | None = None
    warnings: _Text | None = None
    more: _Text | None = None

    @classmethod
    def read(cls, text: str | bytes) -> Self:
        """A lot as JSON.

        Raises:
            LegalError: it is not JSON, or a field has another shape; the field is named.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "tệp"
            raise LegalError(f"{where}: {first['msg']}") from None


Test = Callable[[Lot], bool]


@dataclass(frozen=True)
class Requirement:
    """One field of the law."""

    law: str
    number: int
    name: str
    how: str
    """What to do about it, in the words of who fills it in."""
    told: Test
    fields: tuple[str, ...]

    @property
    def source(self) -> str:
        kind = "trường" if self.law == CIRCULAR else "mục"
        return f"{self.law}, {kind} {self.number}"


def _is_set(name: str) -> Test:
    return lambda lot: bool(getattr(lot, name))


def _is_answered(*names: str) -> Test:
    """Told, or told that there is none: by one of the names."""
    return lambda lot: any(name in lot.model_fields_set for name in names)


def _has_gtin(lot: Lot) -> bool:
    try:
        return lot.gtin is not None and bool(gtin14(lot.gtin))
    except GS1Error:
        return False


def _required(law: str, number: int, name: str, how: str, field: str) -> Requirement:
    return Requirement(law, number, name, how, _is_set(field), (field,))


def _if_any(law: str, number: int, name: str, how: str, *fields: str) -> Requirement:
    return Requirement(law, number, name, how, _is_answered(*fields), fields)


REQUIREMENTS: Final = (
    _required(CIRCULAR, 1, "Tên sản phẩm", "Ghi tên như trên nhãn.", "product"),
    _required(CIRCULAR, 2, "Hình ảnh sản phẩm", "Chụp một tấm hình sản phẩm.", "image"),
    _required(CIRCULAR, 3, "Tên nơi sản xuất, kinh doanh", "Ghi tên hợp tác xã.", "producer"),
    _required(CIRCULAR, 4, "Địa chỉ nơi sản xuất, kinh doanh", "Ghi địa chỉ.", "producer"),
    _required(
        CIRCULAR, 5, "Các công đoạn", "Ghi ít nhất một công đoạn: mã, nơi, lúc nào.", "stages"
    ),
    _required(CIRCULAR, 6, "Thời gian sản xuất", "Ghi ngày thu hoạch.", "produced_on"),
    _required(
        CIRCULAR, 7, "Mã truy vết", "Tạo tem cho lô, mã có ngay trên tem.", "traceability_code"
    ),
    _if_any(
        CIRCULAR, 8, "Thương hiệu, ký hiệu", "Ghi thương hiệu, hoặc ghi là không có.", "brand"
    ),
    _if_any(
        CIRCULAR,
        9,
        "Hạn sử dụng",
        "Ghi hạn dùng, hoặc ghi là không có.",
        "expires_on",
        "shelf_life",
    ),
    _required(
        CIRCULAR, 10, "Tiêu chuẩn áp dụng", "Ghi tiêu chuẩn, như TCVN hay VietGAP.", "standards"
    ),
    Requirement(
        DECREE,
        1,
        "Tên sản phẩm và mã GTIN",
        "Ghi tên và mã số mã vạch đúng số kiểm tra.",
        lambda lot: bool(lot.product) and _has_gtin(lot),
        ("product", "gtin"),
    ),
    Requirement(
        DECREE,
        2,
        "Tên, địa chỉ, mã của nơi sản xuất",
        "Ghi thêm mã: mã số thuế, GLN hoặc số đăng ký.",
        lambda lot: lot.producer is not None and lot.producer.code is not None,
        ("producer",),
    ),
    _required(DECREE, 3, "Xuất xứ", "Ghi nơi trồng, nơi chế biến sau cùng.", "origin"),
    Requirement(
        DECREE,
        4,
        "Thông tin truy xuất nguồn gốc",
        "Cần mã truy vết và ít nhất một công đoạn.",
        lambda lot: bool(lot.traceability_code and lot.stages),
        ("traceability_code", "stages"),
    ),
    _if_any(DECREE, 5, "Chứng nhận", "Ghi giấy chứng nhận, hoặc ghi là không có.", "certificates"),
    Requirement(
        DECREE,
        6,
        "Ngày sản xuất, hạn sử dụng",
        "Ghi ngày thu hoạch; hạn dùng thì ghi, hoặc ghi là không có.",
        lambda lot: bool(lot.produced_on) and _is_answered("expires_on", "shelf_life")(lot),
        ("produced_on", "expires_on", "shelf_life"),
    ),
    _if_any(DECREE, 7, "Cảnh báo an toàn", "Ghi cảnh báo, hoặc ghi là không có.", "warnings"),
    _if_any(DECREE, 8, "Thông tin khác", "Ghi nếu cơ quan có hỏi, hoặc ghi là không có.", "more"),
)
"""Ten and eight, in the order of the law."""


def missing(lot: Lot) -> list[Requirement]:
    """What of the law is not told of a lot yet; nothing where stamps may be issued."""
    return [one for one in REQUIREMENTS if not one.told(lot)]
