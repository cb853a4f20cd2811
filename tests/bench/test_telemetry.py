"""The bench of telemetry: it measures what pages ask, and says what missed its target."""

from dataclasses import replace
from pathlib import Path

from bench import telemetry
from bench.telemetry import DAY_CHART, SEASON_CHART, Figures, Times, measure, misses, table
from bench.telemetry_season import READINGS, Season
from cloud.db import make_engine

FAST, SLOW = Times(1.0, 2.0, 9.0), Times(15.0, 21.0, 40.0)
FIGURES = Figures(
    database="sqlite",
    days=90,
    rows=648_000,
    store_us=50,
    roll_us=40,
    pack_ms=800,
    asked={DAY_CHART: FAST, SEASON_CHART: FAST},
    hot_octets=41.3,
    rolled_octets=1.25,
    packed_octets=0.69,
)


def test_both_databases_stand_side_by_side() -> None:
    lines = list(table([FIGURES, replace(FIGURES, database="postgresql", packed_octets=0.7)]))
    assert lines[0].split() == ["sqlite", "postgresql"]
    assert any(line.split()[-2:] == ["0.69", "0.70"] for line in lines)
    assert any("1.0 / 2.0 / 9" in line for line in lines)


def test_slow_charts_are_said_to_be_slow() -> None:
    assert list(misses([FIGURES])) == []
    slow = replace(FIGURES, asked={DAY_CHART: SLOW, SEASON_CHART: SLOW})
    assert [line.split(":")[0] for line in misses([slow])] == ["sqlite", "sqlite"]


def test_a_season_is_the_same_each_time() -> None:
    one, other = (list(Season(telemetry.START, 2).day(0)) for _ in range(2))
    assert one == other
    assert len(one) == 3 * 1_440
    assert {len(row.m) for row in one} == {READINGS}


def test_a_day_takes_its_real_way(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'day.db'}")
    found = measure(engine, 1, 1, calls=2)
    engine.dispose()
    assert found.rows == 2 * 1_440
    assert found.asked[DAY_CHART].p95 > 0
    assert 10 < found.hot_octets < 100
