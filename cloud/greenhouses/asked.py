"""How far a person's command has come, in words.

Nothing is said to have happened before the device itself has said it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cloud.devices.models import CommandState
from cloud.greenhouses.facts import CommandFacts, Facts, is_held, is_lost, is_pending
from cloud.i18n import _
from cloud.words import Line, Litres, Moment, why_not
from wire.codes import Op

SENDING_SHOWN: Final = timedelta(seconds=2)  # then the command has left the server
STOP_OVERDUE: Final = timedelta(seconds=10)  # a device that listens answers within two
SHOWN_FOR: Final = timedelta(minutes=10)  # how long a finished command stays on the page

_DOING: Final[Mapping[Op, str]] = {
    Op.PAUSE: _("Đang cho máy nghỉ tưới…"),
    Op.RESUME: _("Đang bật lại tưới tự động…"),
    Op.CLEAR_FAULT: _("Đang xóa báo hỏng…"),
    Op.IDENTIFY: _("Đang gọi máy nháy đèn…"),
}
_DONE: Final[Mapping[Op, str]] = {
    Op.RESUME: _("Đã bật lại tưới tự động."),
    Op.CLEAR_FAULT: _("Đã xóa báo hỏng."),
    Op.IDENTIFY: _("Máy đang nháy đèn, kêu bíp."),
}

_VOID: Final[Mapping[CommandState, str]] = {
    CommandState.EXPIRED: _("Máy không trả lời kịp. Lệnh không chạy. Bấm lại."),
    CommandState.CANCELLED: _("Lệnh đã bị hủy vì có lệnh dừng."),
}


def stop_line(facts: Facts, now: datetime) -> Line | None:
    stop = facts.stop
    if stop is None:
        return None
    if is_pending(stop):
        if is_lost(facts, now) or now - stop.issued > STOP_OVERDUE:
            return Line(_("Chưa tới được máy. Gạt công tắc đỏ trên tủ điện."))
        return Line(_("Đang dừng…"))
    if stop.state is CommandState.DONE:
        recent = now - stop.changed < SHOWN_FOR and not _came_after(facts.asked, stop)
        return Line(_("Đã dừng. Van đóng.")) if is_held(facts) or recent else None
    return Line(_("Lệnh dừng chưa xong. Gạt công tắc đỏ trên tủ điện."))


def command_line(facts: Facts, now: datetime) -> Line | None:
    """The newest thing asked for; a later STOP takes its place."""
    command = facts.asked
    if command is None or (facts.stop is not None and not _came_after(command, facts.stop)):
        return None
    if is_pending(command):
        line = _pending_line(command, now, lost=is_lost(facts, now), metered=facts.metered)
    elif now - command.changed < SHOWN_FOR:
        line = _ended_line(command)
    else:
        return None
    if command.zone is None or len(facts.zones) == 1:
        return line
    return Line(_("%(zone)s: %(what)s"), {"zone": command.zone, "what": line})


def _came_after(command: CommandFacts | None, stop: CommandFacts) -> bool:
    return command is not None and command.issued > stop.issued


def _pending_line(command: CommandFacts, now: datetime, *, lost: bool, metered: bool) -> Line:
    if lost:
        return Line(_("Máy ở vườn mất liên lạc. Lệnh không chạy."))
    if command.state is CommandState.SENDING:
        early = now - command.issued < SENDING_SHOWN
        return Line(_("Đang gửi lệnh…") if early else _("Đã gửi, chờ máy ở vườn…"))
    if command.op in _DOING:
        return Line(_DOING[command.op])
    return Line(_water_comes(command.state, metered=metered))


def _water_comes(state: CommandState, *, metered: bool) -> str:
    """Only a meter's word says that water flows; an open valve alone does not."""
    if state is CommandState.FLOWING:
        return _("Nước đang chảy.")
    if state is CommandState.ACCEPTED:
        return _("Máy đã nhận, đang mở van…")
    if metered:
        return _("Van đã mở, chờ đồng hồ thấy nước…")
    return _("Van đang mở. Vườn không có đồng hồ nước.")


def _ended_line(command: CommandFacts) -> Line:
    if command.state is CommandState.DONE:
        return _done_line(command)
    if command.state in _VOID:
        return Line(_VOID[command.state])
    return Line(_("Lệnh chưa chạy xong. %(why)s"), {"why": why_not(command.reason)})


def _done_line(command: CommandFacts) -> Line:
    if command.until is not None:
        return Line(_("Máy nghỉ tưới đến %(until)s."), {"until": Moment(command.until)})
    if command.op in _DONE:
        return Line(_DONE[command.op])
    return Line(_("Xong: %(litres)s."), {"litres": Litres(command.litres or 0.0)})
