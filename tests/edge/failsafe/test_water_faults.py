"""Pipes, valves, pump and tank that fail: shut within a minute, told by name."""

from pathlib import Path

import pytest

from edge.zone import REST_S
from firmware_sim.scenario import House, Kind
from tests.edge.failsafe.greenhouse import (
    BESIDE,
    BUDGET_L,
    BY_GRAVITY,
    DRY,
    MOIST,
    fault,
    litres,
    played,
)
from wire.codes import Ended, Fault

BOTH = (DRY, BESIDE)
PRIME_AND_A_TICK_S = 62.0
MID_DOSE_MIN = 7.0


def test_no_flow_behind_a_stuck_valve_is_shut_after_a_minute(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.VALVE_STUCK_CLOSED, zone="z1"), zones=BOTH)
    assert stage.chronicle.faults("z1") == [Fault.NO_FLOW]
    assert stage.watch.accounts["z1"].longest_s <= PRIME_AND_A_TICK_S
    assert stage.chronicle.faults("z2") == []
    assert litres(stage, "z2") > 10.0


def test_a_dead_pump_is_not_tried_again_and_again(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.PUMP_FAILS), zones=BOTH)
    assert stage.chronicle.faults("z1") == stage.chronicle.faults("z2") == [Fault.NO_FLOW]
    assert all(account.openings == 1 for account in stage.watch.accounts.values())


def test_a_burst_pipe_costs_a_minutes_water(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.PIPE_BURST, zone="z1", value=6.0), zones=BOTH)
    assert stage.chronicle.faults("z1") == [Fault.BURST]
    assert litres(stage) < 12.0
    assert litres(stage, "z2") > 10.0


def test_a_pipe_that_bursts_in_the_middle_of_a_pulse_is_shut_in_seconds(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.PIPE_BURST, 7.0, zone="z1", value=6.0))
    assert stage.chronicle.faults("z1") == [Fault.BURST]
    assert stage.chronicle.ended("z1") == [Ended.FAULT]
    assert litres(stage) < 8.0


def test_a_leaking_valve_is_told_as_stuck_open(tmp_path: Path) -> None:
    leak = fault(Kind.VALVE_STUCK_OPEN, 20.0, zone="z1")
    stage = played(tmp_path, leak, zones=BOTH, house=BY_GRAVITY)
    assert stage.chronicle.faults("z1") == [Fault.STUCK_OPEN]
    assert stage.watch.accounts["z1"].open_s == 0.0


def test_a_valve_stuck_open_behind_the_pump_is_seen_in_the_next_zones_flow(
    tmp_path: Path,
) -> None:
    stuck = fault(Kind.VALVE_STUCK_OPEN, zone="z1")
    moist_and_dry = (MOIST, BESIDE)
    stage = played(tmp_path, stuck, zones=moist_and_dry)
    assert stage.chronicle.faults("z2") == [Fault.BURST]
    assert litres(stage, "z2") < 8.0


def test_an_empty_tank_ends_the_dose_and_is_no_fault(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.TANK_EMPTY, 7.0, for_min=60.0))
    assert stage.chronicle.ended("z1")[0] == Ended.STOPPED
    assert stage.chronicle.faults("z1") == []
    assert litres(stage) > 10.0, "it waters again once the main has come back"


def test_an_empty_tank_without_a_switch_is_a_dry_run_by_the_meter(tmp_path: Path) -> None:
    unseen = House(float_switch=False)
    stage = played(tmp_path, fault(Kind.TANK_EMPTY, 7.0), house=unseen)
    assert stage.chronicle.faults("z1") == [Fault.DRY_RUN]


def test_water_that_reaches_no_plant_is_a_fault_by_the_third_dose(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.LINE_OFF, zone="z1"), hours=13.0)
    assert stage.chronicle.faults("z1") == [Fault.NO_WETTING]
    (told,) = [told.at_s for told in stage.chronicle.told if told.what == Fault.NO_WETTING]
    doses = sum(note.litres for note in stage.chronicle.notes if note.at_s <= told)
    assert doses < 0.61 * BUDGET_L
    later = [note.litres for note in stage.chronicle.notes if told < note.at_s <= told + REST_S]
    assert sum(later) == pytest.approx(0.0, abs=0.1)


def test_emitters_clogged_by_a_third_are_watered_on(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.EMITTERS_CLOGGED, zone="z1", value=0.3))
    assert stage.chronicle.faults("z1") == []
    assert litres(stage) > 10.0


def test_emitters_clogged_by_half_are_told_as_no_flow(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.EMITTERS_CLOGGED, zone="z1", value=0.5))
    assert stage.chronicle.faults("z1") == [Fault.NO_FLOW]


def test_a_leak_of_half_the_flow_is_shut_as_a_burst(tmp_path: Path) -> None:
    leak = fault(Kind.PIPE_LEAK, MID_DOSE_MIN, zone="z1", value=1.0)
    stage = played(tmp_path, leak)
    assert stage.chronicle.faults("z1") == [Fault.BURST]
    assert litres(stage) < 12.0


def test_a_slow_valve_is_no_fault(tmp_path: Path) -> None:
    stage = played(tmp_path, fault(Kind.VALVE_SLOW, zone="z1", value=15.0))
    assert stage.chronicle.faults("z1") == []
    assert litres(stage) > 10.0
