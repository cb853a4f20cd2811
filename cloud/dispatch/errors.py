"""What tables of orders are refused for."""

from cloud.errors import Conflict, TooLarge
from cloud.i18n import _


class DaysTurned(Conflict):
    """The last day is before the first."""

    code = "days_turned"
    sentence = _("Ngày cuối ở trước ngày đầu. Hãy chọn lại.")


class TooManyOrders(Conflict):
    """More than one file holds."""

    code = "too_many_orders"
    sentence = _("Chừng ấy ngày có hơn %(most)s đơn. Hãy chọn ít ngày hơn.")


class NotAParcelSheet(Conflict):
    """No table, or its headings name no order and no number."""

    code = "not_a_parcel_sheet"
    sentence = _("Không đọc được bảng này. Phải có cột «Mã đơn» và «Mã vận đơn».")


class ParcelSheetTooLarge(TooLarge):
    """More rows than go out on a day."""

    code = "parcel_sheet_too_large"
    sentence = _("Bảng quá dài. Mỗi lần nhập nhiều nhất %(most)s dòng.")
