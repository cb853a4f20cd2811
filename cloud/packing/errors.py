"""What packing refuses."""

from cloud.errors import Conflict
from cloud.i18n import _


class BuyerForgotten(Conflict):
    """The buyer had themselves erased: there is no name and no address for a paper."""

    code = "buyer_forgotten"
    sentence = _("Khách đã xóa thông tin. Không còn tên và địa chỉ để in.")
