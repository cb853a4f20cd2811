"""What a forecast makes of today and tomorrow: relative to the days before, within a fifth."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.weather.rules import FRESH, is_fresh, shares
from wire.messages import LEAST_THIRST, MOST_THIRST

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def series(before: list[float], ahead: list[float]) -> dict[date, float]:
    first = TODAY - timedelta(days=len(before))
    return {first + timedelta(days=n): mm for n, mm in enumerate([*before, *ahead])}


def test_a_day_counts_by_how_much_it_differs_from_those_before() -> None:
    told = shares(series([4.0, 4.2, 3.8, 4.0, 4.0], [4.4, 3.6, 9.0]), TODAY)
    assert told == {TODAY: 1.1, TODAY + timedelta(days=1): 0.9}


def test_too_little_to_compare_with_is_no_forecast() -> None:
    assert shares(series([4.0, 4.0], [9.0]), TODAY) == {}
    assert shares(series([0.1] * 5, [0.2]), TODAY) == {}
    assert shares(series([4.0] * 5, []), TODAY) == {}
    assert shares({}, TODAY) == {}


@given(st.lists(st.floats(0.0, 20.0), max_size=6), st.lists(st.floats(0.0, 20.0), max_size=3))
def test_nothing_leaves_the_bounds_that_boxes_accept(
    before: list[float], ahead: list[float]
) -> None:
    told = shares(series(before, ahead), TODAY)
    assert all(LEAST_THIRST <= share <= MOST_THIRST for share in told.values())
    assert set(told) <= {TODAY, TODAY + timedelta(days=1)}


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(timedelta(), True), (FRESH, True), (FRESH + timedelta(seconds=1), False)],
)
def test_a_forecast_grows_old(age: timedelta, *, fresh: bool) -> None:
    assert is_fresh(NOW - age, NOW) is fresh
    assert not is_fresh(NOW + timedelta(seconds=1), NOW)
