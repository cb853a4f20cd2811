"""The chart: bounded bytes, no lost extreme, holes for silence, well-formed for any data."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.greenhouses.chart import BUCKETS, Band, Chart, Point, Spread, decimate, svg

START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
END = START + timedelta(hours=24)
MAX_BYTES = (
    4_000  # two points in each bucket, each a step of at most ten characters, and the frame
)

values = st.floats(0, 1, allow_nan=False)
points = st.lists(
    st.builds(
        Point,
        st.datetimes(START.replace(tzinfo=None), END.replace(tzinfo=None)).map(
            lambda at: at.replace(tzinfo=UTC)
        ),
        values,
    ),
    max_size=400,
).map(sorted)


def draw(points: Sequence[Point], band: Band | None = None, label: str = "Độ ẩm") -> str:
    return svg(Chart(points, START, END, label, lambda value: f"{value:.0%}", band))


def parse(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)


def every_minute(value: float) -> list[Point]:
    return [Point(START + timedelta(minutes=n), value) for n in range(24 * 60)]


@given(points)
def test_decimation_keeps_order_and_both_extremes(points: list[Point]) -> None:
    kept = decimate(points, START, END)
    assert kept == sorted(kept, key=lambda point: point.at)
    assert len(kept) <= 2 * BUCKETS
    assert set(kept) <= set(points)
    if points:
        assert min(p.value for p in kept) == min(p.value for p in points)
        assert max(p.value for p in kept) == max(p.value for p in points)


@given(points, st.none() | st.builds(Band, st.just(0.5), st.just(0.7)))
def test_any_data_gives_a_small_well_formed_drawing(
    points: list[Point], band: Band | None
) -> None:
    text = draw(points, band)
    parse(text)
    assert len(text) < MAX_BYTES


def test_points_outside_the_range_are_not_drawn() -> None:
    assert decimate([Point(START - timedelta(minutes=1), 1.0)], START, END) == []


def test_silence_is_a_hole() -> None:
    whole = every_minute(0.6)
    holed = whole[:300] + whole[400:]
    assert draw(whole).count("M") - draw([]).count("M") == 1
    assert draw(holed).count("M") - draw([]).count("M") == 2


def test_a_constant_value_is_a_flat_line_inside_the_frame() -> None:
    ys = re.findall(r'class="line" d="M\d+ (\d+)', draw(every_minute(0.6)))
    assert 0 < int(ys[0]) < 170


def test_axis_has_few_words_in_local_time() -> None:
    texts = [node.text for node in parse(draw([])).iter("text")]
    assert texts[2:] == ["12:00", "18:00", "00:00", "06:00"]


def test_marks_stand_at_the_waterings_of_the_range() -> None:
    marks = (START + timedelta(hours=2), END + timedelta(hours=1))
    text = svg(Chart([], START, END, "x", str, marks=marks))
    assert text.count('class="wet"') == 1


def test_label_is_escaped() -> None:
    assert "<b>" not in draw([], label='<b>"')


def season(days: Sequence[int]) -> str:
    parts = [Spread(START + timedelta(days=day), 0.2, 0.4) for day in days]
    points = [Point(part.at, 0.3) for part in parts]
    end = START + timedelta(days=120)
    gap = timedelta(days=2)
    return svg(Chart(points, START, end, "Độ ẩm", str, spread=parts, gap=gap))


def test_a_season_names_its_dates_and_no_more_than_fit() -> None:
    words = [text.text or "" for text in parse(season(range(120))).iter("text")]
    dates = [word for word in words if "/" in word]
    assert dates == ["11/12", "31/12", "20/01", "09/02", "01/03", "21/03"]
    assert len(season(range(120))) < 2 * MAX_BYTES


def test_days_without_a_word_part_the_range_and_the_line() -> None:
    whole, holed = season(range(60)), season([*range(20), *range(40, 60)])
    for drawing, runs in ((whole, 1), (holed, 2)):
        shapes = [shape.get("class") for shape in parse(drawing).iter("path")]
        assert shapes.count("spread") == runs
        line = next(shape for shape in parse(drawing).iter("path") if shape.get("class") == "line")
        assert (line.get("d") or "").count("M") == runs


def bars(litres: Sequence[float | None]) -> str:
    day = timedelta(days=1)
    told = [Point(START + n * day, one) for n, one in enumerate(litres) if one is not None]
    end = START + len(litres) * day
    drawing = svg(Chart([], START, end, "Nước", str, bars=told, step=day))
    return next(
        shape.get("d") or ""
        for shape in parse(drawing).iter("path")
        if shape.get("class") == "bars"
    )


def test_a_dry_day_is_a_thin_bar_and_an_unknown_day_none() -> None:
    heights = [int(one) for one in re.findall(r"v-(\d+)", bars([40.0, 0.0, None, 20.0]))]
    assert len(heights) == 3
    assert heights[1] == 1
    assert heights[0] == pytest.approx(2 * heights[2], abs=1)


def test_bars_of_many_days_stay_inside_and_small() -> None:
    drawn = bars([30.0] * BUCKETS)
    assert len(drawn) < MAX_BYTES
    assert all(40 <= int(x) < 340 for x in re.findall(r"M(\d+)", drawn))
