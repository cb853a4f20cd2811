"""Generated and recorded air."""

import os
from pathlib import Path

import pytest

from firmware_sim.climate import REGIONS, Air, Climate, GeneratedClimate, Season
from firmware_sim.errors import SeriesError
from firmware_sim.plant import reference_et
from firmware_sim.recorded import recorded_climate

ROOT = Path(__file__).parents[2]
COLUMNS = ROOT / "firmware_sim/columns/agc3_lettuce.toml"
RECORDED = (
    Path(os.environ.get("VUONSO_SHARED", ROOT.parent / "shared"))
    / "data/agc3_lettuce_reference_5min.csv"
)
MIDNIGHT = 1_767_200_400_000  # 2026-01-01 00:00 in Viet Nam
HOUR = 3_600_000
DAY = 24 * HOUR


def days(climate: Climate, number: int) -> list[list[Air]]:
    return [
        [climate.at(MIDNIGHT + day * DAY + minute * 60_000) for minute in range(0, 1440, 10)]
        for day in range(number)
    ]


def daily_eto(air: list[Air]) -> float:
    return sum(reference_et(each) for each in air) / len(air)


@pytest.mark.parametrize("name", sorted(REGIONS))
@pytest.mark.parametrize("season", list(Season))
def test_every_place_and_season_is_a_plausible_greenhouse(name: str, season: Season) -> None:
    for air in days(GeneratedClimate(REGIONS[name], season, seed=1), 20):
        assert all(8.0 < each.celsius < 46.0 for each in air)
        assert all(0.2 < each.rh <= 0.98 for each in air)
        assert 0.3 < daily_eto(air) < 6.0
        assert air[0].radiation == 0.0
        assert max(each.radiation for each in air) < 800.0


def test_one_seed_gives_one_weather() -> None:
    climates = [GeneratedClimate(REGIONS["highlands"], Season.HOT, seed) for seed in (7, 7, 8)]
    first, again, other = (days(climate, 3) for climate in climates)
    assert first == again
    assert first != other


def test_the_dry_season_of_the_highlands_asks_for_more_water_than_the_wet_one() -> None:
    hot, wet = (
        sum(daily_eto(air) for air in days(GeneratedClimate(REGIONS["highlands"], season, 1), 20))
        for season in (Season.HOT, Season.WET)
    )
    assert hot > 1.2 * wet


def series(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "series.csv"
    path.write_text(text, encoding="utf-8")
    return path


HEAD = "timestamp,Tair,Rhair,PARin\n"


def test_a_recorded_series_starts_at_the_midnight_before_and_repeats(tmp_path: Path) -> None:
    text = HEAD + "2022-02-25T00:00:00,15,80,0\n2022-02-25T12:00:00,25,60,400\n"
    climate = recorded_climate(series(tmp_path, text), COLUMNS, MIDNIGHT + 9 * HOUR)
    assert climate.at(MIDNIGHT + 9 * HOUR).celsius == 15.0
    noon = climate.at(MIDNIGHT + 13 * HOUR)
    assert (noon.celsius, round(noon.rh, 6), noon.radiation) == (25.0, 0.6, 196.0)
    assert climate.at(MIDNIGHT + DAY + 13 * HOUR) == noon


def test_gaps_hold_the_value_before_and_order_does_not_matter(tmp_path: Path) -> None:
    text = HEAD + "2022-02-25T02:00:00,,70,0\nnonsense,1,1,1\n2022-02-25T01:00:00,16,80,0\n"
    climate = recorded_climate(series(tmp_path, text), COLUMNS, MIDNIGHT)
    late = climate.at(MIDNIGHT + 3 * HOUR)
    assert (late.celsius, round(late.rh, 6)) == (16.0, 0.70)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("timestamp,Tair\n", "there is no column PARin, Rhair"),
        (HEAD, "has no complete row"),
        (HEAD + "2022-02-25T00:00:00,15,,0\n", "has no complete row"),
    ],
)
def test_an_unusable_series_says_why(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SeriesError, match=complaint):
        recorded_climate(series(tmp_path, text), COLUMNS, MIDNIGHT)


def test_a_missing_mapping_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SeriesError, match=r"nowhere\.toml"):
        recorded_climate(series(tmp_path, HEAD), tmp_path / "nowhere.toml", MIDNIGHT)


@pytest.mark.skipif(not RECORDED.exists(), reason=f"no recorded series at {RECORDED}")
def test_the_real_glasshouse_series_drives_a_plausible_demand() -> None:
    air = days(recorded_climate(RECORDED, COLUMNS, MIDNIGHT), 19)
    assert all(0.3 < daily_eto(day) < 4.0 for day in air)
    assert len({round(daily_eto(day), 3) for day in air}) > 10
