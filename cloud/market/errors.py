"""What the market refuses, in words for buyers."""

from cloud.errors import NotFound
from cloud.i18n import _


class StallGone(NotFound):
    """No such stall, or nothing of it is sold."""

    code = "stall_not_found"
    sentence = _("Gian hàng này không còn bán. Hãy xem gian hàng khác.")
