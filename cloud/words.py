"""What the farmer reads: one sentence for every code that crosses the wire, values as they speak.

A `Line` is a sentence not yet in anyone's language; only `say` turns it into text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cloud.i18n import _, celsius, clock_time, day_time, litres, percent, translate
from wire.codes import Alarm, Cause, Ended, Fault, Reason, Refusal, SensorFault


@dataclass(frozen=True)
class Litres:
    """An amount of water in a sentence."""

    value: float


@dataclass(frozen=True)
class Moment:
    """A time that may lie on another day."""

    value: datetime


@dataclass(frozen=True)
class Share:
    """A fraction in a sentence, read as per cent."""

    value: float


@dataclass(frozen=True)
class Degrees:
    """How warm it is, in degrees Celsius."""

    value: float


@dataclass(frozen=True)
class Line:
    """A Vietnamese sentence and its values."""

    msgid: str
    values: Mapping[str, "datetime | Degrees | Litres | Moment | Share | Line | str | int"] = (
        field(default_factory=dict)
    )


def say(language: str, line: Line) -> str:
    return translate(
        language, line.msgid, **{name: _spoken(language, v) for name, v in line.values.items()}
    )


REASONS: Final[Mapping[Reason, str]] = {
    Reason.LOCKOUT: _("Nút dừng khẩn ở vườn đang bật. Hãy mở lại tại vườn."),
    Reason.HOLD: _("Nước đang dừng theo lệnh. Máy không tự tưới."),
    Reason.FAULT: _("Khu này đang hỏng. Cần người đến xem."),
    Reason.STARTING: _("Máy vừa bật. Đợi một phút."),
    Reason.NO_TANK: _("Bể hết nước. Hãy bơm thêm."),
    Reason.DAY_BUDGET: _("Hôm nay đã tưới hết mức cho phép."),
    Reason.OTHER_ZONE: _("Đang tưới khu khác. Chờ tưới xong."),
    Reason.PAUSED: _("Tưới tự động đang tạm nghỉ."),
    Reason.MONITOR_ONLY: _("Khu này chỉ theo dõi, không tự tưới."),
    Reason.OUTSIDE_WINDOW: _("Chưa đến giờ tưới."),
    Reason.TOO_SOON: _("Vừa tưới xong, chờ nước ngấm."),
    Reason.WET_ENOUGH: _("Đất đủ ẩm, chưa cần tưới."),
    Reason.PROBE_STALE: _("Chưa có số đo mới từ đầu đo đất."),
    Reason.TOO_FEW_PROBES: _("Quá ít đầu đo đất còn chạy tốt."),
}

FAULTS: Final[Mapping[Fault, str]] = {
    Fault.NO_FLOW: _("Van mở nhưng không có nước. Kiểm tra máy bơm và khóa tổng."),
    Fault.DRY_RUN: _("Nước ngừng giữa chừng. Kiểm tra bể và máy bơm."),
    Fault.BURST: _("Nước chảy quá mạnh, có thể vỡ ống. Kiểm tra đường ống."),
    Fault.STUCK_OPEN: _("Van không đóng được. Khóa van tổng ngay."),
    Fault.NO_WETTING: _("Tưới rồi mà đất không ẩm lên. Kiểm tra dây tưới và đầu đo."),
    Fault.HARDWARE: _("Máy ở vườn hỏng một bộ phận. Gọi tổ hỗ trợ."),
    Fault.VALVE_SILENT: _("Van không dây không trả lời. Kiểm tra pin, nguồn và sóng."),
    Fault.VALVE_OPEN: _("Van không dây không chịu đóng. Khóa van tay ngay."),
    Fault.VALVE_SHUT: _("Van không dây tự đóng khi đang tưới. Xem có ai khóa van."),
    Fault.CLOCK: _("Đồng hồ của máy ở vườn sai giờ. Gọi tổ hỗ trợ."),
    Fault.INTERNAL: _("Máy ở vườn gặp trục trặc và đã đóng van. Gọi tổ hỗ trợ."),
}

ALARMS: Final[Mapping[Alarm, str]] = {
    Alarm.CLOGGED: _("Nước chảy yếu hơn mọi khi. Đầu nhỏ giọt có thể bị tắc."),
    Alarm.LEAKING: _("Nước chảy mạnh hơn mọi khi. Dây tưới có thể bị hở."),
    Alarm.HEAT: _("Nhà màng quá nóng. Mở cửa, kéo lưới che."),
    Alarm.COLD: _("Nhà màng quá lạnh. Đóng kín cửa."),
    Alarm.DRY_AIR: _("Không khí quá khô. Kéo lưới che, phun sương nếu có."),
    Alarm.DAMP_AIR: _("Không khí ẩm quá lâu, dễ sinh nấm. Mở cửa cho thoáng."),
    Alarm.BATTERY: _("Pin của một đầu đo không dây sắp hết. Thay pin."),
}

SENSOR_FAULTS: Final[Mapping[SensorFault, str]] = {
    SensorFault.SILENT: _("Đầu đo %(sensor)s không trả lời. Kiểm tra dây và nguồn."),
    SensorFault.GARBLED: _("Đầu đo %(sensor)s bị nhiễu. Để dây xa dây van."),
    SensorFault.REFUSED: _("Đầu đo %(sensor)s không đúng loại đã khai. Gọi tổ hỗ trợ."),
    SensorFault.IMPLAUSIBLE: _("Đầu đo %(sensor)s báo số vô lý. Kiểm tra dây và chỗ cắm."),
    SensorFault.STUCK: _("Đầu đo %(sensor)s báo mãi một số. Rút ra, cắm lại cho chặt đất."),
    SensorFault.BUS_MISSING: _("Máy không thấy dây của đầu đo %(sensor)s. Cắm lại dây."),
    SensorFault.BUS_HUNG: _("Dây của đầu đo %(sensor)s bị treo. Rút ra rồi cắm lại."),
    SensorFault.INTERNAL: _("Máy không đọc được đầu đo %(sensor)s. Gọi tổ hỗ trợ."),
}
_SENSORS_LOST: Final = _("Còn %(count)s đầu đo không trả lời. Kiểm tra dây và nguồn.")

REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.EXPIRED: _("Lệnh tới máy quá muộn nên không chạy. Bấm lại."),
    Refusal.DUPLICATE: _("Lệnh này đã chạy rồi."),
    Refusal.UNKNOWN_ZONE: _("Máy ở vườn không có khu này. Gọi tổ hỗ trợ."),
    Refusal.BOUNDS: _("Lượng nước quá mức máy cho phép. Chọn ít hơn."),
    Refusal.BUSY: _("Máy đang làm việc khác. Chờ một lát rồi bấm lại."),
    Refusal.NOT_ALLOWED: _("Máy ở vườn chưa cho tưới lúc này."),
    Refusal.BAD_MAC: _("Máy ở vườn không nhận lệnh này. Gọi tổ hỗ trợ."),
    Refusal.UNSUPPORTED: _("Máy ở vườn chưa làm được việc này."),
    Refusal.STALE: _("Máy ở vườn chưa nhận lệnh dừng này. Hệ thống đang gửi lại."),
}

ENDINGS: Final[Mapping[Ended, str]] = {
    Ended.COMPLETE: _("Tưới đủ"),
    Ended.STOPPED: _("Bị dừng"),
    Ended.LEASE: _("Hết giờ cho phép"),
    Ended.BUDGET: _("Hết mức nước trong ngày"),
    Ended.FAULT: _("Hỏng giữa chừng"),
    Ended.STALE: _("Đầu đo im lặng"),
    Ended.INTERRUPTED: _("Mất điện giữa chừng"),
}

CAUSES: Final[Mapping[Cause, str]] = {
    Cause.AUTO: _("Máy tự tưới"),
    Cause.MANUAL: _("Người bấm"),
    Cause.FALLBACK: _("Tưới theo giờ dự phòng"),
}

_UNKNOWN: Final = _("Máy ở vườn từ chối lệnh. Gọi tổ hỗ trợ.")


def why_not(code: str | None) -> Line:
    """The sentence for a code of refusal, whichever of the three lists it is from."""
    for sentences in (REFUSALS, REASONS, FAULTS):
        for known, sentence in sentences.items():
            if known == code:
                return Line(sentence)
    return Line(_UNKNOWN)


def lost_sensor(count: int, sensor: str | None, fault: SensorFault | None) -> Line:
    """The sentence for sensors that are not heard; by name where the newest is known."""
    if sensor is None or fault is None:
        return Line(_SENSORS_LOST, {"count": count})
    return Line(SENSOR_FAULTS[fault], {"sensor": sensor})


def _spoken(
    language: str, value: "datetime | Degrees | Litres | Moment | Share | Line | str | int"
) -> str:
    match value:
        case datetime() | Moment():
            return clock_time(value) if isinstance(value, datetime) else day_time(value.value)
        case Degrees() | Litres() | Share():
            return _measured(language, value)
        case Line():
            return say(language, value)
        case _:
            return str(value)


def _measured(language: str, value: Degrees | Litres | Share) -> str:
    match value:
        case Degrees(warmth):
            return celsius(language, warmth)
        case Litres(amount):
            return litres(language, amount)
        case Share(fraction):
            return percent(language, fraction)
