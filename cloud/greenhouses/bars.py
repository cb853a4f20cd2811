"""A zone's water by the day: what this week took beside the week before, and a bar for each day.

A day of which nothing was heard is no day without water: it has no bar, and is counted aloud.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from cloud.greenhouses.chart import BUCKETS, Chart, Point, svg
from cloud.greenhouses.curve import DAY, WEEK, Curve, Past, Span, heads, midnight
from cloud.i18n import _, day, litres, number
from cloud.telemetry.past import Bucket
from cloud.words import Line, Litres, say
from wire.codes import Metric

_A_DAY: Final = timedelta(days=1)
_DAYS: Final = 7
_WATER: Final = _("Nước")
_UNKNOWN: Final = "–"
_TITLE: Final = _("%(zone)s: số lít mỗi ngày")
_LESS: Final = _("7 ngày qua tưới %(water)s, ít hơn 7 ngày trước đó %(step)s.")
_MORE: Final = _("7 ngày qua tưới %(water)s, nhiều hơn 7 ngày trước đó %(step)s.")
_SAME: Final = _("7 ngày qua tưới %(water)s, bằng 7 ngày trước đó.")
_ALONE: Final = _("7 ngày qua tưới %(water)s.")
_SEASON: Final = _("Cả vụ tưới %(water)s.")
_MISSING: Final = _("Thiếu số liệu %(n)s ngày.")

Known = Mapping[datetime, float]
"""Litres of the days that were heard of, by their first moment."""


def water_bars(language: str, zone: str, past: Past) -> Curve | None:
    """None where nothing was heard of its water."""
    known = {one.at: one.total for one in past.days[Metric.LITRES]}
    first = past.today - (_DAYS - 1) * _A_DAY if past.span is Span.WEEK else midnight(past.start)
    days = _days(first, past.today)
    if not known.keys() & set(days):
        return None
    title = say(language, Line(_TITLE, {"zone": zone}))
    text = " ".join(say(language, line) for line in _sentences(past, known, days))
    step = -(-len(days) // BUCKETS)
    chart = Chart(
        points=(),
        start=first,
        end=past.today + _A_DAY,
        label=f"{title}. {text}",
        words=lambda value: number(language, value),
        bars=_bars(known, days, step),
        step=step * _A_DAY,
    )
    rows = [
        (day(one), litres(language, known[one]) if one in known else _UNKNOWN)
        for one in reversed(days)
        if one >= min(known)
    ]
    return Curve(title, text, svg(chart), heads(language, DAY, _WATER), rows)


def week_line(today: datetime, now: datetime, known: Known, hours: Sequence[Bucket]) -> Line:
    """Today and six days before it, beside the seven days before those up to the same hour.

    Compared only where every one of the fourteen days was heard of.
    """
    late = _days(today - 6 * _A_DAY, today)
    early = _days(today - 13 * _A_DAY, today - WEEK)
    water = sum(known.get(one, 0.0) for one in late)
    if not known.keys() >= {*late, *early}:
        return Line(_ALONE, {"water": Litres(water)})
    begun = sum(one.total for one in hours if today - WEEK <= one.at < now - WEEK)
    before = sum(known[one] for one in early[:-1]) + begun
    step = round(water) - round(before)
    if step == 0:
        return Line(_SAME, {"water": Litres(water)})
    return Line(_LESS if step < 0 else _MORE, {"water": Litres(water), "step": Litres(abs(step))})


def _sentences(past: Past, known: Known, days: Sequence[datetime]) -> Sequence[Line]:
    lines = [week_line(past.today, past.now, known, past.hours[Metric.LITRES])]
    if past.span is Span.SEASON:
        whole = sum(known.get(one, 0.0) for one in days)
        lines.insert(0, Line(_SEASON, {"water": Litres(whole)}))
    # Today may only not be counted yet.
    missing = sum(one not in known for one in days if min(known) <= one < past.today)
    if missing:
        lines.append(Line(_MISSING, {"n": missing}))
    return lines


def _bars(known: Known, days: Sequence[datetime], step: int) -> Sequence[Point]:
    """A bar for so many days: litres a day, of those that were heard of."""
    bars = []
    for begin in range(0, len(days), step):
        heard = [known[one] for one in days[begin : begin + step] if one in known]
        if heard:
            bars.append(Point(days[begin], sum(heard) / len(heard)))
    return bars


def _days(first: datetime, last: datetime) -> Sequence[datetime]:
    """Both included."""
    return [first + n * _A_DAY for n in range((last - first).days + 1)]
