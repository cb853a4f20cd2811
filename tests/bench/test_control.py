"""The control bench: fair, repeatable, and honest about what it was given."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from bench import control
from bench.seasons.faults import SCENARIOS
from bench.seasons.media import MEDIA
from bench.seasons.race import PEERS, Entry, Run, race
from bench.seasons.tables import Measure, Runs, gate_table, measures, water
from bench.seasons.weather import ClimateError, generated, read_daily

ASKED = {
    "strategy", "medium", "scenario", "seed", "litres_per_plant", "clairvoyant", "stress_days",
    "eta_ratio", "drain", "cap_breaches",
}  # fmt: skip


TRIED = ("clean", "stuck-dry", "stuck-wet", "clog", "power")


@cache
def season(seed: int, medium: str) -> tuple[Run, ...]:
    entry = Entry(generated(seed), MEDIA[medium], seed)
    return tuple(race(entry, PEERS, [SCENARIOS[name] for name in TRIED]))


def run_of(medium: str, strategy: str, scenario: str = "clean") -> Run:
    runs = season({"soil": 101, "coco": 100}[medium], medium)
    return next(run for run in runs if (run.strategy, run.scenario) == (strategy, scenario))


@pytest.mark.parametrize("medium", MEDIA)
def test_nobody_without_a_thirsty_plant_takes_less_than_the_clairvoyant(medium: str) -> None:
    unstressed = [
        run_of(medium, name) for name in PEERS if not run_of(medium, name).worst_plant_days
    ]
    assert unstressed
    assert min(map(water, unstressed)) >= 1.0


def test_a_timer_set_for_the_peak_lets_nobody_thirst_and_wastes_a_third() -> None:
    run = run_of("soil", "timer_peak")
    assert run.stress_days == run.worst_plant_days == 0
    assert run.drain > 0.33
    assert water(run) > 1.4


def test_a_lone_probe_that_sticks_dry_drowns_the_bed() -> None:
    run = run_of("coco", "hysteresis", "stuck-dry")
    assert water(run) > 10.0
    assert run.cap_breaches > 30


def test_a_lone_probe_that_sticks_wet_lets_the_bed_wilt() -> None:
    run = run_of("coco", "hysteresis", "stuck-wet")
    assert run.stress_days > 30


def test_power_cuts_cost_a_timer_water_and_clogs_cost_the_clogged_plants() -> None:
    clean, dark, clogged = (
        run_of("coco", "timer_peak", name) for name in ("clean", "power", "clog")
    )
    assert dark.litres_per_plant < clean.litres_per_plant
    assert clogged.worst_plant_days > clean.worst_plant_days


def test_a_seed_gives_the_same_figures_again_whoever_else_runs() -> None:
    entry = Entry(generated(100), MEDIA["coco"], 100)
    alone = race(entry, ["hysteresis"], [SCENARIOS["power"]])
    assert alone == [run_of("coco", "hysteresis", "power")]


def test_an_object_per_run_with_the_keys_that_others_read(tmp_path: Path) -> None:
    out = tmp_path / "runs.json"
    words = ["--strategies", "timer_peak,timer_stage", "--seeds", "100", "--media", "coco"]
    code = control.main([*words, "--scenarios", "clean,clog", "--jobs", "1", "--json", str(out)])
    runs = json.loads(out.read_text("utf-8"))
    assert code == 0
    assert len(runs) == 4
    assert all(run.keys() >= ASKED for run in runs)
    assert {(run["strategy"], run["scenario"]) for run in runs} == {
        ("timer_peak", "clean"), ("timer_peak", "clog"),
        ("timer_stage", "clean"), ("timer_stage", "clog"),
    }  # fmt: skip


NOTHING = Run(
    strategy="adaptive",
    medium="soil",
    scenario="clean",
    seed=1,
    litres_per_plant=0.0,
    clairvoyant=100.0,
    stress_days=0,
    worst_plant_days=0,
    eta_ratio=1.0,
    drain=0.0,
    in_band=1.0,
    cycles=0,
    longest_open_min=0.0,
    cap_breaches=0,
    plan_s=0.0,
)


def test_a_missed_gate_is_named_and_fails_the_command() -> None:
    runs = Runs(
        [
            replace(NOTHING, litres_per_plant=120.0),
            replace(NOTHING, litres_per_plant=180.0, strategy="timer_peak"),
        ]
    )
    found = {measure.name: measure for measure in measures(runs)}
    assert not found["water / clairvoyant"].passed
    assert not found["water / timer_peak"].passed
    assert found["stress days, mean"].passed
    assert sum("MISSED" in line for line in gate_table(list(found.values()))) == 2


def test_figures_without_runs_are_not_judged() -> None:
    assert all(measure.value is None and measure.passed for measure in measures(Runs([])))
    assert Measure("x", 1.0, None, 0.5).passed


def test_a_range_of_seeds_and_a_list_may_be_mixed() -> None:
    assert control.seeds("100-102,7") == [100, 101, 102, 7]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--seeds", "hot"], "no range such as 100-105"),
        (["--media", "peat"], "none of soil, coco"),
        (["--scenarios", "flood"], "none of clean"),
        (["--strategies", "mpc"], "none of timer_peak"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_right_ones(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        control.main(words)
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_a_climate_file_is_read_with_or_without_its_heading(tmp_path: Path) -> None:
    lines = [f"2001-{3 + day // 28:02}-{1 + day % 28:02},{3 + day / 100:.2f}" for day in range(80)]
    bare, headed = tmp_path / "bare.csv", tmp_path / "headed.csv"
    bare.write_text("\n".join(lines), "utf-8")
    headed.write_text("\n".join(["date,eto_mm", *lines]), "utf-8")
    assert read_daily(bare) == read_daily(headed)
    assert read_daily(bare)[:2] == [3.0, 3.01]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2001-02-15,4.3\n", "has 1 days, a season needs 75"),
        ("2001-02-15,4.3\n2001-02-16;4.1\n", "day 2"),
        ("2001-02-15,wet\n", "ETo must be 0 to 20 mm"),
        ("2001-02-15,43\n", "ETo must be 0 to 20 mm"),
        ("2001-02-15,nan\n", "ETo must be 0 to 20 mm"),
        ("date,eto_mm\n15/02/2001,4.3\n", "such as 2001-02-15,4.31"),
    ],
)
def test_a_climate_file_that_cannot_be_used_says_where(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "eto.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ClimateError, match=told):
        read_daily(path)


def test_a_given_climate_sets_what_everybody_needs(tmp_path: Path) -> None:
    climate, out = tmp_path / "eto.csv", tmp_path / "runs.json"
    start = date(2001, 2, 15)
    days = [f"{start + timedelta(day)},{5 if day < 70 else 4}" for day in range(75)]
    climate.write_text("\n".join(days), "utf-8")
    words = ["--strategies", "timer_peak", "--scenarios", "clean", "--seeds", "300"]
    words += ["--media", "soil", "--climate", str(climate), "--json", str(out)]
    assert control.main(words) == 0
    peak = json.loads(out.read_text("utf-8"))[0]["litres_per_plant"]
    assert peak == pytest.approx(1.10 * (5 * 70 + 4 * 5) * 0.4 * 1.15 * 1.30, rel=0.1)


def test_a_missing_climate_file_ends_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert control.main(["--climate", str(tmp_path / "none.csv")]) == 2
    assert "cannot be read" in capsys.readouterr().err
