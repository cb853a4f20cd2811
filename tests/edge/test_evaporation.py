"""ETo in the house: by what is measured, then by what was learnt, then by a table."""

import pytest

from edge.evaporation import TABLE_MM, Air, Climate, When, daylight, observed, reference_et

NOON, MIDNIGHT = 735, 5
MAY = 20_594
"""Ordinal of a day in May."""


def when(minute: int | None, day: int | None, seconds: float) -> When:
    return When(minute=minute, day=day, seconds=seconds)


def test_a_days_light_has_the_mean_of_one() -> None:
    assert sum(daylight(minute / 60.0) for minute in range(1440)) / 1440 == pytest.approx(
        1.0, 1e-3
    )


def test_all_three_instruments_give_penman_monteith() -> None:
    _, rate = observed(Climate(), Air(32.0, 0.6, 400.0), when(NOON, MAY, 300.0))
    assert rate == reference_et(32.0, 0.6, 400.0)
    assert rate > reference_et(32.0, 0.6, 100.0) > reference_et(32.0, 0.95, 100.0) > 0.0


def test_temperature_alone_gives_hargreaves_once_a_day_was_seen() -> None:
    climate = Climate()
    for hour in range(24):
        air = Air(24.0 + 8.0 * daylight(float(hour)) / 3.0)
        climate, rate = observed(climate, air, when(60 * hour, MAY, 3600.0))
        if hour < 23:
            assert rate == Climate().usual(60 * hour), "the table, until then"
    _, rate = observed(climate, Air(32.0), when(NOON, MAY, 300.0))
    assert 3.0 < rate / daylight(NOON / 60.0) < 6.0


def test_without_instruments_the_usual_day_goes_on() -> None:
    climate = Climate()
    for _ in range(30):
        climate, _ = observed(climate, Air(35.0, 0.4, 700.0), when(NOON, MAY, 3600.0))
    _, rate = observed(climate, Air(), when(NOON, MAY, 300.0))
    assert rate == pytest.approx(reference_et(35.0, 0.4, 700.0), rel=0.02)
    _, night = observed(climate, Air(), when(MIDNIGHT, MAY, 300.0))
    assert night == 0.0


def test_without_a_clock_the_days_mean_is_drunk() -> None:
    _, rate = observed(Climate(), Air(), when(None, None, 300.0))
    assert rate == pytest.approx(TABLE_MM, rel=0.02)
