"""Headings and states of a table of orders, in words."""

from typing import Final

from cloud.i18n import _
from cloud.orders.models import Fulfilment
from cloud.payments.rules import PaymentState
from cloud.shipping.carrier import CarrierName

HEADINGS: Final = (
    _("Mã đơn"),
    _("Ngày đặt"),
    _("Bước"),
    _("Tiền"),
    _("Hàng"),
    _("Tiền hàng"),
    _("Phí giao"),
    _("Tổng cộng"),
    _("Còn thiếu"),
    _("Bên giao"),
    _("Mã vận đơn"),
    _("Thu hộ"),
    _("Cước bên giao"),
)
OF_BUYERS: Final = (_("Khách"), _("Số điện thoại"), _("Địa chỉ"), _("Thư điện tử"))
STATES: Final = {
    Fulfilment.PLACED: _("Đã đặt"),
    Fulfilment.CONFIRMED: _("Đã nhận đơn"),
    Fulfilment.PACKED: _("Đã đóng gói"),
    Fulfilment.SHIPPED: _("Đang giao"),
    Fulfilment.DELIVERED: _("Đã giao"),
    Fulfilment.CANCELLED: _("Đã hủy"),
    Fulfilment.RETURNED: _("Đã trả lại"),
}
MONEY: Final = {
    PaymentState.UNPAID: _("Chưa trả tiền"),
    PaymentState.PARTIAL: _("Trả một phần"),
    PaymentState.PAID: _("Đã trả tiền"),
    PaymentState.REFUNDED: _("Đã trả lại tiền"),
    PaymentState.COD_DUE: _("Thu khi giao"),
    PaymentState.COD_COLLECTED: _("Bên giao đã thu"),
    PaymentState.REMITTED: _("Bên giao đã nộp"),
}
CARRIERS: Final = {
    CarrierName.OWN: _("Tự giao"),
    CarrierName.GHN: "GHN",
    CarrierName.GHTK: "GHTK",
    CarrierName.VIETTEL_POST: "Viettel Post",
    CarrierName.VNPOST: "VNPost",
    CarrierName.OTHER: _("Bên giao khác"),
}
