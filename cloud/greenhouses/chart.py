"""A curve over time as SVG text: pure, small for any range, readable without colour or script.

It draws what it is given; gaps in the data stay gaps.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from cloud.i18n import TIME_ZONE, clock_time

BUCKETS: Final = 148  # one per two pixels of a 360 px telephone; more cannot be seen
_GAP: Final = timedelta(minutes=15)  # a device that is well speaks every minute
_TICK_HOURS: Final = 6  # four words below a day's axis fit at 320 px
_TICKS: Final = 6  # dates that fit there
_DATES_FROM: Final = timedelta(days=2)
_WIDTH: Final = 340
_HEIGHT: Final = 170
_LEFT: Final = 40
_BOTTOM: Final = 24
_TOP: Final = 10
_AIR: Final = 4
_HEADROOM: Final = 0.06  # of the range, so that the curve does not touch the frame


@dataclass(frozen=True, order=True)
class Point:
    """A measured value at its time."""

    at: datetime
    value: float


@dataclass(frozen=True)
class Band:
    """Where the values should stay."""

    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """The least and the most that was measured around a time."""

    at: datetime
    low: float
    high: float


@dataclass(frozen=True)
class Chart:
    """What is to be drawn: `points` in order of time, `marks` as times of watering.

    Silence longer than `gap` is drawn as a hole, never bridged. Each of `bars` begins at its time
    and is `step` wide; a bar of nothing is a thin line, a bar that is not there is a hole.
    """

    points: Sequence[Point]
    start: datetime
    end: datetime
    label: str
    words: Callable[[float], str]
    band: Band | None = None
    marks: Sequence[datetime] = ()
    spread: Sequence[Spread] = ()
    gap: timedelta = _GAP
    bars: Sequence[Point] = ()
    step: timedelta = timedelta()
    tone: str = ""


def decimate(
    points: Sequence[Point], start: datetime, end: datetime, buckets: int = BUCKETS
) -> list[Point]:
    """At most two points for each bucket, its lowest and highest: no extreme is lost."""
    span = (end - start) / buckets
    chosen: list[Point] = []
    group: list[Point] = []
    current = -1
    for point in points:
        if not start <= point.at <= end:
            continue
        bucket = min((point.at - start) // span, buckets - 1)
        if bucket != current:
            chosen += _extremes(group)
            group, current = [], bucket
        group.append(point)
    return chosen + _extremes(group)


def svg(chart: Chart) -> str:
    """The drawing; every text in it is escaped."""
    points = decimate(chart.points, chart.start, chart.end)
    frame = _Frame.around(chart, points)
    parts = [
        f'<svg class="{f"chart {chart.tone}".strip()}" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        f' role="img" aria-label="{escape(chart.label)}">',
        *_band(chart, frame),
        *_levels(chart, frame),
        *_ticks(chart, frame),
        *_marks(chart, frame),
        *_spread(chart, frame),
        *_bars(chart, frame),
        f'<path class="line" d="{_path(points, frame, chart.gap)}"/>' if points else "",
        "</svg>",
    ]
    return "".join(parts)


@dataclass(frozen=True)
class _Frame:
    """From times and values to pixels."""

    start: datetime
    span: timedelta
    low: float
    high: float

    @classmethod
    def around(cls, chart: Chart, points: Sequence[Point]) -> "_Frame":
        values = [point.value for point in points] + _reach(chart)
        if chart.band:
            values += [chart.band.low, chart.band.high]
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = (high - low) * _HEADROOM or 0.01
        return cls(chart.start, chart.end - chart.start, low - room, high + room)

    def x(self, at: datetime) -> int:
        return _LEFT + round((at - self.start) / self.span * (_WIDTH - _LEFT))

    def y(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - round(share * (_HEIGHT - _BOTTOM - _TOP))


def _extremes(group: Sequence[Point]) -> list[Point]:
    if not group:
        return []
    lowest = min(group, key=lambda point: point.value)
    highest = max(group, key=lambda point: point.value)
    return [lowest] if lowest == highest else sorted((lowest, highest))


def _path(points: Sequence[Point], frame: _Frame, gap: timedelta) -> str:
    """Absolute start, then relative integer steps: half the bytes of absolute ones."""
    steps: list[str] = []
    before: Point | None = None
    for point in points:
        x, y = frame.x(point.at), frame.y(point.value)
        if before is None or point.at - before.at > gap:
            steps.append(f"M{x} {y}h0")
        else:
            steps.append(f"l{x - frame.x(before.at)} {y - frame.y(before.value)}")
        before = point
    return "".join(steps)


def _band(chart: Chart, frame: _Frame) -> Iterator[str]:
    if chart.band is None:
        return
    top, bottom = frame.y(chart.band.high), frame.y(chart.band.low)
    yield (
        f'<rect class="band" x="{_LEFT}" y="{top}"'
        f' width="{_WIDTH - _LEFT}" height="{bottom - top}"/>'
    )


def _levels(chart: Chart, frame: _Frame) -> Iterator[str]:
    """Two words on the upright axis: the band's edges, else the extremes."""
    values = _reach(chart) or [point.value for point in chart.points] or [0.0, 1.0]
    edges = (chart.band.low, chart.band.high) if chart.band else (min(values), max(values))
    for value in edges:
        y = frame.y(value)
        yield f'<path class="grid" d="M{_LEFT} {y}H{_WIDTH}"/>'
        yield f'<text x="{_LEFT - 4}" y="{y + 4}" text-anchor="end">'
        yield f"{escape(chart.words(value))}</text>"


def _reach(chart: Chart) -> list[float]:
    """Between what the range and the bars lie; bars stand on nothing."""
    values = [one for part in chart.spread for one in (part.low, part.high)]
    return values + ([0.0, *(bar.value for bar in chart.bars)] if chart.bars else [])


def _bars(chart: Chart, frame: _Frame) -> Iterator[str]:
    """One shape for all; between bars that are wide enough is some air."""
    base, parts = frame.y(0.0), []
    for bar in chart.bars:
        x, width = frame.x(bar.at), frame.x(bar.at + chart.step) - frame.x(bar.at)
        height = max(base - frame.y(bar.value), 1)
        air = _AIR if width > 2 * _AIR else 0
        parts.append(f"M{x + air // 2} {base}v-{height}h{max(width - air, 1)}v{height}z")
    if parts:
        yield f'<path class="bars" d="{"".join(parts)}"/>'


def _spread(chart: Chart, frame: _Frame) -> Iterator[str]:
    """One shape for each run without a hole: along the highest, and back along the lowest."""
    runs: list[list[Spread]] = []
    for part in chart.spread:
        if runs and part.at - runs[-1][-1].at <= chart.gap:
            runs[-1].append(part)
        else:
            runs.append([part])
    for run in runs:
        along = [f"{frame.x(part.at)} {frame.y(part.high)}" for part in run]
        back = [f"{frame.x(part.at)} {frame.y(part.low)}" for part in reversed(run)]
        yield f'<path class="spread" d="M{"L".join(along + back)}Z"/>'


def _ticks(chart: Chart, frame: _Frame) -> Iterator[str]:
    for at, word in _dates(chart) if chart.end - chart.start > _DATES_FROM else _hours(chart):
        if chart.start <= at <= chart.end:
            x = min(frame.x(at + chart.step / 2), _WIDTH - 18)
            yield f'<text x="{x}" y="{_HEIGHT - 6}" text-anchor="middle">{word}</text>'


def _hours(chart: Chart) -> Iterator[tuple[datetime, str]]:
    at = chart.start.astimezone(TIME_ZONE).replace(minute=0, second=0, microsecond=0)
    while at <= chart.end:
        if at.hour % _TICK_HOURS == 0:
            yield at, clock_time(at)
        at += timedelta(hours=1)


def _dates(chart: Chart) -> Iterator[tuple[datetime, str]]:
    """Midnights, as many as fit."""
    at = chart.start.astimezone(TIME_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(days=-(-(chart.end - at).days // _TICKS))
    while at <= chart.end:
        yield at, f"{at:%d/%m}"
        at += step


def _marks(chart: Chart, frame: _Frame) -> Iterator[str]:
    for at in chart.marks:
        if chart.start <= at <= chart.end:
            x = frame.x(at)
            yield f'<rect class="wet" x="{x - 1}" y="{_HEIGHT - _BOTTOM - 12}"'
            yield ' width="3" height="12"/>'
