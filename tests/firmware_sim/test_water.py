"""Pump, valves, pipes and meter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_sim.water import FILL_LPM, TANK_L, Flow, Line, Waterworks

Z1 = frozenset({"z1"})
NOBODY: frozenset[str] = frozenset()


def works(**faults: float | bool) -> Waterworks:
    lines = {"z1": Line(nominal_lpm=2.0, **faults), "z2": Line(nominal_lpm=2.0)}  # type: ignore[arg-type]  # faults by name
    return Waterworks(lines, meter_gain=1.0)


def run(water: Waterworks, seconds: int, zones: frozenset[str] = Z1) -> list[Flow]:
    return [water.step(1.0, pump=bool(zones), open_zones=zones) for _ in range(seconds)]


def lpm(flow: Flow) -> float:
    return flow.metered_l * 60.0


def test_an_empty_pipe_fills_before_the_first_drop() -> None:
    flows = run(works(), 60)
    assert lpm(flows[5]) == pytest.approx(FILL_LPM)
    assert flows[5].dripped_l["z1"] == 0.0
    assert flows[-1].dripped_l["z1"] > 0.0


def test_the_emitters_then_give_about_their_nominal_flow() -> None:
    assert lpm(run(works(), 120)[-1]) == pytest.approx(2.0, rel=0.05)


def test_two_open_zones_share_the_pressure() -> None:
    alone = run(works(), 120)[-1].dripped_l["z1"]
    shared = run(works(), 120, frozenset({"z1", "z2"}))[-1].dripped_l["z1"]
    assert 0.8 * alone < shared < alone


def test_no_pump_no_flow() -> None:
    water = works()
    run(water, 120)
    assert water.step(1.0, pump=False, open_zones=Z1).metered_l == 0.0


def test_a_shut_line_drips_out_and_must_be_filled_again() -> None:
    water = works()
    run(water, 120)
    dripped = sum(flow.dripped_l["z1"] for flow in run(water, 900, NOBODY))
    assert 0.3 < dripped < 1.2
    assert lpm(run(water, 4)[-1]) == pytest.approx(FILL_LPM)


def test_faults_change_the_flow_that_the_meter_sees() -> None:
    healthy = lpm(run(works(), 120)[-1])
    assert lpm(run(works(clogged=0.4), 120)[-1]) == pytest.approx(0.6 * healthy)
    assert lpm(run(works(burst_lpm=4.0), 120)[-1]) == pytest.approx(healthy + 4.0)


def test_a_valve_stuck_open_takes_its_share_of_the_neighbours_water() -> None:
    water = works(stuck_open=True)
    flows = run(water, 120, frozenset({"z2"}))
    assert flows[-1].dripped_l["z1"] > 1.5 / 60.0


def test_an_empty_tank_gives_nothing() -> None:
    water = works()
    water.tank_l = 0.0
    assert run(water, 1)[0].pumped_l == 0.0


@given(st.lists(st.sets(st.sampled_from(["z1", "z2"])), max_size=40), st.floats(0.1, 30.0))
def test_every_litre_pumped_has_dripped_is_lost_or_is_in_a_pipe(
    orders: list[set[str]], dt: float
) -> None:
    water = works(burst_lpm=1.0)
    pumped = elsewhere = 0.0
    for zones in orders:
        flow = water.step(dt, pump=bool(zones), open_zones=frozenset(zones))
        pumped += flow.pumped_l
        elsewhere += sum(flow.dripped_l.values()) + flow.lost_l
    assert pumped == pytest.approx(elsewhere + water.held_l, abs=1e-6)
    assert 0.0 <= water.tank_l <= TANK_L
