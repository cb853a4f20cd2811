"""What selling refuses, in words for the shelf."""

from collections.abc import Sequence

from cloud.errors import Conflict, NotFound, TooLarge
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


class NotReady(Conflict):
    """Something still forbids publishing; `obstacles` are all of it."""

    code = "not_ready"
    sentence = _("Chưa đăng bán được, còn %(count)s việc. Hãy mở sản phẩm để xem.")

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(count=len(obstacles))
        self.obstacles = obstacles
        self.detail = ", ".join(one.field for one in obstacles)


class ReasonNeeded(Conflict):
    """Who gives something back says why."""

    code = "reason_needed"
    sentence = _("Hãy ghi lý do, để người soạn biết mà sửa.")


class TiersRise(Conflict):
    """More packs have to be cheaper."""

    code = "tiers_rise"
    sentence = _("Mua nhiều phải rẻ hơn. Hãy xem lại các mức giá.")


class StockShort(Conflict):
    """More would go than lies there free."""

    code = "stock_short"
    sentence = _("Trong kho chỉ còn %(left)s gói chưa ai đặt.")


class LotUnfit(Conflict):
    """Buyers would get something else than what stands there."""

    code = "lot_unfit"
    sentence = _("Lô %(lot)s không nhập vào món này được: khác cây, quá hạn hoặc đã thu hồi.")


class LastPack(Conflict):
    """A product that is sold needs a pack."""

    code = "last_pack"
    sentence = _("Đang bán thì phải còn một loại gói.")


class PackAwaited(Conflict):
    """Orders wait for packs of it, and none could be put into stock any more."""

    code = "pack_awaited"
    sentence = _("Khách đã đặt trước gói này. Hãy giao hoặc hủy các đơn đó trước.")


class LastPhoto(Conflict):
    """A product that is sold needs a picture."""

    code = "last_photo"
    sentence = _("Đang bán thì phải còn một ảnh. Hãy thêm ảnh mới trước.")


class NoSuchCertificate(Conflict):
    """The shop does not hold it."""

    code = "no_certificate"
    sentence = _("Gian hàng không có giấy này. Hãy tải lại trang.")


class AccountsDiffer(Conflict):
    """A number was typed twice, and not the same."""

    code = "accounts_differ"
    sentence = _("Hai số tài khoản không giống nhau. Hãy gõ lại.")


class Unidentified(Conflict):
    """Nobody can look up who says nothing."""

    code = "unidentified"
    sentence = _("Gian hàng chưa ghi số đăng ký và người đại diện.")


class NotAProductSheet(Conflict):
    """The file is no sheet of products that we read."""

    code = "not_a_product_sheet"
    sentence = _("Không đọc được bảng này. Hãy dùng bảng có đủ các cột cần có.")


class SheetTooLarge(TooLarge):
    """More than anyone reads through."""

    code = "sheet_too_large"
    sentence = _("Bảng quá dài. Hãy chia ra nhiều bảng.")


class HarvestUnsaid(Conflict):
    """Packs are to be sold ahead, and buyers could not be told of which harvest."""

    code = "harvest_unsaid"
    sentence = _("Bán trước thì phải chọn gói. Ngày thu hoạch phải sau ngày bắt đầu bán.")


class WindowTurned(Conflict):
    """It would close before it opens."""

    code = "window_turned"
    sentence = _("Ngày cuối phải sau ngày đầu.")
