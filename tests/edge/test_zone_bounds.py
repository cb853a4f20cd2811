"""The zone machine to the second and to the digit: where each of its limits begins to count."""

from dataclasses import replace

import pytest

from edge.control import Inputs
from edge.zone_flow import flow_fault, flows_unasked
from tests.edge.zone_bench import CALM, PARAMS, ZoneBench, dose
from wire.codes import Cause, Ended, EventKind, Fault, ZoneState

LEAK_LPM = 1.0


def soaking() -> ZoneBench:
    bench = ZoneBench().running()
    bench.run_to(ZoneState.SOAK)
    return bench


def test_a_leak_is_closed_again_after_fifteen_seconds() -> None:
    bench = ZoneBench().idle()
    bench.leak = LEAK_LPM
    bench.run(15)
    assert bench.closes() == []
    bench.tick()
    assert len(bench.closes()) == 1


def test_a_leak_that_pauses_is_given_all_its_seconds_and_tries_again() -> None:
    bench = ZoneBench().idle()
    for _ in range(2):
        bench.leak = LEAK_LPM
        bench.run(1 + 3 * 15)
        assert len(bench.closes()) == 3
        bench.leak = 0.0
        bench.tick()
        assert (bench.memory.odd_since, bench.memory.close_tries) == (None, 0)
        bench.effects.clear()
    assert bench.state() is ZoneState.IDLE


def test_a_hold_forgets_the_tries_to_close() -> None:
    bench = ZoneBench().idle()
    bench.leak = LEAK_LPM
    bench.run(1 + 2 * 15)
    assert bench.memory.close_tries == 2
    bench.inputs = replace(CALM, hold=True)
    bench.tick()
    assert bench.memory.close_tries == 0


def test_a_pulse_lasts_its_seconds_and_no_more() -> None:
    bench = ZoneBench().running()
    bench.run(PARAMS.pulse_s - 1)
    assert bench.state() is ZoneState.RUN
    bench.tick()
    assert bench.state() is ZoneState.SOAK


def test_a_dose_waits_half_an_hour_for_the_line_and_is_then_given_up() -> None:
    bench = soaking()
    bench.inputs = replace(CALM, others_open=True)
    bench.run(PARAMS.soak_s + 1800 - 1)
    assert bench.state() is ZoneState.SOAK
    bench.tick()
    assert bench.state() is ZoneState.IDLE


def test_a_tank_that_runs_empty_while_the_pipe_fills_ends_the_dose() -> None:
    bench = ZoneBench().idle()
    bench.tick(request=dose())
    assert bench.state() is ZoneState.PRIME
    bench.inputs = replace(CALM, tank_ok=False)
    bench.tick()
    assert (bench.state(), bench.is_open) == (ZoneState.IDLE, False)
    assert bench.events(EventKind.DOSE_ENDED)[0].data["ended"] == Ended.STOPPED


def test_while_the_soils_answer_is_awaited_only_a_person_may_water() -> None:
    for cause, state in ((Cause.AUTO, ZoneState.VERIFY), (Cause.MANUAL, ZoneState.PRIME)):
        bench = ZoneBench().running(litres=30.0)
        bench.run_to(ZoneState.VERIFY)
        bench.tick(request=dose(5.0, cause))
        assert bench.state() is state


def test_ten_quiet_seconds_prove_a_line() -> None:
    bench = ZoneBench()
    bench.run(9)
    assert bench.state() is ZoneState.INIT
    bench.tick()
    assert bench.state() is ZoneState.IDLE


def test_water_soaks_in_for_its_seconds_and_no_more() -> None:
    bench = soaking()
    bench.run(PARAMS.soak_s - 1)
    assert bench.state() is ZoneState.SOAK
    bench.tick()
    assert bench.state() is ZoneState.PRIME


def test_the_start_of_a_dose_is_told_in_centilitres() -> None:
    bench = ZoneBench().idle()
    bench.tick(request=dose(litres=30.12345))
    assert bench.events(EventKind.DOSE_STARTED)[0].data["litres"] == 30.12


def test_every_state_knows_when_it_was_entered() -> None:
    bench = ZoneBench()
    bench.run_to(ZoneState.IDLE)
    assert bench.memory.since == bench.now
    bench.flow = 0.0
    bench.tick(request=dose())
    bench.run_to(ZoneState.FAULT)
    assert bench.memory.since == bench.now
    bench.run(5)
    bench.inputs = replace(CALM, clear_fault=True)
    bench.tick()
    assert (bench.state(), bench.memory.since) == (ZoneState.INIT, bench.now)


def test_the_end_of_a_dose_is_told_in_millilitres_and_remembered() -> None:
    bench = ZoneBench(flow=1.9).idle()
    bench.tick(request=dose(litres=0.1, cause=Cause.MANUAL))
    bench.run_to(ZoneState.SOAK)
    (told,) = bench.events(EventKind.DOSE_ENDED)
    given = 4 * 1.9 / 60
    assert told.data["litres"] == round(given, 3) != given
    assert bench.memory.last_dose_end == bench.now


@pytest.mark.parametrize("watered", [False, True])
def test_a_clock_set_back_is_told_in_milliseconds_and_dates_the_last_dose_anew(
    *, watered: bool
) -> None:
    bench = soaking() if watered else ZoneBench().idle()
    if watered:
        bench.inputs = replace(CALM, hold=True)
        bench.tick()
        bench.inputs = CALM
    bench.tick(-1.23456)
    (told,) = bench.events(EventKind.CLOCK_STEP)
    assert told.data == {"behind_s": 1.235}
    assert bench.memory.last_dose_end == (bench.now if watered else None)


def flowing(lpm: float) -> Inputs:
    return replace(CALM, open=True, flow_lpm=lpm)


@pytest.mark.parametrize(
    ("lpm", "after_s", "fault"),
    [
        (0.5, 9.9, None),
        (0.5, 10.0, Fault.DRY_RUN),
        (9.0, 4.9, None),
        (9.0, 5.0, Fault.BURST),
        (2.0, 99.0, None),
    ],
)
def test_odd_flow_is_borne_for_some_seconds(
    lpm: float, after_s: float, fault: Fault | None
) -> None:
    memory = replace(ZoneBench().memory, odd_since=100.0)
    assert flow_fault(PARAMS, memory, flowing(lpm), 100.0 + after_s)[0] is fault


def test_a_flow_at_the_limit_is_neither_a_leak_nor_odd() -> None:
    assert not flows_unasked(PARAMS, flowing(PARAMS.q_leak_lpm))
    assert flows_unasked(PARAMS, flowing(PARAMS.q_leak_lpm + 0.01))
    memory = replace(ZoneBench().memory, odd_since=0.0)
    for share in (PARAMS.q_min, PARAMS.q_max):
        at_limit = flowing(share * PARAMS.nominal_lpm)
        assert flow_fault(PARAMS, memory, at_limit, 99.0) == (None, None)


def test_a_line_without_flow_is_given_its_priming_time_and_no_more() -> None:
    bench = ZoneBench(flow=0.0).idle()
    bench.tick(request=dose())
    bench.run(PARAMS.prime_s - 1)
    assert bench.state() is ZoneState.PRIME
    bench.tick()
    assert bench.state() is ZoneState.FAULT


def test_two_looks_at_the_same_moment_are_no_clock_that_runs_backwards() -> None:
    bench = ZoneBench().running()
    bench.tick(seconds=0.0)
    assert bench.state() is ZoneState.RUN
    assert bench.events(EventKind.CLOCK_STEP) == []


def test_what_is_wrong_with_a_valve_on_a_node_is_told_by_its_name() -> None:
    bench = ZoneBench().running()
    bench.inputs = replace(CALM, valve_fault=Fault.VALVE_SHUT)
    bench.tick()
    (event,) = bench.events(EventKind.FAULT)
    assert event.data["fault"] == Fault.VALVE_SHUT


def test_no_fault_is_cleared_while_the_valve_does_not_obey() -> None:
    bench = ZoneBench().running()
    bench.inputs = replace(CALM, valve_fault=Fault.VALVE_OPEN)
    bench.tick()
    bench.inputs = replace(CALM, valve_fault=Fault.VALVE_OPEN, clear_fault=True)
    bench.tick()
    assert bench.memory.fault is Fault.VALVE_OPEN
    assert bench.events(EventKind.FAULT_CLEARED) == []


@pytest.mark.parametrize("change", [replace(CALM, paused=True), replace(CALM, minute=1020)])
def test_what_binds_automation_is_asked_again_when_its_dose_begins(change: Inputs) -> None:
    """The decision may be a tick older than the pause."""
    bench = ZoneBench().idle()
    bench.inputs = change
    bench.tick(request=dose(cause=Cause.AUTO))
    assert bench.state() is ZoneState.IDLE
    assert bench.opens() == []


def test_the_soils_answer_is_awaited_for_its_time_and_no_longer() -> None:
    bench = ZoneBench().running(litres=30.0)
    bench.run_to(ZoneState.VERIFY, 10_000)
    bench.run(PARAMS.verify_s - 1)
    assert bench.state() is ZoneState.VERIFY
    bench.tick()
    assert bench.state() is ZoneState.IDLE


def test_all_pulses_of_a_dose_together_keep_to_its_seconds() -> None:
    bench = ZoneBench(flow=1.3).idle()
    bench.tick(request=dose(litres=100.0, max_s=300.0))
    bench.run_to(ZoneState.SOAK)
    flowed = bench.now - bench.opened_at
    bench.run_to(ZoneState.IDLE, 3000)
    first, second = bench.opens()
    assert first.lease_s == PARAMS.prime_s + PARAMS.pulse_s
    assert second.lease_s == 300.0 - flowed
    assert bench.now - bench.opened_at == second.lease_s
