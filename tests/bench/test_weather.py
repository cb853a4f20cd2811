"""The bench's weather: the truth stays with the crop, the controller gets instruments."""

from collections.abc import Callable
from statistics import fmean

import pytest

from bench.seasons.weather import (
    DAYS,
    STEPS,
    STEPS_A_DAY,
    Season,
    from_daily,
    generated,
)
from firmware_sim.plant import reference_et

WARM_DAYS = [3.0 + (day % 11) / 5.0 for day in range(DAYS)]


def implied_share(season: Season) -> float:
    """ETo by the instruments ÷ true ETo, of the whole season."""
    return fmean(map(reference_et, season.seen)) / season.mean_eto


def test_given_days_keep_their_totals_and_lose_nothing_at_night() -> None:
    season = from_daily(WARM_DAYS, seed=7)
    totals = [sum(season.eto[day * STEPS_A_DAY :][:STEPS_A_DAY]) for day in range(DAYS)]
    assert totals == pytest.approx(WARM_DAYS)
    assert len(season.eto) == len(season.seen) == STEPS
    assert sum(season.eto[: 6 * 12]) == 0.0


@pytest.mark.parametrize("make", [lambda seed: from_daily(WARM_DAYS, seed), generated])
def test_the_instruments_are_near_the_truth_and_never_on_it(
    make: Callable[[int], Season],
) -> None:
    shares = [implied_share(make(seed)) for seed in range(100, 106)]
    assert all(0.65 < share < 1.55 for share in shares)
    assert max(shares) - min(shares) > 0.05


def test_air_made_for_given_days_is_air_of_a_greenhouse() -> None:
    season = from_daily([0.5, *WARM_DAYS], seed=3)
    assert all(10.0 < air.celsius < 50.0 for air in season.seen)
    assert all(0.05 <= air.rh <= 1.0 for air in season.seen)
    assert all(0.0 <= air.radiation < 1400.0 for air in season.seen)


def test_seeds_take_seasons_in_pairs_of_both_regions() -> None:
    means = [generated(seed).mean_eto for seed in range(100, 106)]
    assert all(1.0 < mean < 6.0 for mean in means)
    # a February beside the sea is duller than one in the highlands
    assert means[0] < means[1]


def test_a_seed_gives_the_same_weather_again() -> None:
    assert generated(104) == generated(104)
    assert from_daily(WARM_DAYS, 1) == from_daily(WARM_DAYS, 1)
    assert from_daily(WARM_DAYS, 1).seen != from_daily(WARM_DAYS, 2).seen
