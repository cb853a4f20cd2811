"""How far a person's command has come, in words.

Nothing is said to have happened before the device itself has said it.
"""

from datetime import datetime, timedelta
from typing import Final

from cloud.devices.models import CommandState
from cloud.greenhouses.facts import CommandFacts, Facts, is_held, is_lost, is_pending
from cloud.greenhouses.words import Line, Litres, why_not
from cloud.i18n import _

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
        recent = now - stop.changed < SHOWN_FOR
        return Line(_("Đã dừng. Van đóng.")) if is_held(facts) or recent else None
    return Line(_("Lệnh dừng chưa xong. Gạt công tắc đỏ trên tủ điện."))


def command_line(facts: Facts, now: datetime) -> Line | None:
    """The newest watering asked for by hand; a later STOP takes its place."""
    command = facts.water
    if command is None or (facts.stop is not None and facts.stop.issued >= command.issued):
        return None
    if is_pending(command):
        return _pending_line(command, now, lost=is_lost(facts, now))
    return _ended_line(command) if now - command.changed < SHOWN_FOR else None


def _pending_line(command: CommandFacts, now: datetime, *, lost: bool) -> Line:
    if lost:
        return Line(_("Máy ở vườn mất liên lạc. Lệnh không chạy."))
    match command.state:
        case CommandState.ACCEPTED:
            return Line(_("Máy đã nhận, đang mở van…"))
        case CommandState.RUNNING:
            return Line(_("Nước đang chảy."))
        case _ if now - command.issued < SENDING_SHOWN:
            return Line(_("Đang gửi lệnh…"))
        case _:
            return Line(_("Đã gửi, chờ máy ở vườn…"))


def _ended_line(command: CommandFacts) -> Line:
    match command.state:
        case CommandState.DONE:
            return Line(_("Xong: %(litres)s."), {"litres": Litres(command.litres or 0.0)})
        case CommandState.EXPIRED:
            return Line(_("Máy không trả lời kịp. Lệnh không chạy. Bấm lại."))
        case CommandState.CANCELLED:
            return Line(_("Lệnh tưới đã bị hủy vì có lệnh dừng."))
        case CommandState.FAILED:
            return Line(_("Tưới chưa xong. %(why)s"), {"why": why_not(command.reason)})
        case _:
            return Line(_("Chưa tưới. %(why)s"), {"why": why_not(command.reason)})
