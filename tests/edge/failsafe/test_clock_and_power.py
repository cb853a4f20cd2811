"""Clocks that jump, power that goes, a card that is damaged: the day's water stays the day's."""

from pathlib import Path

import pytest

from firmware_sim.scenario import Kind, Zone
from tests.edge.failsafe.greenhouse import BUDGET_L, fault, litres, played
from wire.codes import Ended

SMALL_L = 30.0
THIRSTY = (Zone(key="z1", fill=0.55, day_budget_l=SMALL_L, max_lease_l=SMALL_L),)
A_DOSES_START_MIN = 6.0


@pytest.mark.parametrize("hours", [-1.0, -105 * 24.0, 60 * 24.0, 13.0])
def test_a_clock_that_is_set_brings_no_new_budget_and_moves_no_valve(
    tmp_path: Path, hours: float
) -> None:
    steps = [fault(Kind.CLOCK_STEP, at, value=hours) for at in (A_DOSES_START_MIN, 90.0)]
    stage = played(tmp_path, *steps, hours=4.0, zones=THIRSTY)
    assert [told.what for told in stage.chronicle.told].count("clock.step") == 2
    assert litres(stage) <= SMALL_L + 0.5
    assert litres(stage) > 0.3 * SMALL_L


def test_a_power_cut_in_the_middle_of_a_dose_is_owned_up_to_and_not_resumed(
    tmp_path: Path,
) -> None:
    stage = played(tmp_path, fault(Kind.POWER_CUT, 7.0, for_min=3.0), hours=0.25)
    assert "irrigation.interrupted" in [told.what for told in stage.chronicle.told]
    assert stage.watch.accounts["z1"].openings == 1


def test_power_that_comes_and_goes_all_morning_keeps_the_days_budget(tmp_path: Path) -> None:
    cuts = [fault(Kind.POWER_CUT, 7.0 + 12.0 * n, for_min=0.5) for n in range(20)]
    stage = played(tmp_path, *cuts, hours=4.5, zones=THIRSTY)
    assert litres(stage) <= SMALL_L + 0.5


def test_a_killed_agent_leaves_its_valve_open_for_seconds_only(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.KILLED, 7.0), hours=1.0)
    assert "irrigation.interrupted" in [told.what for told in stage.chronicle.told]
    assert stage.watch.accounts["z1"].longest_s < 600.0


def test_a_damaged_card_costs_its_history_and_no_water(tmp_path: Path) -> None:
    damage = [fault(Kind.STORE_DAMAGED, at) for at in (30.0, 60.0, 90.0)]
    stage = played(tmp_path, *damage, hours=3.0, zones=THIRSTY)
    assert [told.what for told in stage.chronicle.told].count("store.quarantined") == 3
    assert litres(stage) <= SMALL_L + 0.5


def test_a_card_damaged_in_the_middle_of_every_dose_costs_no_budget(tmp_path: Path) -> None:
    """The journal of an open valve goes with the database; what it let through must not."""
    damage = [fault(Kind.STORE_DAMAGED, 7.0 + 12.0 * n) for n in range(20)]
    stage = played(tmp_path, *damage, hours=4.5, zones=THIRSTY)
    assert "irrigation.interrupted" in [told.what for told in stage.chronicle.told]
    assert 0.0 < litres(stage) <= SMALL_L + 0.5


def test_a_power_cut_at_night_leaves_the_morning_its_water(tmp_path: Path) -> None:
    night = fault(Kind.POWER_CUT, 16 * 60.0, for_min=480.0)
    stage = played(tmp_path, night, hours=27.0)
    assert stage.chronicle.ended("z1")[-1] == Ended.COMPLETE
    assert len(stage.watch.accounts["z1"].days) == 2
    assert 0.0 < litres(stage) <= 2 * BUDGET_L
