"""Why a row of a list is not taken, in words."""

from typing import Final

from cloud.i18n import _
from cloud.supplies.rules import Flaw

FLAWS: Final = {
    Flaw.NO_NAME: _("thiếu tên"),
    Flaw.TOO_LONG: _("dài quá"),
    Flaw.NO_TEXT: _("có ký tự lạ"),
    Flaw.NO_DAYS: _("phải là số ngày, ví dụ 7"),
    Flaw.TWICE: _("tên này đã có ở dòng trên"),
}
