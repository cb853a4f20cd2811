"""What the way to the buyer refuses."""

from cloud.errors import Conflict
from cloud.i18n import _


class NoSuchPoint(Conflict):
    """The shop has no such place any more."""

    code = "no_such_point"
    sentence = _("Điểm nhận hàng này không còn. Hãy chọn cách nhận khác.")


class NoCod(Conflict):
    """The shop wants its money before the goods leave."""

    code = "no_cod"
    sentence = _("Gian hàng chưa nhận trả tiền khi nhận hàng. Hãy chọn chuyển khoản.")
