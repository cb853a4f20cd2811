"""How far a person's command has come, in words.

Nothing is said to have happened before the device itself has said it.
"""

from datetime import datetime, timedelta
from typing import Final

from cloud.devices.models import CommandState
from cloud.greenhouses.facts import CommandFacts, Facts, is_held, is_lost, is_pending
from cloud.greenhouses.words import Line, Litres, why_not
from cloud.i18n import _
from wire.codes import Op

SENDING_SHOWN: Final = timedelta(seconds=2)  # then the command has left the server
STOP_OVERDUE: Final = timedelta(seconds=10)  # a device that listens answers within two
SHOWN_FOR: Final = timedelta(minutes=10)  # how long a finished command stays on the page


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
        line = _pending_line(command, now, lost=is_lost(facts, now))
    elif now - command.changed < SHOWN_FOR:
        line = _ended_line(command)
    else:
        return None
    if command.zone is None or len(facts.zones) == 1:
        return line
    return Line(_("%(zone)s: %(what)s"), {"zone": command.zone, "what": line})


def _came_after(command: CommandFacts | None, stop: CommandFacts) -> bool:
    return command is not None and command.issued > stop.issued


def _pending_line(command: CommandFacts, now: datetime, *, lost: bool) -> Line:
    if lost:
        return Line(_("Máy ở vườn mất liên lạc. Lệnh không chạy."))
    if command.state is CommandState.SENDING:
        early = now - command.issued < SENDING_SHOWN
        return Line(_("Đang gửi lệnh…") if early else _("Đã gửi, chờ máy ở vườn…"))
    if command.op is Op.RESUME:
        return Line(_("Đang bật lại tưới tự động…"))
    if command.state is CommandState.ACCEPTED:
        return Line(_("Máy đã nhận, đang mở van…"))
    return Line(_("Nước đang chảy."))


def _ended_line(command: CommandFacts) -> Line:
    match command.state:
        case CommandState.DONE if command.op is Op.RESUME:
            return Line(_("Đã bật lại tưới tự động."))
        case CommandState.DONE:
            return Line(_("Xong: %(litres)s."), {"litres": Litres(command.litres or 0.0)})
        case CommandState.EXPIRED:
            return Line(_("Máy không trả lời kịp. Lệnh không chạy. Bấm lại."))
        case CommandState.CANCELLED:
            return Line(_("Lệnh đã bị hủy vì có lệnh dừng."))
        case _:
            return Line(_("Lệnh chưa chạy xong. %(why)s"), {"why": why_not(command.reason)})
