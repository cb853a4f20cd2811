"""What is no tax code."""

from cloud.errors import Conflict
from cloud.i18n import _


class NotATaxCode(Conflict):
    """A digit is wrong."""

    code = "not_a_tax_code"
    sentence = _("Mã số thuế chưa đúng. Hãy xem lại từng số.")
