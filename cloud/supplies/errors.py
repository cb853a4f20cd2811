"""What a list of fertilisers and pesticides is refused for."""

from cloud.errors import Conflict, TooLarge
from cloud.i18n import _


class NotASupplyList(Conflict):
    """The file is no table, or no heading names products."""

    code = "not_a_supply_list"
    sentence = _("Không đọc được tệp này. Hãy chọn tệp Excel hoặc CSV có cột «Tên».")


class SupplyListTooLarge(TooLarge):
    """Far more than a cooperative's list."""

    code = "supply_list_too_large"
    sentence = _("Tệp quá lớn. Hãy chỉ để lại danh sách thuốc và phân.")


class TooManySupplies(Conflict):
    """A form cannot offer that many."""

    code = "too_many_supplies"
    sentence = _("Danh sách có nhiều nhất %(most)s loại. Hãy bỏ bớt loại không dùng.")
