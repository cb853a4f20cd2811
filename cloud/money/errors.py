"""What the money pages refuse."""

from cloud.errors import Conflict, NotFound, TooLarge
from cloud.i18n import _


class TxnSpent(Conflict):
    """More is given away than is left of the transaction."""

    code = "txn_spent"
    sentence = _("Khoản tiền này không còn đủ. Hãy tải lại trang.")


class TxnOutgoing(Conflict):
    """Money that went out pays no order."""

    code = "txn_outgoing"
    sentence = _("Đây là tiền đi ra, không phải tiền khách trả.")


class NoSuchCode(Conflict):
    """No order of the cooperative waits under this code."""

    code = "no_such_code"
    sentence = _("Không có đơn nào mang mã này. Hãy xem lại mã.")


class StillSpoken(Conflict):
    """A transaction that pays an order is not to be ignored."""

    code = "still_spoken"
    sentence = _("Khoản này đã ghép vào đơn. Hãy gỡ ra trước.")


class AlreadyBack(Conflict):
    """The money was given back; taking it away too would make a debt."""

    code = "already_back"
    sentence = _("Tiền này đã trả lại khách, không gỡ ra được nữa.")


class NothingToReturn(Conflict):
    """More is given back than belongs to the buyer."""

    code = "nothing_to_return"
    sentence = _("Số tiền nhiều hơn phần phải trả lại. Hãy xem lại.")


class NotCollected(Conflict):
    """The carrier does not hold the money of one of these parcels."""

    code = "not_collected"
    sentence = _("Có kiện bên giao chưa thu hoặc đã nộp rồi. Hãy tải lại trang.")


class NotTheCarriers(Conflict):
    """The transaction is spoken for, or the remittance is paid by another or was undone."""

    code = "not_the_carriers"
    sentence = _("Khoản này hoặc lần nộp này đã dùng rồi. Hãy tải lại trang.")


class NotAStatement(Conflict):
    """The file is no account statement that we read."""

    code = "not_a_statement"
    sentence = _("Không đọc được sao kê này. Hãy tải từ ngân hàng bản Excel hoặc CSV.")


class StatementTooLarge(TooLarge):
    """More than a month of a busy shop."""

    code = "statement_too_large"
    sentence = _("Sao kê quá dài. Hãy tải từng tháng một.")


class NotTheBank(NotFound):
    """Whoever tells of money has not shown that they may, and finds nothing here."""

    code = "not_the_bank"
    sentence = _("Không nhận: người gửi chưa chứng minh được mình là ai.")
