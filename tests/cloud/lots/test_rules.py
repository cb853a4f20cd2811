from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.lots.pages import HarvestForm
from cloud.lots.rules import MAX_AGE_DAYS, code, code_stem, is_plausible, local_day, start_of
from traceability.gs1 import link

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        (datetime(2026, 3, 3, 16, 59, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 3, 17, 0, tzinfo=UTC), date(2026, 3, 4)),
    ],
)
def test_a_day_is_vietnam_s_day(utc: datetime, day: date) -> None:
    assert local_day(utc) == day


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_a_day_starts_within_itself(day: date) -> None:
    assert local_day(start_of(day)) == day
    assert local_day(start_of(day) - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("ago", "plausible"), [(-1, False), (0, True), (MAX_AGE_DAYS, True), (8, False)]
)
def test_a_harvest_lies_in_the_last_week(ago: int, *, plausible: bool) -> None:
    assert is_plausible(TODAY - timedelta(days=ago), TODAY) is plausible


@given(st.integers(1, 999), st.integers(1, 9999))
def test_a_lot_s_name_fits_a_gs1_lot(zone: int, number: int) -> None:
    name = code(code_stem(TODAY, zone), number)
    assert name.startswith("20260304-Z")
    assert link("02000000000015", lot=name).lot == name


@pytest.mark.parametrize(
    ("kg", "grams"), [("50", 50_000), ("12,5", 12_500), ("0.001", 1), ("100000", 100_000_000)]
)
def test_kilograms_are_read_with_a_comma_or_a_point(kg: str, grams: int) -> None:
    assert form(kg).harvest().quantity_g == grams


@pytest.mark.parametrize("kg", ["", "0", "0,0001", "100000,001", "-1", "1e3", "1.000,5", "12 5"])
def test_what_is_no_weight_is_refused(kg: str) -> None:
    with pytest.raises(ValueError, match="kg"):
        form(kg)


def form(kg: str) -> HarvestForm:
    key = "key-of-a-harvest"
    return HarvestForm(zone="z", product="Dưa lưới", kg=kg, harvested_on=TODAY, key=key)
