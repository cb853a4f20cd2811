"""The diary in people's words."""

from datetime import date
from typing import Final

from cloud.diary.models import Work
from cloud.i18n import _, translate

WORKS: Final = {
    Work.FEED: _("Bón phân"),
    Work.SPRAY: _("Phun thuốc"),
    Work.PRUNE: _("Tỉa cây"),
    Work.PLANT: _("Trồng cây"),
    Work.WATER: _("Tưới tay"),
    Work.PEST: _("Sâu bệnh"),
    Work.CLEAN: _("Dọn vườn"),
    Work.OTHER: _("Việc khác"),
}
_NEAR: Final = (_("Hôm nay"), _("Hôm qua"), _("Hôm kia"))


def works(language: str) -> dict[str, str]:
    return {work.value: translate(language, word) for work, word in WORKS.items()}


def day(language: str, one: date, today: date) -> str:
    """«Hôm nay, 2/3», and the date alone where nobody counts back any more."""
    back, told = (today - one).days, f"{one.day}/{one.month}"
    if 0 <= back < len(_NEAR):
        return f"{translate(language, _NEAR[back])}, {told}"
    return f"{told}/{one.year}"
