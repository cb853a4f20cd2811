"""Why a wish does not even leave for a device."""

from cloud.errors import Conflict
from cloud.i18n import _


class NoDevice(Conflict):
    """Nothing in the greenhouse could carry this out."""

    code = "no_device"
    sentence = _("Khu này chưa có máy nào nối vào.")


class AlreadyAsked(Conflict):
    """A watering of this zone is under way."""

    code = "already_asked"
    sentence = _("Khu này đang có lệnh tưới rồi.")


class KeyReused(Conflict):
    """The same key with another request."""

    code = "key_reused"
    sentence = _("Lệnh này đã gửi rồi.")


class BadAmount(Conflict):
    """Not an amount of water."""

    code = "bad_amount"
    sentence = _("Lượng nước chưa đúng. Chọn từ 1 đến 60 phút.")


class BadPause(Conflict):
    """Not a time to rest."""

    code = "bad_pause"
    sentence = _("Thời gian nghỉ chưa đúng. Chọn từ 1 phút đến 7 ngày.")
