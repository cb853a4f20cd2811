"""What reviewing refuses."""

from cloud.errors import Conflict, NotFound
from cloud.i18n import _


class ReviewGone(NotFound):
    """No such review, or none that the caller may see."""

    code = "review_not_found"
    sentence = _("Đánh giá này không còn. Hãy tải lại trang.")


class NotOpen(Conflict):
    """Not delivered, brought back, a sample, or too long ago."""

    code = "review_not_open"
    sentence = _("Món này không đánh giá được: chưa giao xong, đã trả lại hoặc đã quá 60 ngày.")


class AlreadyShown(Conflict):
    """Others have read it; it is taken back as a whole or stays."""

    code = "review_shown"
    sentence = _("Đánh giá đã đăng. Muốn viết lại thì xóa đánh giá cũ trước.")


class NamesContact(Conflict):
    """A telephone number or a link is in it."""

    code = "review_names_contact"
    sentence = _("Hãy bỏ số điện thoại, địa chỉ thư và đường link rồi gửi lại.")


class OwnGoods(Conflict):
    """Whoever sells does not write what buyers say."""

    code = "review_own_goods"
    sentence = _("Người bán không đánh giá hàng của mình. Hãy để người mua viết.")


class AlreadyReported(Conflict):
    """The shop has said once what it has against it."""

    code = "review_reported"
    sentence = _("Đánh giá này đã báo rồi. Hãy chờ chợ xem.")


class WrongState(Conflict):
    """It is not where this step begins."""

    code = "review_state"
    sentence = _("Đánh giá này đã được xem rồi. Hãy tải lại trang.")
