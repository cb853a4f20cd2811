"""What the page in the greenhouse says, in Vietnamese and English, as a grower talks."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from wire.codes import Alarm, Ended, Fault, Reason, Refusal, ZoneState


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in both languages; `{name}` takes a value."""

    vi: str
    en: str

    def speak(self, language: str, **values: object) -> str:
        return (self.en if language == "en" else self.vi).format(**values)


LANGUAGES: Final = ("vi", "en")

REASONS: Final[Mapping[Reason, Said]] = {
    Reason.LOCKOUT: Said(
        "Nút dừng khẩn đang bật. Kéo nút ra rồi giữ nút tưới lại 3 giây.",
        "The emergency stop is on. Pull it out, then hold the resume button for 3 seconds.",
    ),
    Reason.HOLD: Said(
        "Nước đang dừng theo lệnh. Bấm «Cho tưới lại» khi xong việc.",
        "Water is stopped on request. Press “Water again” when you are done.",
    ),
    Reason.FAULT: Said(
        "Khu này đang hỏng. Cần người đến xem.", "This zone has a fault. Look at it."
    ),
    Reason.STARTING: Said(
        "Máy vừa bật. Đợi một phút.", "The box has just started. Wait a minute."
    ),
    Reason.NO_TANK: Said("Bể hết nước. Hãy bơm thêm.", "The tank is empty. Fill it."),
    Reason.DAY_BUDGET: Said("Hôm nay đã tưới hết mức cho phép.", "Today's water is used up."),
    Reason.OTHER_ZONE: Said(
        "Đang tưới khu khác. Chờ tưới xong.", "Another zone is being watered. Wait for it."
    ),
    Reason.PAUSED: Said(
        "Tưới tự động đang tạm nghỉ. Vẫn tưới tay được.",
        "Automatic watering is paused. You can still water by hand.",
    ),
    Reason.MONITOR_ONLY: Said(
        "Khu này chỉ theo dõi, không tự tưới.",
        "This zone is only watched, never watered by itself.",
    ),
    Reason.OUTSIDE_WINDOW: Said("Chưa đến giờ tưới.", "It is not the time of day to water."),
    Reason.TOO_SOON: Said(
        "Vừa tưới xong, chờ nước ngấm.", "Just watered. The water is soaking in."
    ),
    Reason.WET_ENOUGH: Said("Đất đủ ẩm, chưa cần tưới.", "The soil is moist enough."),
    Reason.PROBE_STALE: Said(
        "Chưa có số đo mới từ đầu đo. Máy tưới ít, theo giờ.",
        "No fresh reading from the probes. It waters little, by the clock.",
    ),
    Reason.TOO_FEW_PROBES: Said(
        "Quá ít đầu đo chạy tốt. Máy tưới ít, theo giờ.",
        "Too few working probes. It waters little, by the clock.",
    ),
}

FAULTS: Final[Mapping[Fault, Said]] = {
    Fault.NO_FLOW: Said(
        "Van mở nhưng không có nước. Kiểm tra máy bơm và khóa tổng.",
        "The valve opened but no water came. Check pump and main tap.",
    ),
    Fault.DRY_RUN: Said(
        "Nước ngừng giữa chừng. Kiểm tra bể và máy bơm.",
        "Water stopped half-way. Check tank and pump.",
    ),
    Fault.BURST: Said(
        "Nước chảy quá mạnh, có thể vỡ ống. Kiểm tra đường ống.",
        "Too much water flows, a pipe may have burst. Check the pipes.",
    ),
    Fault.STUCK_OPEN: Said(
        "Van không đóng được. Khóa van tổng ngay.",
        "The valve does not close. Shut the main tap now.",
    ),
    Fault.NO_WETTING: Said(
        "Tưới rồi mà đất không ẩm lên. Kiểm tra dây tưới và đầu đo.",
        "Watered, but the soil stays dry. Check drip lines and probes.",
    ),
    Fault.HARDWARE: Said(
        "Máy hỏng một bộ phận. Gọi tổ hỗ trợ.", "A part of the box has failed. Call support."
    ),
    Fault.VALVE_SILENT: Said(
        "Van không dây không trả lời. Kiểm tra pin, nguồn và sóng.",
        "The wireless valve does not answer. Check battery, power and signal.",
    ),
    Fault.VALVE_OPEN: Said(
        "Van không dây không chịu đóng. Khóa van tay ngay.",
        "The wireless valve does not shut. Shut the tap by hand now.",
    ),
    Fault.VALVE_SHUT: Said(
        "Van không dây tự đóng khi đang tưới. Xem có ai khóa van.",
        "The wireless valve shut by itself while watering. See who shut it.",
    ),
    Fault.CLOCK: Said(
        "Đồng hồ của máy sai. Gọi tổ hỗ trợ.", "The box's clock is wrong. Call support."
    ),
    Fault.INTERNAL: Said(
        "Máy gặp trục trặc và đã đóng van. Gọi tổ hỗ trợ.",
        "The box had trouble and shut the valves. Call support.",
    ),
}

ALARMS: Final[Mapping[Alarm, Said]] = {
    Alarm.CLOGGED: Said(
        "Nước chảy yếu hơn mọi khi. Đầu nhỏ giọt có thể bị tắc.",
        "Less water flows than usual. Drippers may be clogged.",
    ),
    Alarm.LEAKING: Said(
        "Nước chảy mạnh hơn mọi khi. Dây tưới có thể bị hở.",
        "More water flows than usual. A drip line may leak.",
    ),
    Alarm.HEAT: Said(
        "Nhà màng quá nóng. Mở cửa, kéo lưới che.",
        "The house is too hot. Open it, draw the shade.",
    ),
    Alarm.COLD: Said("Nhà màng quá lạnh. Đóng kín cửa.", "The house is too cold. Close it."),
    Alarm.DRY_AIR: Said(
        "Không khí quá khô. Kéo lưới che, phun sương nếu có.",
        "The air is too dry. Draw the shade, mist if you can.",
    ),
    Alarm.DAMP_AIR: Said(
        "Không khí ẩm quá lâu, dễ sinh nấm. Mở cửa cho thoáng.",
        "The air has been damp for long. Air the house, or mildew comes.",
    ),
    Alarm.BATTERY: Said(
        "Pin của một đầu đo không dây sắp hết. Thay pin.",
        "The battery of a wireless sensor is almost empty. Change it.",
    ),
}

STATES: Final[Mapping[ZoneState, Said]] = {
    ZoneState.INIT: Said("Đang khởi động", "Starting"),
    ZoneState.IDLE: Said("Đang nghỉ", "Resting"),
    ZoneState.PRIME: Said("Đang mở nước", "Opening"),
    ZoneState.RUN: Said("Đang tưới", "Watering"),
    ZoneState.MANUAL: Said("Đang tưới tay", "Watering by hand"),
    ZoneState.SOAK: Said("Chờ nước ngấm", "Soaking in"),
    ZoneState.VERIFY: Said("Chờ đất ẩm lên", "Awaiting the soil"),
    ZoneState.HOLD: Said("Đã dừng", "Stopped"),
    ZoneState.FAULT: Said("Hỏng", "Fault"),
    ZoneState.LOCKOUT: Said("Dừng khẩn", "Emergency stop"),
}

ENDINGS: Final[Mapping[Ended, Said]] = {
    Ended.COMPLETE: Said("tưới đủ", "complete"),
    Ended.STOPPED: Said("bị dừng", "stopped"),
    Ended.LEASE: Said("hết giờ cho phép", "time was up"),
    Ended.BUDGET: Said("hết mức nước trong ngày", "the day's water was used up"),
    Ended.FAULT: Said("hỏng giữa chừng", "a fault"),
    Ended.STALE: Said("đầu đo im lặng", "the probes fell silent"),
    Ended.INTERRUPTED: Said("mất điện giữa chừng", "power was lost"),
}

REFUSALS: Final[Mapping[Refusal, Said]] = {
    Refusal.BUSY: Said("Khu này đang tưới rồi.", "This zone is being watered already."),
}
REFUSED: Final = Said("Máy chưa làm được. Thử lại sau.", "It could not be done. Try again later.")

TITLE: Final = Said("Vườn Số tại chỗ", "Vườn Số, here")
ZONE: Final = Said("Khu {key}", "Zone {key}")
STOP: Final = Said("DỪNG NƯỚC", "STOP WATER")
STOP_HINT: Final = Said(
    "Đóng mọi van ngay, không cần mã.", "Shuts every valve now, no PIN needed."
)
WATER: Final = Said("Tưới tay", "Water")
AGAIN: Final = Said("Cho tưới lại", "Water again")
MINUTES: Final = Said("Số phút", "Minutes")
PIN: Final = Said("Mã PIN", "PIN")
BACK: Final = Said("Quay lại", "Back")
NOW: Final = Said("Lúc {time}", "At {time}")
NO_CLOCK: Final = Said("Chưa có giờ đúng", "No exact time yet")
CLOUD: Final = Said("Có mạng", "Online")
NO_CLOUD: Final = Said("Mất mạng. Máy vẫn tự tưới.", "Offline. It waters on by itself.")
TANK: Final = Said("Bể: {share} %", "Tank: {share} %")
MOIST: Final = Said("Nước trong đất", "Water in the soil")
TODAY: Final = Said("Hôm nay", "Today")
LITRES: Final = Said("{litres} lít", "{litres} L")
LAST: Final = Said("Lần trước", "Last time")
LAST_DOSE: Final = Said("{litres} lít, {ago} trước, {ended}", "{litres} L, {ago} ago, {ended}")
NONE_YET: Final = Said("chưa tưới", "not yet")
PROBES: Final = Said("Đầu đo", "Probes")
NO_PROBES: Final = Said("không có", "none")
ALL_HEARD: Final = Said("{all}, đo {ago} trước", "{all}, {ago} ago")
SOME_SILENT: Final = Said("{silent} trong {all} im lặng", "{silent} of {all} silent")
GIVEN: Final = Said("Lần này", "This time")
GIVEN_SO_FAR: Final = Said(
    "{litres} lít, còn nhiều nhất {left}", "{litres} L, {left} left at most"
)
KEEPS_FRESH: Final = Said(
    "Trang tự cập nhật {seconds} giây một lần.", "Refreshed every {seconds} s."
)
STAND_STILL: Final = Said("Giữ yên", "Stand still")
STANDS_STILL: Final = Said("Trang đang đứng yên.", "This page stands still.")
KEEP_FRESH: Final = Said("Tự cập nhật", "Keep it fresh")
WHY_NOT: Final = Said("Không tưới vì: {why}", "Not watering because: {why}")
WAITING: Final = Said("Đang chờ đến lượt tưới.", "Waiting for its turn.")
HALTED: Final = Said("Nước đang dừng, đã {ago}.", "Water has been stopped for {ago}.")
PAUSED: Final = Said("Tưới tự động nghỉ thêm {left}.", "Automatic watering rests for {left} more.")
DONE: Final = Said("Đã xong.", "Done.")
STOPPED: Final = Said("Đã đóng mọi van.", "Every valve is shut.")
ACCEPTED: Final = Said("Máy đã nhận. Nước sắp chảy.", "Accepted. Water will flow soon.")
WRONG_PIN: Final = Said(
    "Mã PIN sai. Nhập lại. Quên mã thì hỏi người lắp máy.",
    "Wrong PIN. Try again. If it is lost, ask whoever set up the box.",
)
TOO_MANY: Final = Said("Nhập sai nhiều lần. Đợi {wait}.", "Too many wrong PINs. Wait {wait}.")
TOO_MANY_TODAY: Final = Said(
    "Nhập sai quá nhiều. Đợi {wait}, hoặc bấm nút trên tủ.",
    "Far too many wrong PINs. Wait {wait}, or use the buttons of the box.",
)
NO_PIN: Final = Said(
    "Chưa có mã PIN. Đặt trên máy: vuonso edge pin.",
    "No PIN yet. Set it on the box: vuonso edge pin.",
)
BAD_FORM: Final = Said("Yêu cầu không hợp lệ.", "This request cannot be read.")
NOT_FOUND: Final = Said("Không có trang này.", "There is no such page.")
SILENT: Final = Said(
    "Máy không trả lời. Hãy đóng van tay.", "The box does not answer. Shut the taps by hand."
)
SECONDS: Final = Said("{n} giây", "{n} s")
IN_MINUTES: Final = Said("{n} phút", "{n} min")
HOURS: Final = Said("{n} giờ", "{n} h")
DAYS: Final = Said("{n} ngày", "{n} days")
LONG_S: Final = 60
"""Nobody stands and waits for longer."""


def why_not(language: str, code: str) -> str:
    """The sentence for a code of refusal."""
    for known, said in (*REASONS.items(), *REFUSALS.items()):
        if known.value == code:
            return said.speak(language)
    return REFUSED.speak(language)


def wait(language: str, seconds: float) -> str:
    """For how long no PIN is looked at, rounded up."""
    said = TOO_MANY if seconds <= LONG_S else TOO_MANY_TODAY
    return said.speak(language, wait=span(language, ceil(seconds)))


def span(language: str, seconds: float) -> str:
    """How long, in the unit that people would choose."""
    for said, unit_s in ((DAYS, 86_400), (HOURS, 3600), (IN_MINUTES, 60)):
        if seconds >= 2 * unit_s:
            return said.speak(language, n=int(seconds // unit_s))
    return SECONDS.speak(language, n=int(seconds))
