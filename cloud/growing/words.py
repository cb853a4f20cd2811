"""Settings in a farmer's words: keys, values, what is wrong with them, how far they have come."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from cloud.growing.rules import Progress, Strategy
from cloud.i18n import TIME_ZONE, _, day_time, percent, translate
from cloud.weather.service import Forecast
from cloud.weather.source import SourceName
from wire.codes import Crop, SettingFault
from wire.settings import Wrong

KEYS: Final[Mapping[str, str]] = {
    "name": _("Tên khu"),
    "strategy": _("Cách tưới"),
    "crop": _("Loại cây"),
    "planted": _("Ngày trồng"),
    "plants": _("Số cây"),
    "refill": _("Mức khô"),
    "target": _("Mức đủ"),
    "window_from": _("Tưới từ"),
    "window_to": _("Tưới đến"),
}
STRATEGIES: Final[Mapping[Strategy, str]] = {
    Strategy.ADAPTIVE: _("Theo cây và đất, máy tự tính"),
    Strategy.THRESHOLD: _("Khi đất khô tới mức khô"),
    Strategy.TIMER: _("Theo giờ cố định của máy"),
    Strategy.MONITOR: _("Chỉ theo dõi, không tự tưới"),
}
CROPS: Final[Mapping[Crop, str]] = {
    Crop.MELON: _("Dưa lưới, dưa lê"),
    Crop.TOMATO: _("Cà chua"),
    Crop.CUCUMBER: _("Dưa chuột"),
    Crop.PEPPER: _("Ớt"),
    Crop.STRAWBERRY: _("Dâu tây"),
    Crop.LEAF: _("Rau ăn lá"),
}
OTHER_CROP: Final = _("Cây khác")
FAULTS: Final[Mapping[SettingFault, str]] = {
    SettingFault.INVALID: _("%(key)s: máy không nhận giá trị này."),
    SettingFault.UNKNOWN_ZONE: _("Máy ở vườn không có khu này. Gọi tổ hỗ trợ."),
    SettingFault.NOT_BELOW_TARGET: _("Mức khô phải thấp hơn mức đủ."),
    SettingFault.EMPTY_WINDOW: _("Giờ bắt đầu phải trước giờ kết thúc."),
    SettingFault.TOO_FEW_PROBES: _("Cách tưới này cần ít nhất hai đầu đo đất."),
}
PROGRESS: Final[Mapping[Progress, str]] = {
    Progress.NO_DEVICE: _("Khu này chưa có máy. Có máy là máy nhận cài đặt này."),
    Progress.SENDING: _("Đang gửi cho máy ở vườn…"),
    Progress.TAKEN: _("Máy đã nhận. Tưới xong lần này thì dùng."),
    Progress.APPLIED: _("Máy ở vườn đang dùng cài đặt này."),
    Progress.REFUSED: _("Máy ở vườn từ chối, vẫn tưới như trước."),
}
AWAY: Final = _("Máy ở vườn mất liên lạc. Có mạng là máy nhận.")

SOURCES: Final[Mapping[SourceName, str]] = {SourceName.OPEN_METEO: "Open-Meteo.com (CC BY 4.0)"}
"""As their licences ask to be named."""

_AS_BEFORE: Final = _("Máy tính nước theo những ngày vừa qua ở vườn.")
_TODAY: Final = {
    -1: _("Hôm nay cây uống ít hơn mọi ngày khoảng %(more)s."),
    0: _("Hôm nay cây uống như mọi ngày."),
    1: _("Hôm nay cây uống nhiều hơn mọi ngày khoảng %(more)s."),
}
_FORETOLD: Final = _("Dự báo của %(source)s, lúc %(at)s.")
_NONE: Final = "–"
_MINUTES: Final = 60


def value(language: str, key: str, given: object) -> str:
    """A key's value as people read it."""
    if given is None:
        return translate(language, OTHER_CROP) if key == "crop" else _NONE
    speak = _SPOKEN.get(key)
    return str(given) if speak is None else speak(language, given)


def clock(minute: int) -> str:
    """A minute of the day as a time; the day's end is its beginning."""
    return f"{minute // _MINUTES % 24:02}:{minute % _MINUTES:02}"


def weather(language: str, forecast: Forecast | None, now: datetime) -> str:
    """What today draws from the plants against the days before, and who says so since when."""
    if forecast is None:
        return translate(language, _AS_BEFORE)
    share = forecast.shares.get(now.astimezone(TIME_ZONE).date(), 1.0)
    more = abs(round(share * 100) - 100)
    today = translate(language, _TODAY[(share > 1.0) - (share < 1.0)], more=f"{more}%")
    source, at = SOURCES[forecast.source], day_time(forecast.fetched_at)
    return f"{today} {translate(language, _FORETOLD, source=source, at=at)}"


def wrong(language: str, found: Sequence[Wrong]) -> list[str]:
    """A sentence for each thing that is wrong, each once."""
    return list(dict.fromkeys(_sentence(language, one) for one in found))


def _sentence(language: str, one: Wrong) -> str:
    known = KEYS.get(one.key.rpartition(".")[2])
    key = one.key if known is None else translate(language, known)
    if one.fault is SettingFault.INVALID:
        return translate(language, FAULTS[one.fault], key=key)
    return translate(language, FAULTS[one.fault])


def _share(language: str, given: object) -> str:
    return percent(language, float(str(given)))


def _time(_language: str, given: object) -> str:
    return clock(int(str(given)))


_SPOKEN: Final[Mapping[str, Callable[[str, object], str]]] = {
    "strategy": lambda language, given: translate(language, STRATEGIES[Strategy(str(given))]),
    "crop": lambda language, given: translate(language, CROPS[Crop(str(given))]),
    "planted": lambda _language, given: f"{date.fromisoformat(str(given)):%d/%m/%Y}",
    "refill": _share,
    "target": _share,
    "window_from": _time,
    "window_to": _time,
}
