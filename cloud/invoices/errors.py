"""What invoicing refuses."""

from cloud.errors import Conflict
from cloud.i18n import _


class AlreadyIssued(Conflict):
    """The invoice has a number; only the seller can replace it."""

    code = "already_issued"
    sentence = _("Hóa đơn đã xuất rồi. Muốn đổi thì gọi người bán.")


class NotAPdf(Conflict):
    """The file is no PDF, or far too large."""

    code = "not_a_pdf"
    sentence = _("Tệp này không phải hóa đơn PDF, hoặc quá lớn.")


class NoInvoiceWanted(Conflict):
    """The order is over, and its buyer forgotten or its money given back."""

    code = "no_invoice"
    sentence = _("Đơn này không xuất hóa đơn được nữa.")
