"""A zone's past as a page shows it: a sentence first, the drawing, and the numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.greenhouses.chart import Band, Chart, Point, Spread, svg
from cloud.i18n import TIME_ZONE, _, percent
from cloud.telemetry.days import Level
from cloud.telemetry.past import Bucket
from cloud.telemetry.service import Measured
from cloud.words import Line, Litres, Share, say

SPAN: Final = timedelta(hours=24)
WEEK: Final = timedelta(days=7)


class Span(StrEnum):
    """How far back a page looks."""

    DAY = "ngay"
    WEEK = "tuan"
    SEASON = "vu"

    @property
    def level(self) -> Level:
        """The buckets that a curve of this span is drawn from."""
        return Level.HOUR if self is Span.WEEK else Level.DAY


SPANS: Final[Mapping[Span, str]] = {
    Span.DAY: _("24 giờ"),
    Span.WEEK: _("7 ngày"),
    Span.SEASON: _("Cả vụ"),
}


TITLES: Final[Mapping[Span, str]] = {
    Span.WEEK: _("%(zone)s: độ ẩm 7 ngày qua"),
    Span.SEASON: _("%(zone)s: độ ẩm cả vụ"),
}


@dataclass(frozen=True)
class DayRow:
    """A day in numbers."""

    at: datetime
    moisture: float | None
    litres: float


@dataclass(frozen=True)
class Curve:
    """What the chart's template needs; `rows` hold a value an hour, `days` a line a day."""

    title: str
    sentence: str
    svg: str
    rows: Sequence[Measured] = ()
    days: Sequence[DayRow] = ()


@dataclass(frozen=True)
class Past:
    """A zone since `start`: moisture at the span's level, and moisture and litres by the day."""

    span: Span
    start: datetime
    fill: Sequence[Bucket]
    daily: Sequence[Bucket]
    litres: Sequence[Bucket]


def moisture_curve(
    language: str,
    zone: str,
    band: Band,
    measured: Sequence[Measured],
    waterings: Sequence[datetime],
    now: datetime,
) -> Curve | None:
    """None where nothing was measured."""
    if not measured:
        return None
    title = say(language, Line(_("%(zone)s: độ ẩm 24 giờ qua"), {"zone": zone}))
    driest = min(measured, key=lambda one: one.value)
    sentence = Line(
        _("Khô nhất lúc %(at)s (%(low)s). Bây giờ %(now)s."),
        {"at": driest.at, "low": Share(driest.value), "now": Share(measured[-1].value)},
    )
    text = say(language, sentence)
    chart = Chart(
        points=[Point(one.at, one.value) for one in measured],
        start=now - SPAN,
        end=now,
        label=f"{title}. {text}",
        words=lambda value: percent(language, value),
        band=band,
        marks=waterings,
    )
    return Curve(title, text, svg(chart), _hourly(measured))


def long_curve(language: str, zone: str, band: Band, past: Past, now: datetime) -> Curve | None:
    """A week or a season: the mean as a line in the range between the least and the most.

    None where nothing was measured.
    """
    if not past.fill:
        return None
    title = say(language, Line(TITLES[past.span], {"zone": zone}))
    driest = min(past.fill, key=lambda one: one.low)
    sentence = Line(
        _("Khô nhất ngày %(at)s (%(low)s). Đã tưới %(water)s."),
        {
            "at": f"{driest.at.astimezone(TIME_ZONE):%d/%m}",
            "low": Share(driest.low),
            "water": Litres(sum(day.total for day in past.litres)),
        },
    )
    text, half = say(language, sentence), timedelta(minutes=past.span.level / 2)
    chart = Chart(
        points=[Point(one.at + half, one.mean) for one in past.fill],
        start=past.start,
        end=now,
        label=f"{title}. {text}",
        words=lambda value: percent(language, value),
        band=band,
        spread=[Spread(one.at + half, one.low, one.high) for one in past.fill],
        gap=timedelta(minutes=past.span.level * 2),
    )
    return Curve(title, text, svg(chart), days=_daily(past))


def _daily(past: Past) -> Sequence[DayRow]:
    """Newest first."""
    fills = {day.at: day.mean for day in past.daily}
    litres = {day.at: day.total for day in past.litres}
    found = sorted(fills.keys() | litres.keys(), reverse=True)
    return [DayRow(at, fills.get(at), litres.get(at, 0.0)) for at in found]


def _hourly(measured: Sequence[Measured]) -> Sequence[Measured]:
    """The first value of each hour, newest first."""
    first: dict[datetime, Measured] = {}
    for one in measured:
        hour = one.at.astimezone(TIME_ZONE).replace(minute=0, second=0, microsecond=0)
        first.setdefault(hour, one)
    return list(first.values())[::-1]
