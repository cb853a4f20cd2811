"""The one derived status of a greenhouse: from facts to level, sentences and cards.

Pure. Whatever page, stream or answer shows comes from here, so no two of them can contradict.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.greenhouses.asked import command_line, stop_line
from cloud.greenhouses.facts import (
    Ahead,
    Facts,
    Reading,
    ZoneFacts,
    flows,
    is_held,
    is_lost,
    is_paused,
    is_pending,
)
from cloud.i18n import TIME_ZONE, _
from cloud.words import ALARMS, FAULTS, REASONS, Line, Share, lost_sensor
from wire.codes import Alarm, Fault, Outlook, Reason, ZoneState

STALE_AFTER: Final = timedelta(minutes=3)  # three telemetry intervals: the number is grey
DRY_MARGIN: Final = 0.03  # below the refill level by this much: watering should have begun
WET_MARGIN: Final = 0.07  # above the target by this much: more than a full dose too wet
TANK_LOW: Final = 0.15


class Level(StrEnum):
    """How well a greenhouse is; the values are names of styles."""

    OK = "ok"
    WATCH = "warn"
    ACT = "bad"
    LOST = "lost"


WORST_FIRST: Final = (Level.ACT, Level.LOST, Level.WATCH, Level.OK)
"""In which order several greenhouses are told."""


class Rest(StrEnum):
    """For how long automation may rest, as a page offers it."""

    HOUR = "hour"
    TODAY = "today"
    WEEK = "week"


class Moisture(StrEnum):
    """A zone's soil in one word."""

    DRY = "dry"
    RIGHT = "right"
    WET = "wet"
    UNKNOWN = "unknown"


LEVEL_WORDS: Final = {
    Level.OK: Line(_("Mọi thứ ổn")),
    Level.WATCH: Line(_("Cần để ý")),
    Level.ACT: Line(_("Cần làm ngay")),
    Level.LOST: Line(_("Mất liên lạc")),
}
MOISTURE_WORDS: Final = {
    Moisture.DRY: Line(_("Hơi khô")),
    Moisture.RIGHT: Line(_("Vừa đủ")),
    Moisture.WET: Line(_("Quá ướt")),
    Moisture.UNKNOWN: Line(_("Chưa rõ")),
}
_BY: Final = {
    Outlook.USUAL: _("Tính theo những ngày vừa qua."),
    Outlook.FORECAST: _("Tính theo dự báo thời tiết."),
    Outlook.PROGRAMME: _("Theo giờ đã đặt trong máy."),
}
_NIGHT: Final = REASONS[Reason.OUTSIDE_WINDOW]


@dataclass(frozen=True)
class ZoneCard:
    """A zone as shown."""

    public_id: str
    name: str
    crop: str
    moisture: Moisture
    fill: Reading | None
    refill: float
    target: float
    flowing: bool
    line: Line
    litres_today: float
    clearable: bool = False
    """Whether a fault is told that may be cleared from afar."""


@dataclass(frozen=True)
class Status:
    """A greenhouse as shown. `stop` and `command` are absent when there is nothing to tell."""

    level: Level
    headline: Line
    advice: Line
    flowing: bool
    water: Line
    litres_today: float
    litres_yesterday: float
    heard: datetime | None
    zones: tuple[ZoneCard, ...]
    stop: Line | None
    stop_pending: bool
    held: bool
    paused: bool
    command: Line | None
    worries: int
    """How many alerts are not over."""


def rest(choice: Rest, now: datetime) -> timedelta:
    """How long a rest lasts from now; today ends at midnight in Viet Nam, soon or late."""
    if choice is Rest.TODAY:
        local = now.astimezone(TIME_ZONE)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return max(midnight - local, timedelta(minutes=1))
    return timedelta(hours=1) if choice is Rest.HOUR else timedelta(days=7)


def derive(facts: Facts, now: datetime) -> Status:
    lost = is_lost(facts, now)
    level, advice = _judge(facts, now)
    flowing = not lost and any(flows(zone) for zone in facts.zones)
    return Status(
        level=level,
        headline=LEVEL_WORDS[level],
        advice=advice,
        flowing=flowing,
        water=_water(facts, lost=lost),
        litres_today=sum(zone.litres_today for zone in facts.zones),
        litres_yesterday=sum(zone.litres_yesterday for zone in facts.zones),
        heard=facts.heard,
        zones=tuple(_card(zone, now, lost=lost) for zone in facts.zones),
        stop=stop_line(facts, now),
        stop_pending=is_pending(facts.stop),
        held=is_held(facts),
        paused=is_paused(facts),
        command=command_line(facts, now),
        worries=len(facts.worries),
    )


def moisture(zone: ZoneFacts, now: datetime) -> Moisture:
    if zone.fill is None or now - zone.fill.at > STALE_AFTER:
        return Moisture.UNKNOWN
    if zone.fill.value < zone.refill - DRY_MARGIN:
        return Moisture.DRY
    if zone.fill.value > zone.target + WET_MARGIN:
        return Moisture.WET
    return Moisture.RIGHT


def _judge(facts: Facts, now: datetime) -> tuple[Level, Line]:
    """The worst thing first; of equals the first zone's."""
    if is_lost(facts, now):
        return Level.LOST, _lost_line(facts)
    return (
        _urgent(facts)
        or _worry(facts, Level.ACT)
        or _notable(facts, now)
        or _worry(facts, Level.WATCH)
        or (Level.OK, _next_line(facts, now))
    )


def _lost_line(facts: Facts) -> Line:
    if facts.heard is None:
        return Line(_("Chưa có máy nào ở vườn gửi số liệu về."))
    return Line(
        _("Máy ở vườn im lặng từ %(since)s. Cần dừng nước thì gạt công tắc đỏ trên tủ điện."),
        {"since": facts.heard},
    )


def _urgent(facts: Facts) -> tuple[Level, Line] | None:
    for zone in facts.zones:
        if zone.state is ZoneState.LOCKOUT:
            return Level.ACT, Line(REASONS[Reason.LOCKOUT])
        if zone.fault is not None and zone.fault is not Fault.NO_WETTING:
            return Level.ACT, _fault_line(zone, zone.fault)
    return None


def _worry(facts: Facts, level: Level) -> tuple[Level, Line] | None:
    """What the alerts know and the newest rows alone do not tell."""
    urgent = level is Level.ACT
    line = next((worry.line for worry in facts.worries if worry.urgent is urgent), None)
    return None if line is None else (level, line)


def _notable(facts: Facts, now: datetime) -> tuple[Level, Line] | None:
    if is_held(facts):
        return Level.WATCH, Line(REASONS[Reason.HOLD])
    if facts.tank is not None and facts.tank.value < TANK_LOW:
        return Level.WATCH, Line(
            _("Bể chỉ còn %(left)s nước. Hãy bơm thêm."), {"left": Share(facts.tank.value)}
        )
    for zone in facts.zones:
        line = _zone_worry(zone, now)
        if line is not None:
            return Level.WATCH, line
    line = _house_worry(facts)
    return None if line is None else (Level.WATCH, line)


def _house_worry(facts: Facts) -> Line | None:
    if facts.alarm is not None:
        return Line(ALARMS[facts.alarm])
    lost = facts.lost_sensor
    return None if lost is None else lost_sensor(lost.count, lost.sensor, lost.fault)


def _zone_worry(zone: ZoneFacts, now: datetime) -> Line | None:
    if zone.fault is not None:
        return _fault_line(zone, zone.fault)
    name = {"zone": zone.name}
    match moisture(zone, now):
        case Moisture.UNKNOWN:
            return Line(_("%(zone)s: chưa có số đo mới từ đầu đo đất."), name)
        case Moisture.DRY if not flows(zone):
            return Line(_("%(zone)s đang khô. %(why)s"), {**name, "why": _zone_line(zone, now)})
        case Moisture.WET:
            return Line(_("%(zone)s quá ướt. Máy không tưới thêm."), name)
        case _:
            return None if zone.alarm is None else _alarm_line(zone, zone.alarm)


def _alarm_line(zone: ZoneFacts, alarm: Alarm) -> Line:
    return Line(_("%(zone)s: %(what)s"), {"zone": zone.name, "what": Line(ALARMS[alarm])})


def _fault_line(zone: ZoneFacts, fault: Fault) -> Line:
    what = Line(FAULTS[fault])
    if zone.fault_since is None:
        return Line(_("%(zone)s: %(what)s"), {"zone": zone.name, "what": what})
    return Line(
        _("%(zone)s, từ %(since)s: %(what)s"),
        {"zone": zone.name, "since": zone.fault_since, "what": what},
    )


def _next_line(facts: Facts, now: datetime) -> Line:
    """What happens next when all is well: the driest zone decides."""
    if any(flows(zone) for zone in facts.zones):
        return Line(_("Máy đang tưới và sẽ tự dừng khi đủ."))
    known = [zone for zone in facts.zones if moisture(zone, now) is not Moisture.UNKNOWN]
    if not known:
        return Line(_("Vườn chưa có khu nào."))
    return _zone_line(min(known, key=_reserve), now)


def _reserve(zone: ZoneFacts) -> float:
    return zone.fill.value - zone.refill if zone.fill else 0.0


def _zone_line(zone: ZoneFacts, now: datetime) -> Line:
    """The zone's next step, or why it takes none."""
    if flows(zone):
        return Line(_("Đang tưới. Máy tự dừng khi đủ."))
    ahead, held_up = _ahead_line(zone.ahead, now), _obstacle(zone)
    if held_up is not None:
        return _with_next(held_up, ahead if held_up == _NIGHT else None)
    if moisture(zone, now) is Moisture.UNKNOWN:
        return Line(REASONS[Reason.PROBE_STALE])
    return _wet_line(zone, ahead)


def _wet_line(zone: ZoneFacts, ahead: Line | None) -> Line:
    if zone.fill is not None and zone.fill.value <= zone.refill:
        return Line(_("Máy sắp tưới."))
    if ahead is not None:
        return _with_next(_("Đất đủ ẩm."), ahead)
    return Line(_("Đất đủ ẩm. Máy sẽ tưới khi còn %(refill)s."), {"refill": Share(zone.refill)})


def _ahead_line(ahead: Ahead | None, now: datetime) -> Line | None:
    """When the box means to water next, and how it knows; nothing once that hour has passed."""
    if ahead is None or ahead.at <= now:
        return None
    hours = round((ahead.at - now) / timedelta(hours=1))
    by = Line(_BY[ahead.by])
    told: dict[str, datetime | int | Line] = {"at": ahead.at, "hours": hours, "by": by}
    if hours <= 1:
        return Line(_("Khoảng một giờ nữa sẽ tưới, lúc %(at)s. %(by)s"), told)
    return Line(_("Khoảng %(hours)s giờ nữa sẽ tưới, lúc %(at)s. %(by)s"), told)


def _with_next(why: str, ahead: Line | None) -> Line:
    if ahead is None:
        return Line(why)
    return Line(_("%(why)s %(next)s"), {"why": Line(why), "next": ahead})


def _obstacle(zone: ZoneFacts) -> str | None:
    if zone.fault is not None:
        return FAULTS[zone.fault]
    if zone.state is ZoneState.SOAK:
        return REASONS[Reason.TOO_SOON]
    if zone.reason is not None and zone.reason is not Reason.WET_ENOUGH:
        return REASONS[zone.reason]
    return None


def _card(zone: ZoneFacts, now: datetime, *, lost: bool) -> ZoneCard:
    return ZoneCard(
        public_id=zone.public_id,
        name=zone.name,
        crop=zone.crop,
        moisture=moisture(zone, now),
        fill=zone.fill,
        refill=zone.refill,
        target=zone.target,
        flowing=flows(zone) and not lost,
        line=Line(_("Không rõ. Máy ở vườn mất liên lạc.")) if lost else _zone_line(zone, now),
        litres_today=zone.litres_today,
        clearable=zone.fault is not None and zone.fault is not Fault.STUCK_OPEN and not lost,
    )


def _water(facts: Facts, *, lost: bool) -> Line:
    if lost:
        return Line(_("Không rõ nước đang chảy hay tắt"))
    flowing = [zone.name for zone in facts.zones if flows(zone)]
    if not flowing:
        return Line(_("Nước đang tắt"))
    return Line(_("Nước đang chảy: %(zones)s"), {"zones": ", ".join(flowing)})
