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


class NoCarrier(Conflict):
    """The cooperative has no contract with this carrier any more."""

    code = "no_carrier"
    sentence = _("Chưa nối với bên giao này. Hãy nối ở trang bên giao hàng.")


class PlaceUnknown(Conflict):
    """A carrier is not told of a parcel whose way begins or ends nobody knows where."""

    code = "place_unknown"
    sentence = _("Chưa rõ xã của khách hoặc của gian hàng. Hãy tự gửi và ghi mã vận đơn.")
