"""Kinds of goods: what is usual for each, and what the law wants on its label. Pure.

What a label must tell stands in Decree 43/2017/NĐ-CP as amended by 111/2021/NĐ-CP: article 10 for
all goods, annex I for food (item 2) and for grain (item 1). Fresh produce needs less: what we know
of the harvest tells it. A certificate of food safety is asked of processed food (Decree
15/2018/NĐ-CP, article 11). Produce that is cut, dried, shelled, ground or cooled and no more is
not subject to value added tax where its grower sells it (Law 48/2024/QH15, article 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cloud.i18n import _
from cloud.tax.vat import Vat, standard


class Kind(StrEnum):
    """What is sold."""

    VEGETABLE = "vegetable"
    MELON = "melon"
    FRUIT = "fruit"
    RICE = "rice"
    MUSHROOM = "mushroom"
    TEA_COFFEE = "tea_coffee"
    HONEY = "honey"
    SPICE = "spice"
    PROCESSED = "processed"
    OTHER = "other"


class LabelField(StrEnum):
    """A line of a label."""

    NAME = "name"
    ORIGIN = "origin"
    RESPONSIBLE = "responsible"
    ADDRESS = "address"
    QUANTITY = "quantity"
    PRODUCED_ON = "produced_on"
    EXPIRES = "expires"
    INGREDIENTS = "ingredients"
    STORAGE = "storage"
    INSTRUCTIONS = "instructions"
    WARNINGS = "warnings"


class Scheme(StrEnum):
    """Who vouches for goods: OCOP with its stars, a way of growing, or a safe kitchen."""

    OCOP = "ocop"
    VIETGAP = "vietgap"
    ORGANIC = "organic"
    FOOD_SAFETY = "food_safety"


@dataclass(frozen=True)
class Preset:
    """What is usual for a kind; a person may change all of it."""

    packs_g: tuple[int, ...]
    shelf_life_days: int | None
    storage: str = ""
    instructions: str = ""
    warnings: str = ""


_ALL_GOODS: Final = frozenset(
    {LabelField.NAME, LabelField.ORIGIN, LabelField.RESPONSIBLE, LabelField.ADDRESS}
)
_FRESH: Final = _ALL_GOODS | {LabelField.QUANTITY, LabelField.PRODUCED_ON}
_GRAIN: Final = _FRESH | {LabelField.EXPIRES, LabelField.WARNINGS}
_FOOD: Final = _GRAIN | {
    LabelField.INGREDIENTS,
    LabelField.STORAGE,
    LabelField.INSTRUCTIONS,
}

REQUIRED: Final = {
    Kind.VEGETABLE: _FRESH,
    Kind.MELON: _FRESH,
    Kind.FRUIT: _FRESH,
    Kind.RICE: _GRAIN,
    Kind.MUSHROOM: _FRESH,
    Kind.TEA_COFFEE: _FOOD,
    Kind.HONEY: _FOOD,
    Kind.SPICE: _FOOD,
    Kind.PROCESSED: _FOOD,
    Kind.OTHER: _FRESH,
}
"""What each kind's label must tell."""

DEMANDED: Final[dict[Kind, frozenset[Scheme]]] = {Kind.PROCESSED: frozenset({Scheme.FOOD_SAFETY})}
"""Which certificates a kind cannot be sold without."""

_MADE: Final = frozenset({Kind.PROCESSED, Kind.TEA_COFFEE})
"""Kinds that are more than produce plainly prepared: cooked, roasted, blended."""

_COOL: Final = _("Giữ mát, dùng sớm.")
_DRY: Final = _("Để nơi khô, mát, tránh nắng.")
_NOTHING_KNOWN: Final = _("Không dùng khi có mùi lạ hoặc mốc.")

PRESETS: Final = {
    Kind.VEGETABLE: Preset((300, 500, 1_000), 5, _COOL, _("Rửa sạch trước khi ăn.")),
    Kind.MELON: Preset((1_000, 1_500, 2_000), 10, _COOL, _("Rửa vỏ, bổ ra ăn ngay.")),
    Kind.FRUIT: Preset((500, 1_000, 5_000), 7, _COOL, _("Rửa sạch trước khi ăn.")),
    Kind.RICE: Preset((1_000, 5_000, 10_000), 180, _DRY, _("Vo sạch rồi nấu."), _NOTHING_KNOWN),
    Kind.MUSHROOM: Preset((200, 300, 500), 5, _COOL, _("Rửa sạch, nấu chín.")),
    Kind.TEA_COFFEE: Preset((100, 250, 500), 365, _DRY, _("Pha với nước sôi."), _NOTHING_KNOWN),
    Kind.HONEY: Preset(
        (350, 500, 1_000), 730, _DRY, _("Ăn liền hoặc pha nước."), _("Không cho trẻ dưới 1 tuổi.")
    ),
    Kind.SPICE: Preset((50, 100, 200), 365, _DRY, _("Nêm khi nấu."), _NOTHING_KNOWN),
    Kind.PROCESSED: Preset((200, 500, 1_000), 90, _DRY, _("Ăn liền sau khi mở."), _NOTHING_KNOWN),
    Kind.OTHER: Preset((500, 1_000, 5_000), None),
}

KIND_WORDS: Final = {
    Kind.VEGETABLE: _("Rau củ"),
    Kind.MELON: _("Dưa"),
    Kind.FRUIT: _("Trái cây"),
    Kind.RICE: _("Gạo, hạt"),
    Kind.MUSHROOM: _("Nấm"),
    Kind.TEA_COFFEE: _("Trà, cà phê"),
    Kind.HONEY: _("Mật ong"),
    Kind.SPICE: _("Gia vị"),
    Kind.PROCESSED: _("Đồ chế biến"),
    Kind.OTHER: _("Hàng tươi khác"),
}

LABEL_WORDS: Final = {
    LabelField.NAME: _("Tên bán"),
    LabelField.ORIGIN: _("Nơi trồng"),
    LabelField.RESPONSIBLE: _("Người chịu trách nhiệm"),
    LabelField.ADDRESS: _("Địa chỉ"),
    LabelField.QUANTITY: _("Khối lượng một gói"),
    LabelField.PRODUCED_ON: _("Ngày thu hoạch"),
    LabelField.EXPIRES: _("Dùng trong mấy ngày"),
    LabelField.INGREDIENTS: _("Thành phần"),
    LabelField.STORAGE: _("Cách giữ"),
    LabelField.INSTRUCTIONS: _("Cách dùng"),
    LabelField.WARNINGS: _("Lưu ý an toàn"),
}

SCHEME_WORDS: Final = {
    Scheme.OCOP: _("OCOP"),
    Scheme.VIETGAP: _("VietGAP"),
    Scheme.ORGANIC: _("Hữu cơ"),
    Scheme.FOOD_SAFETY: _("An toàn thực phẩm"),
}


LABEL_GAPS: Final = {
    LabelField.NAME: _("Thiếu tên bán. Hãy ghi tên."),
    LabelField.ORIGIN: _("Thiếu nơi trồng. Hãy ghi nơi trồng."),
    LabelField.RESPONSIBLE: _("Thiếu tên người chịu trách nhiệm. Hãy điền ở trang gian hàng."),
    LabelField.ADDRESS: _("Thiếu địa chỉ gian hàng. Hãy điền ở trang gian hàng."),
    LabelField.QUANTITY: _("Thiếu khối lượng gói. Hãy thêm một gói."),
    LabelField.PRODUCED_ON: _("Thiếu ngày thu hoạch. Hãy chọn lô."),
    LabelField.EXPIRES: _("Thiếu hạn dùng. Hãy ghi dùng trong mấy ngày."),
    LabelField.INGREDIENTS: _("Thiếu thành phần. Hãy ghi làm từ gì."),
    LabelField.STORAGE: _("Thiếu cách giữ. Hãy ghi cách giữ."),
    LabelField.INSTRUCTIONS: _("Thiếu cách dùng. Hãy ghi cách dùng."),
    LabelField.WARNINGS: _("Thiếu lưu ý an toàn. Hãy ghi lưu ý."),
}
"""What is said of a line that is missing, and where it is filled in."""


def usual_vat(kind: Kind | None, day: date) -> Vat:
    """The tax in the price of such goods, where nobody has said another."""
    return standard(day) if kind in _MADE else Vat.KCT


def label_gaps(
    kind: Kind | None, told: Mapping[LabelField, str], *, sample: bool = False
) -> tuple[LabelField, ...]:
    """What a label of this kind must tell and does not, in the order of the label.

    Before a kind is chosen, and of samples, no more is asked than of all goods.
    """
    asked = _ALL_GOODS if kind is None or sample else REQUIRED[kind]
    return tuple(one for one in LabelField if one in asked and not told.get(one, "").strip())
