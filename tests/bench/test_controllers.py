"""Who irrigates on the bench: peers at their best, and our agent with its own machine."""

import pytest

from bench.seasons.crop import textbook_kc
from bench.seasons.media import COCO, SOIL, Medium
from bench.seasons.ours import BUDGET_L, Agent
from bench.seasons.peers import Hysteresis, peak_timer, stage_timer
from bench.seasons.sensing import LOST, PROBES, READINGS, calibration
from bench.seasons.valve import Controller, Sight, Valve
from bench.seasons.weather import DAYS, STEP_S, STEPS_A_DAY
from edge.control import Strategy
from firmware_sim.climate import Air

NOMINAL_LPM = 20.0 / 60.0
AIR = Air(30.0, 0.7, 400.0)


def raw_at(vwc: float, medium: Medium = COCO) -> int:
    points = calibration(medium)
    return round(points.dry_raw + (points.wet_raw - points.dry_raw) * vwc / points.wet_vwc)


def sight(step: int, vwc: float | None, lpm: float = NOMINAL_LPM) -> Sight:
    raw = LOST if vwc is None else raw_at(vwc)
    return Sight(step, [[raw] * PROBES for _ in range(READINGS)], AIR, lpm)


def litres(control: Controller, day: int, *, vwc: float = 0.5) -> float:
    """Per plant, of one day at the label's flow."""
    steps = range(day * STEPS_A_DAY, (day + 1) * STEPS_A_DAY)
    return sum(control.open_s(sight(step, vwc)) for step in steps) * 2.0 / 3600.0


@pytest.mark.parametrize(("medium", "shots"), [(SOIL, 2), (COCO, 6)])
def test_the_peak_timer_gives_the_same_every_day_in_the_mediums_shots(
    medium: Medium, shots: int
) -> None:
    timer = peak_timer(medium, mean_eto=4.0)
    assert litres(timer, 0) == pytest.approx(1.10 * 4.0 * 0.4 * 1.15 * 1.30)
    assert litres(timer, 1) == pytest.approx(1.10 * 4.0 * 0.4 * 1.15 * 1.30)
    assert timer.valve.cycles == 2 * shots


def test_the_stage_timer_follows_the_crop_by_the_week() -> None:
    timer = stage_timer(SOIL, mean_eto=4.0)
    by_day = [litres(timer, day) for day in range(DAYS)]
    assert by_day[44] == pytest.approx(1.10 * 4.0 * 0.4 * 1.20)
    assert by_day[0] < by_day[20] < by_day[40] > by_day[-1]
    assert len({round(day, 6) for day in by_day[7:14]}) == 1


def test_the_textbook_crop_follows_its_points() -> None:
    assert [textbook_kc(day) for day in (0, 12, 32, 45, 58, 75, 90)] == pytest.approx(
        [0.40, 0.45, 1.10, 1.10, 1.10, 0.70, 0.70]
    )


def test_a_shot_cut_by_a_blackout_is_gone() -> None:
    timer = peak_timer(SOIL, mean_eto=4.0)
    seven = 7 * 12
    assert timer.open_s(sight(seven, None)) == STEP_S
    timer.restart(seven + 1)
    assert timer.open_s(sight(seven + 1, None)) == 0.0


def test_the_lone_probe_opens_when_dry_and_closes_when_full() -> None:
    loop = Hysteresis(COCO)
    path = [(0.55, 0.0), (0.51, 0.0), (0.49, 300.0), (0.55, 300.0), (None, 300.0), (0.61, 0.0)]
    assert [loop.open_s(sight(step, vwc)) for step, (vwc, _) in enumerate(path)] == [
        seconds for _, seconds in path
    ]
    assert loop.valve.cycles == 1
    assert loop.valve.longest_s == 900.0


def test_the_agent_waters_in_pulses_with_soaks_by_its_own_machine() -> None:
    agent = Agent(Strategy.TIMER, COCO)
    assert litres(agent, 0) > 0.5
    assert agent.valve.cycles > 4
    assert agent.valve.longest_s <= 240.0


def test_the_agent_cannot_be_made_to_exceed_its_day() -> None:
    agent = Agent(Strategy.THRESHOLD, COCO)
    for day in range(3):
        assert litres(agent, day, vwc=0.35) * 10.0 <= BUDGET_L + 0.01


def test_a_restart_gives_back_the_days_litres_and_closes_the_valve() -> None:
    agent = Agent(Strategy.TIMER, COCO)
    noon = 144
    for step in range(noon):
        agent.open_s(sight(step, 0.5))
    given = agent.memory.day_l
    agent.restart(noon + 12)
    assert given > 0.0
    assert agent.memory.day_l == given
    assert agent.memory.delivery is None


def test_an_agent_without_power_for_its_probes_waits_then_takes_its_programme() -> None:
    agent = Agent(Strategy.ADAPTIVE, COCO)
    given = sum(agent.open_s(sight(step, None)) for step in range(STEPS_A_DAY))
    assert 0.0 < given * NOMINAL_LPM / 60.0 <= 0.6 * BUDGET_L + 0.01


def test_openings_that_touch_are_one() -> None:
    valve = Valve()
    for start, seconds in ((0.0, 300.0), (300.0, 60.0), (600.0, 0.0), (900.0, 10.0)):
        valve.opened(start, seconds)
    assert (valve.cycles, valve.longest_s) == (2, 360.0)
