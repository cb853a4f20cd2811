"""A zone's last day as a page shows it: a sentence first, the drawing, and the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.greenhouses.chart import Band, Chart, Point, svg
from cloud.greenhouses.words import Line, Share, say
from cloud.i18n import TIME_ZONE, _, percent
from cloud.telemetry.service import Measured

SPAN: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Curve:
    """What the chart's template needs; `rows` holds one value for each hour."""

    title: str
    sentence: str
    svg: str
    rows: Sequence[Measured]


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


def _hourly(measured: Sequence[Measured]) -> Sequence[Measured]:
    """The first value of each hour, newest first."""
    first: dict[datetime, Measured] = {}
    for one in measured:
        hour = one.at.astimezone(TIME_ZONE).replace(minute=0, second=0, microsecond=0)
        first.setdefault(hour, one)
    return list(first.values())[::-1]
