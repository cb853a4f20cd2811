"""What selling refuses, in words for the shelf."""

from typing import Final

from cloud.errors import Conflict, NotFound
from cloud.i18n import _
from cloud.products.rules import Obstacle


class ProductGone(NotFound):
    """No such product, or it is not for sale to this reader."""

    code = "product_not_found"
    sentence = _("Sản phẩm này không còn bán. Hãy xem các sản phẩm khác.")


class OutOfStock(Conflict):
    """More was asked for than is left."""

    code = "out_of_stock"
    sentence = _("«%(item)s» chỉ còn %(left)s gói. Hãy đặt ít hơn.")


class NoShop(Conflict):
    """The cooperative has no shop yet."""

    code = "no_shop"
    sentence = _("Hợp tác xã chưa có gian hàng.")


class LotTaken(Conflict):
    """The lot's harvest already stands on the shelf."""

    code = "lot_taken"
    sentence = _("Lô này đã đưa lên bán rồi.")


class LotTooSmall(Conflict):
    """The lot does not fill a single pack."""

    code = "lot_too_small"
    sentence = _("Lô này không đủ đóng một gói %(pack)s.")


class WrongState(Conflict):
    """The product is not in a state from which this is possible."""

    code = "wrong_state"
    sentence = _("Sản phẩm đang ở trạng thái khác. Hãy tải lại trang.")


class ShopUnverified(Conflict):
    """Nobody has checked who the shop is."""

    code = "shop_unverified"
    sentence = _("Chưa đăng bán được: gian hàng chưa được xác minh.")


class Unlabelled(Conflict):
    """The name or the origin is missing, which the law wants on the label."""

    code = "unlabelled"
    sentence = _("Chưa đăng bán được: thiếu tên hoặc nơi trồng.")


class NothingToSell(Conflict):
    """The stock is empty."""

    code = "nothing_to_sell"
    sentence = _("Chưa đăng bán được: trong kho đã hết hàng.")


NOT_READY: Final = {
    Obstacle.SHOP: ShopUnverified,
    Obstacle.LABEL: Unlabelled,
    Obstacle.STOCK: NothingToSell,
}
"""How each obstacle to publishing is told."""
