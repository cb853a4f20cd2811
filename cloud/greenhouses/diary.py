"""What happened in a greenhouse: a sentence for each event that is news to a person. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from cloud.clock import from_unix_ms
from cloud.i18n import _
from cloud.telemetry.models import Event
from cloud.words import ALARMS, FAULTS, SENSOR_FAULTS, Line, Litres
from wire.codes import Alarm, EventKind, Fault, Reason, SensorFault

UNTOLD: Final = frozenset(
    {
        EventKind.MODE,  # each step of a zone's machine; what it comes to stands on the home page
        EventKind.DOSE_STARTED,  # its end tells more
        EventKind.COMMAND_ACCEPTED,  # whoever asked is told on the page where they asked
        EventKind.COMMAND_RUNNING,
        EventKind.COMMAND_FLOWING,
        EventKind.SETTINGS_TAKEN,  # told once they rule
        EventKind.COMMAND_DONE,
        EventKind.COMMAND_FAILED,
        EventKind.COMMAND_REJECTED,
        EventKind.COMMAND_EXPIRED,
        EventKind.COMMAND_DUPLICATE,
        EventKind.DAY_SUMMARY,  # sums up what the other rows have told
    }
)
"""Events that are no news to anybody."""

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_SOMETHING: Final = Line(_("Máy ở vườn báo có việc cần xem."))

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Entry:
    """A line of the diary; `zone` is empty for what concerns the whole house."""

    at: datetime
    zone: str
    line: Line


def entry(row: Event, zone_names: Mapping[str | None, str]) -> Entry | None:
    """What a stored event tells; nothing for one that is no news, or of a newer device."""
    kind = _code(EventKind, row.kind)
    if kind is None or kind in UNTOLD:
        return None
    line = TELLERS[kind](row.data)
    return Entry(from_unix_ms(row.wall_ms), zone_names.get(row.zone_key, ""), line)


def _dose(data: Mapping[str, object]) -> Line:
    litres = data.get("litres")
    water = Litres(float(litres) if isinstance(litres, int | float) else 0.0)
    return Line(_("Tưới xong %(water)s."), {"water": water})


def _fault(data: Mapping[str, object]) -> Line:
    fault = _code(Fault, data.get("fault"))
    return _SOMETHING if fault is None else Line(FAULTS[fault])


def _alarm(data: Mapping[str, object]) -> Line:
    if data.get("code") in {Reason.HOLD.value, Reason.LOCKOUT.value}:
        return Line(_("Nước đã dừng lâu mà chưa ai cho tưới lại."))
    alarm = _code(Alarm, data.get("code"))
    return _SOMETHING if alarm is None else Line(ALARMS[alarm])


def _alarm_over(data: Mapping[str, object]) -> Line:
    return Line(_("Đã ổn lại. Trước đó: %(what)s"), {"what": _alarm(data)})


def _sensor(data: Mapping[str, object]) -> Line:
    fault, sensor = _code(SensorFault, data.get("code")), str(data.get("sensor", ""))
    return _SOMETHING if fault is None else Line(SENSOR_FAULTS[fault], {"sensor": sensor})


def _sensor_well(data: Mapping[str, object]) -> Line:
    sensor = str(data.get("sensor", ""))
    return Line(_("Đầu đo %(sensor)s đã trả lời lại."), {"sensor": sensor})


def _stopped(data: Mapping[str, object]) -> Line:
    if "by" in data:
        return Line(_("Có người ở vườn bấm dừng nước."))
    return Line(_("Nước dừng theo lệnh từ xa."))


def _paused(data: Mapping[str, object]) -> Line:
    for_s = data.get("for_s")
    seconds = float(for_s) if isinstance(for_s, int | float) else 0.0
    if seconds >= 2 * _HOUR_S:
        return Line(_("Tưới tự động nghỉ %(n)s giờ."), {"n": round(seconds / _HOUR_S)})
    return Line(_("Tưới tự động nghỉ %(n)s phút."), {"n": round(seconds / _MINUTE_S)})


def _resumed(data: Mapping[str, object]) -> Line:
    if "by" in data:
        return Line(_("Có người ở vườn cho tưới lại."))
    return Line(_("Cho tưới lại theo lệnh từ xa."))


def _always(sentence: str) -> Callable[[Mapping[str, object]], Line]:
    return lambda _data: Line(sentence)


TELLERS: Final[Mapping[EventKind, Callable[[Mapping[str, object]], Line]]] = {
    EventKind.BOOT: _always(_("Máy ở vườn khởi động.")),
    EventKind.DOSE_ENDED: _dose,
    EventKind.INTERRUPTED: _always(_("Mất điện lúc đang tưới. Van đã đóng.")),
    EventKind.FAULT: _fault,
    EventKind.FAULT_CLEARED: _always(_("Đã xóa báo hỏng.")),
    EventKind.ALARM: _alarm,
    EventKind.ALARM_OVER: _alarm_over,
    EventKind.SENSOR_FAULT: _sensor,
    EventKind.SENSOR_WELL: _sensor_well,
    EventKind.CLOCK_STEP: _always(_("Đồng hồ của máy ở vườn được chỉnh lại.")),
    EventKind.STOPPED: _stopped,
    EventKind.LOCKED: _always(_("Nút dừng khẩn ở vườn được bấm, hoặc đứt dây nút.")),
    EventKind.PAUSED: _paused,
    EventKind.RESUMED: _resumed,
    EventKind.SETTINGS_APPLIED: _always(_("Máy ở vườn đã nhận cài đặt mới.")),
    EventKind.SETTINGS_REJECTED: _always(_("Máy ở vườn không nhận cài đặt mới. Gọi tổ hỗ trợ.")),
    EventKind.ROWS_DROPPED: _always(_("Thẻ nhớ đầy hoặc hỏng, mất một đoạn số liệu.")),
    EventKind.STORE_QUARANTINED: _always(
        _("Sổ ghi của máy hỏng, đã mở sổ mới. Nên thay thẻ nhớ.")
    ),
}


def _code(kind: type[E], value: object) -> E | None:
    """A code of ours; a newer device may know more codes than we do."""
    return next((code for code in kind if code.value == value), None)
