"""Nodes on the farm's own broker: silent, gone, or known only from what the broker had kept."""

from pathlib import Path

import pytest

from edge.dosing import PROGRAMME_SHARE
from edge.node_order import CONFIRM_S, HOLD_S
from firmware_sim.scenario import NODE_STALE_S, Kind, Zone
from tests.edge.failsafe.greenhouse import BESIDE, BUDGET_L, fault, litres, played
from wire.codes import Ended, Fault

OPENS_MIN, MID_DOSE_MIN = 5.0, 7.0
BY_RADIO = Zone(key="z1", fill=0.72, bus="mqtt")
ON_NODE = Zone(key="z1", fill=0.72, valve="node")
PATIENCE_MIN = NODE_STALE_S / 60.0
FIRST_REPORTS_MIN = 12.0


def test_nodes_that_report_every_ten_minutes_water_a_zone(tmp_path: Path) -> None:
    stage = played(tmp_path, hours=6.0, zones=(BY_RADIO,))
    heard = [note for note in stage.chronicle.notes if note.at_s > FIRST_REPORTS_MIN * 60.0]
    assert all(note.believed == pytest.approx(note.fill, abs=0.15) for note in heard)
    assert litres(stage) > 10.0
    assert Ended.STALE not in stage.chronicle.ended("z1")


def test_one_silent_node_of_three_is_told_and_the_others_water_on(tmp_path: Path) -> None:
    silent = fault(Kind.NODE_SILENT, 30.0, zone="z1", probe=1)
    stage = played(tmp_path, silent, hours=6.0, zones=(BY_RADIO,))
    assert stage.chronicle.notes[-1].believed is not None
    assert litres(stage) > 10.0


def test_silent_nodes_leave_their_zone_the_capped_programme(tmp_path: Path) -> None:
    silent = fault(Kind.NODE_SILENT, 30.0, zone="z1")
    stage = played(tmp_path, silent, hours=8.0, zones=(BY_RADIO,))
    blind = [n for n in stage.chronicle.notes if n.at_s > (30.0 + PATIENCE_MIN + 10.0) * 60.0]
    assert {note.believed for note in blind} == {None}
    assert 0.0 < litres(stage) <= PROGRAMME_SHARE * BUDGET_L + 1.0


def test_what_the_broker_had_kept_of_dead_nodes_is_not_believed_after_a_restart(
    tmp_path: Path,
) -> None:
    mishaps = [fault(Kind.NODE_SILENT, 30.0, zone="z1"), fault(Kind.KILLED, 31.0)]
    stage = played(tmp_path, *mishaps, hours=2.0, zones=(BY_RADIO,))
    assert any(link.heard_kept for link in stage.world.farm.links), "the broker did offer it"
    after = [note for note in stage.chronicle.notes if note.at_s > 33.0 * 60.0]
    assert {note.believed for note in after} == {None}


def test_without_the_farms_broker_wired_zones_are_watered_as_ever(tmp_path: Path) -> None:
    gone = fault(Kind.FARM_BROKER_GONE, 30.0)
    stage = played(tmp_path, gone, hours=6.0, zones=(BY_RADIO, BESIDE))
    last = {note.zone: note.believed for note in stage.chronicle.notes}
    assert last["z1"] is None
    assert last["z2"] is not None
    assert litres(stage) <= PROGRAMME_SHARE * BUDGET_L + 1.0
    assert litres(stage, "z2") > 10.0


def test_a_farms_broker_that_comes_back_gives_the_zone_its_probes_again(tmp_path: Path) -> None:
    gone = fault(Kind.FARM_BROKER_GONE, 30.0, for_min=60.0)
    stage = played(tmp_path, gone, hours=4.0, zones=(BY_RADIO,))
    assert stage.chronicle.notes[-1].believed is not None


def test_a_valve_on_a_node_behind_the_pump_waters_its_zone(tmp_path: Path) -> None:
    stage = played(tmp_path, hours=4.0, zones=(ON_NODE,))
    assert litres(stage) == pytest.approx(litres(played(tmp_path / "w", hours=4.0)), rel=0.05)
    assert stage.chronicle.faults("z1") == []
    assert 0.0 < stage.world.valve_nodes["z1"].longest_timer_s <= HOLD_S


def test_a_valve_node_lost_in_a_dose_is_a_fault_and_the_pump_shuts_at_once(
    tmp_path: Path,
) -> None:
    lost = fault(Kind.VALVE_NODE_LOST, MID_DOSE_MIN, zone="z1")
    stage = played(tmp_path, lost, hours=2.0, zones=(ON_NODE, BESIDE))
    open_s = (MID_DOSE_MIN - OPENS_MIN) * 60.0 + CONFIRM_S
    assert stage.chronicle.faults("z1") == [Fault.VALVE_SILENT]
    flowed_l = ON_NODE.flow_lph / 3600.0 * open_s
    assert flowed_l - 1.0 < litres(stage) < flowed_l + 1.5, "and a litre to fill the pipe"
    assert litres(stage, "z2") > 10.0, "the zone beside it is watered all the same"


def test_a_valve_node_out_of_reach_before_the_dose_is_a_fault_and_gives_no_water(
    tmp_path: Path,
) -> None:
    stage = played(tmp_path, fault(Kind.VALVE_NODE_LOST, 0.0, zone="z1"), zones=(ON_NODE,))
    assert stage.chronicle.faults("z1") == [Fault.VALVE_SILENT]
    assert litres(stage) == 0.0


def test_without_the_farms_broker_a_valve_node_shuts_by_its_own_timer(tmp_path: Path) -> None:
    gone = fault(Kind.FARM_BROKER_GONE, MID_DOSE_MIN)
    stage = played(tmp_path, gone, hours=2.0, zones=(ON_NODE, BESIDE))
    assert stage.chronicle.faults("z1") == [Fault.VALVE_SILENT]
    assert not stage.world.valve_nodes["z1"].is_open
    assert litres(stage, "z2") > 10.0


def test_an_agent_that_dies_in_a_dose_leaves_a_valve_node_to_its_own_timer(
    tmp_path: Path,
) -> None:
    died = [fault(Kind.KILLED, MID_DOSE_MIN), fault(Kind.FARM_BROKER_GONE, MID_DOSE_MIN)]
    stage = played(tmp_path, *died, hours=1.0, zones=(ON_NODE, BESIDE))
    assert not stage.world.valve_nodes["z1"].is_open
    assert stage.watch.most_open == 1, "nobody opens beside a valve that may still be open"
