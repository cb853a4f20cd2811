"""A zone's past as a page shows it: a sentence first, the drawing, and the numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cloud.greenhouses.chart import Band, Chart, Point, Spread, svg
from cloud.i18n import TIME_ZONE, _, celsius, clock_time, day, percent, translate
from cloud.telemetry.days import Level
from cloud.telemetry.past import Bucket
from cloud.telemetry.service import Measured
from cloud.words import Degrees, Line, Share, say
from wire.codes import Metric

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
    Span.DAY: _("%(zone)s: độ ẩm 24 giờ qua"),
    Span.WEEK: _("%(zone)s: độ ẩm 7 ngày qua"),
    Span.SEASON: _("%(zone)s: độ ẩm cả vụ"),
}
WARM_TITLES: Final[Mapping[Span, str]] = {
    Span.DAY: _("Nhiệt độ 24 giờ qua"),
    Span.WEEK: _("Nhiệt độ 7 ngày qua"),
    Span.SEASON: _("Nhiệt độ cả vụ"),
}
HOUR: Final = _("Giờ")
DAY: Final = _("Ngày")
MOISTURE: Final = _("Độ ẩm")
WARMTH: Final = _("Nhiệt độ")
COLDEST: Final = _("Lạnh nhất")
HOTTEST: Final = _("Nóng nhất")


@dataclass(frozen=True)
class Curve:
    """What the chart's template needs; `rows` are the numbers as words, the newest first."""

    title: str
    sentence: str
    svg: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Past:
    """A zone and its house since `start`, as far as it is rolled up.

    `days` reach back two weeks at least, `hours` to the midnight of a week ago.
    """

    span: Span
    start: datetime
    now: datetime
    days: Mapping[Metric, Sequence[Bucket]]
    hours: Mapping[Metric, Sequence[Bucket]]

    @property
    def today(self) -> datetime:
        """Its first moment."""
        return midnight(self.now)

    def drawn(self, metric: Metric) -> Sequence[Bucket]:
        """What a curve of this span is drawn from: every bucket of which a part lies in it."""
        found = self.hours if self.span.level is Level.HOUR else self.days
        before = self.start - timedelta(minutes=self.span.level)
        return [one for one in found[metric] if one.at > before]

    def by_day(self, metric: Metric) -> Sequence[Bucket]:
        """The days of this span, newest first."""
        first = midnight(self.start)
        return [one for one in reversed(self.days[metric]) if one.at >= first]


def midnight(moment: datetime) -> datetime:
    """The first moment of its day."""
    return moment.astimezone(TIME_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)


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
    title = say(language, Line(TITLES[Span.DAY], {"zone": zone}))
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
    rows = _hourly(measured, lambda value: percent(language, value))
    return Curve(title, text, svg(chart), heads(language, HOUR, MOISTURE), rows)


def warm_curve(language: str, measured: Sequence[Measured], now: datetime) -> Curve | None:
    """How warm the air was; None where nothing measured it."""
    if not measured:
        return None
    title = translate(language, WARM_TITLES[Span.DAY])
    hot = max(measured, key=lambda one: one.value)
    cold = min(measured, key=lambda one: one.value)
    sentence = Line(
        _("Nóng nhất lúc %(hot_at)s (%(hot)s). Lạnh nhất lúc %(cold_at)s (%(cold)s)."),
        {
            "hot_at": hot.at,
            "hot": Degrees(hot.value),
            "cold_at": cold.at,
            "cold": Degrees(cold.value),
        },
    )
    text = say(language, sentence)
    chart = Chart(
        points=[Point(one.at, one.value) for one in measured],
        start=now - SPAN,
        end=now,
        label=f"{title}. {text}",
        words=_degrees,
        tone="warm",
    )
    rows = _hourly(measured, lambda value: celsius(language, value))
    return Curve(title, text, svg(chart), heads(language, HOUR, WARMTH), rows)


def long_curve(language: str, zone: str, band: Band, past: Past) -> Curve | None:
    """A week or a season: the mean as a line in the range between the least and the most.

    None where nothing was measured.
    """
    fill = past.drawn(Metric.FILL)
    if not fill:
        return None
    title = say(language, Line(TITLES[past.span], {"zone": zone}))
    driest = min(fill, key=lambda one: one.low)
    sentence = Line(
        _("Khô nhất ngày %(at)s (%(low)s)."), {"at": _date(driest), "low": Share(driest.low)}
    )
    text = say(language, sentence)
    chart = _ranged(past, fill, f"{title}. {text}")
    drawing = svg(replace(chart, words=lambda value: percent(language, value), band=band))
    rows = [(day(one.at), percent(language, one.mean)) for one in past.by_day(Metric.FILL)]
    return Curve(title, text, drawing, heads(language, DAY, MOISTURE), rows)


def long_warm_curve(language: str, past: Past) -> Curve | None:
    """The same of the air."""
    warmth = past.drawn(Metric.AIR_C)
    if not warmth:
        return None
    title = translate(language, WARM_TITLES[past.span])
    hot, cold = max(warmth, key=lambda one: one.high), min(warmth, key=lambda one: one.low)
    sentence = Line(
        _("Nóng nhất ngày %(hot_at)s (%(hot)s). Lạnh nhất ngày %(cold_at)s (%(cold)s)."),
        {
            "hot_at": _date(hot),
            "hot": Degrees(hot.high),
            "cold_at": _date(cold),
            "cold": Degrees(cold.low),
        },
    )
    text = say(language, sentence)
    drawing = svg(replace(_ranged(past, warmth, f"{title}. {text}"), tone="warm"))
    rows = [
        (day(one.at), celsius(language, one.low), celsius(language, one.high))
        for one in past.by_day(Metric.AIR_C)
    ]
    return Curve(title, text, drawing, heads(language, DAY, COLDEST, HOTTEST), rows)


def heads(language: str, *words: str) -> Sequence[str]:
    """The first line of a table."""
    return [translate(language, word) for word in words]


def _ranged(past: Past, found: Sequence[Bucket], label: str) -> Chart:
    half = timedelta(minutes=past.span.level / 2)
    return Chart(
        points=[Point(one.at + half, one.mean) for one in found],
        start=past.start,
        end=past.now,
        label=label,
        words=_degrees,
        spread=[Spread(one.at + half, one.low, one.high) for one in found],
        gap=timedelta(minutes=past.span.level * 1.5),  # one bucket that is missing is a hole
    )


def _degrees(value: float) -> str:
    return f"{value:.0f}°"


def _date(bucket: Bucket) -> str:
    return f"{bucket.at.astimezone(TIME_ZONE):%d/%m}"


def _hourly(
    measured: Sequence[Measured], words: Callable[[float], str]
) -> Sequence[Sequence[str]]:
    """The first value of each hour, newest first."""
    first: dict[datetime, Measured] = {}
    for one in measured:
        hour = one.at.astimezone(TIME_ZONE).replace(minute=0, second=0, microsecond=0)
        first.setdefault(hour, one)
    return [(clock_time(one.at), words(one.value)) for one in reversed(first.values())]
