"""What channels refuse, in words for the shelf."""

from cloud.errors import Conflict, NotFound
from cloud.i18n import _


class ChannelUnused(NotFound):
    """The shop does not use this channel, or there is none of this name."""

    code = "channel_not_used"
    sentence = _("Gian hàng chưa bật kênh này.")


class ChannelClosed(Conflict):
    """Nothing can be sent to this channel yet."""

    code = "channel_closed"
    sentence = _("Kênh này chưa nối được.")


class NoStall(Conflict):
    """The cooperative has no shop yet."""

    code = "no_shop"
    sentence = _("Hợp tác xã chưa có gian hàng.")


class NothingFits(Conflict):
    """No product is such that this channel takes it."""

    code = "nothing_fits"
    sentence = _("Chưa có sản phẩm nào đủ để gửi. Hãy xem việc cần sửa.")


class Moved(Conflict):
    """It has changed since the page was opened."""

    code = "listing_moved"
    sentence = _("Hàng vừa đổi. Hãy tải lại trang rồi xem lại.")


class UnfitForChannel(Conflict):
    """A channel that the shop uses would refuse the product as it is."""

    code = "unfit_for_channel"
    sentence = _("%(channel)s chưa nhận hàng này: %(what)s Hãy sửa, hoặc tắt kênh đó.")
