"""What ordering refuses."""

from cloud.errors import Conflict, NotFound
from cloud.i18n import _


class OrderGone(NotFound):
    """No order with this id."""

    code = "order_not_found"
    sentence = _("Không tìm thấy đơn hàng này. Hãy kiểm tra lại đường link.")


class KeyReused(Conflict):
    """The same key came before with another order in it."""

    code = "key_reused"
    sentence = _("Đơn này đã gửi rồi. Hãy bấm đặt lại nếu muốn thêm đơn mới.")


class WrongStep(Conflict):
    """The order is not where this step starts."""

    code = "wrong_step"
    sentence = _("Đơn hàng đang ở bước khác. Hãy tải lại trang.")


class HarvestAwaited(Conflict):
    """Something of the order is not harvested yet."""

    code = "harvest_awaited"
    sentence = _("Đơn này còn chờ thu hoạch. Nhập lô mới vào kho rồi mới soạn được.")


class SoldAhead(Conflict):
    """What is there is too little, and the buyer has not said to wait for the rest."""

    code = "sold_ahead"
    sentence = _(
        "«%(item)s» có sẵn %(left)s gói, phần còn lại phải đợi thu hoạch. Đồng ý thì bấm đặt lại."
    )


class NothingOwed(Conflict):
    """More money is written down than the order still waits for."""

    code = "nothing_owed"
    sentence = _("Số tiền nhiều hơn phần còn thiếu. Hãy xem lại.")


class CartEmpty(Conflict):
    """Nothing that was in the cart is for sale."""

    code = "cart_empty"
    sentence = _("Các món trong giỏ không còn bán. Hãy chọn món khác.")
