"""What the order form says about a field that cannot be read."""

from typing import Final

from cloud.i18n import _

FIELD_WORDS: Final = {
    "name": _("Hãy ghi tên người nhận."),
    "phone": _("Số điện thoại chưa đúng. Ví dụ: 0912 345 678."),
    "email": _("Thư điện tử chưa đúng. Ví dụ: ten@example.vn."),
    "place": _("Hãy chọn xã, phường và ghi số nhà hoặc thôn."),
}
RELOAD: Final = _("Trang này cũ rồi. Hãy bấm đặt lại.")
"""For a hidden field that a person cannot mend."""
BUYER: Final = _("Người mua đã nhận hàng")
"""Who wrote a review; more of them is not kept."""
