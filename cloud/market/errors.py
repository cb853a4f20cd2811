"""What the market refuses, in words for buyers."""

from cloud.errors import Conflict, NotFound
from cloud.i18n import _


class StallGone(NotFound):
    """No such stall, or nothing of it is sold."""

    code = "stall_not_found"
    sentence = _("Gian hàng này không còn bán. Hãy xem gian hàng khác.")


class AlreadyDown(Conflict):
    """The product was taken down before."""

    code = "already_down"
    sentence = _("Món này đã gỡ rồi.")
