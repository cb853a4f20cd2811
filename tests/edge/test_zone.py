"""The zone machine, state by state."""

from dataclasses import replace

import pytest

from edge.control import Close, Inputs, Open, Strategy
from tests.edge.zone_bench import CALM, PARAMS, ZoneBench, dose
from wire.codes import Cause, Ended, EventKind, Fault, ZoneState


def ended(bench: ZoneBench) -> list[object]:
    return [event.data["ended"] for event in bench.events(EventKind.DOSE_ENDED)]


class TestBoot:
    def test_a_quiet_line_leads_to_idle_after_ten_seconds(self) -> None:
        bench = ZoneBench()
        bench.run(9)
        assert bench.state() is ZoneState.INIT
        bench.run(3)
        assert bench.state() is ZoneState.IDLE

    def test_a_line_that_flows_at_boot_never_leads_to_idle(self) -> None:
        bench = ZoneBench(leak=1.0)
        bench.run(120)
        assert (bench.state(), bench.memory.fault) == (ZoneState.FAULT, Fault.STUCK_OPEN)

    def test_another_zones_water_proves_nothing(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, others_open=True), leak=2.0)
        bench.run(60)
        assert bench.state() is ZoneState.INIT

    def test_todays_litres_survive_a_restart(self) -> None:
        bench = ZoneBench()
        bench.memory = replace(bench.memory, day=1, day_l=150.0)
        bench.run(20)
        assert bench.memory.day_l == pytest.approx(150.0)


class TestDose:
    def test_a_dose_runs_in_pulses_with_soaks_between(self) -> None:
        bench = ZoneBench().running(litres=14.0)
        bench.run_to(ZoneState.SOAK)
        bench.run_to(ZoneState.RUN)
        bench.run_to(ZoneState.VERIFY)

        (told,) = bench.events(EventKind.DOSE_ENDED)
        assert told.data["ended"] == Ended.COMPLETE
        assert told.data["pulses"] == 3
        assert told.data["litres"] == pytest.approx(14.0, rel=0.03)

    def test_no_pulse_outlives_its_lease(self) -> None:
        bench = ZoneBench().running()
        (order,) = bench.opens()
        assert order.lease_s == PARAMS.prime_s + PARAMS.pulse_s
        assert order.lease_l == pytest.approx(25.0)

    def test_the_last_pulse_leases_only_what_is_missing(self) -> None:
        bench = ZoneBench().running(litres=8.0)
        bench.run_to(ZoneState.SOAK)
        bench.run_to(ZoneState.RUN)
        assert bench.opens()[-1].lease_l == pytest.approx(8.0 - 6.1, abs=0.2)

    def test_a_lease_that_ends_early_ends_the_pulse_not_the_dose(self) -> None:
        bench = ZoneBench().running()
        bench.lease = None
        bench.tick()
        assert bench.state() is ZoneState.SOAK
        assert not bench.events(EventKind.DOSE_ENDED)

    def test_start_and_end_are_told_once_each(self) -> None:
        bench = ZoneBench().running(litres=14.0)
        bench.run_to(ZoneState.IDLE, 20_000)
        assert len(bench.events(EventKind.DOSE_STARTED)) == 1
        assert len(bench.events(EventKind.DOSE_ENDED)) == 1

    def test_without_a_meter_litres_are_seconds_times_nominal_flow(self) -> None:
        bench = ZoneBench(flow=None).running(litres=5.0)
        bench.run_to(ZoneState.SOAK)
        assert bench.memory.day_l == pytest.approx(5.0, rel=0.03)

    def test_a_slow_line_is_cut_off_by_time(self) -> None:
        bench = ZoneBench(flow=1.3).idle()
        bench.tick(request=dose(litres=100.0, max_s=300.0))
        bench.run_to(ZoneState.IDLE, 3000)
        assert ended(bench) == [Ended.LEASE]

    def test_the_window_ends_a_dose_between_pulses(self) -> None:
        bench = ZoneBench().running()
        bench.run_to(ZoneState.SOAK)
        bench.inputs = replace(CALM, minute=1030)
        bench.run_to(ZoneState.IDLE, 1000)
        assert ended(bench) == [Ended.STOPPED]

    def test_a_busy_line_delays_the_next_pulse_and_then_ends_the_dose(self) -> None:
        bench = ZoneBench().running()
        bench.run_to(ZoneState.SOAK)
        bench.inputs = replace(CALM, others_open=True)
        bench.run(1000)
        assert bench.state() is ZoneState.SOAK
        bench.run_to(ZoneState.IDLE, 2000)
        assert ended(bench) == [Ended.STOPPED]

    def test_the_days_budget_ends_a_dose(self) -> None:
        bench = ZoneBench(params=replace(PARAMS, budget_l=10.0)).running(litres=30.0)
        bench.run_to(ZoneState.IDLE, 3000)
        assert ended(bench) == [Ended.BUDGET]
        assert bench.memory.day_l <= 10.0 + 2.0 / 60.0

    def test_a_new_day_brings_a_new_budget(self) -> None:
        bench = ZoneBench().running(litres=14.0)
        bench.run_to(ZoneState.IDLE, 20_000)
        bench.inputs = replace(CALM, minute=1439)
        bench.tick()
        bench.inputs = replace(CALM, day=2, minute=0)
        bench.tick()
        assert bench.memory.day_l == 0.0

    def test_a_clock_set_sixty_days_ahead_brings_none_but_its_next_midnight_does(self) -> None:
        bench = ZoneBench().running(litres=14.0)
        bench.run_to(ZoneState.IDLE, 20_000)
        bench.inputs = replace(CALM, day=61, minute=1439)
        bench.tick()
        assert bench.memory.day_l > 13.0
        bench.inputs = replace(CALM, day=62, minute=0)
        bench.tick()
        assert bench.memory.day_l == 0.0

    def test_a_clock_set_back_a_day_brings_no_new_budget(self) -> None:
        bench = ZoneBench().running(litres=14.0)
        bench.run_to(ZoneState.IDLE, 20_000)
        bench.inputs = replace(CALM, day=0)
        bench.tick()
        assert bench.memory.day_l > 13.0

    def test_without_a_calendar_the_day_is_24_hours_of_uptime(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, day=None, minute=None)).running(litres=14.0)
        bench.run_to(ZoneState.IDLE, 20_000)
        bench.tick(seconds=80_000.0)
        assert bench.memory.day_l > 13.0
        bench.tick(seconds=6_400.0)
        assert bench.memory.day_l == 0.0


class TestStops:
    @pytest.mark.parametrize(
        ("change", "how"),
        [
            (replace(CALM, tank_ok=False), Ended.STOPPED),
            (replace(CALM, hold=True), Ended.STOPPED),
            (replace(CALM, lockout=True), Ended.STOPPED),
            (replace(CALM, valve_fault=Fault.VALVE_SHUT), Ended.FAULT),
            (replace(CALM, vwc=None), Ended.STALE),
            (replace(CALM, vwc_age_s=181.0), Ended.STALE),
        ],
    )
    def test_a_running_dose_stops_at_once(self, change: Inputs, how: Ended) -> None:
        bench = ZoneBench().running()
        bench.inputs = change
        effects = bench.tick()
        assert isinstance(effects[0], Close)
        assert not bench.is_open
        assert ended(bench) == [how]

    def test_a_timer_does_not_need_a_probe(self) -> None:
        bench = ZoneBench(params=replace(PARAMS, strategy=Strategy.TIMER)).running()
        bench.inputs = replace(CALM, vwc=None)
        bench.run(60)
        assert bench.is_open

    def test_a_fallback_dose_goes_on_without_probes(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, vwc=None)).running(cause=Cause.FALLBACK)
        bench.run(60)
        assert bench.is_open

    def test_time_that_runs_backwards_closes_and_proves_anew(self) -> None:
        bench = ZoneBench().running()
        bench.tick(seconds=-30.0)
        assert not bench.is_open
        assert bench.state() is ZoneState.INIT
        assert ended(bench) == [Ended.INTERRUPTED]
        assert bench.events(EventKind.CLOCK_STEP)[0].data["behind_s"] == pytest.approx(30.0)

    def test_hold_outlives_a_clock_that_jumps_back(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, hold=True))
        bench.run(5)
        bench.tick(seconds=-2.0)
        assert bench.state() is ZoneState.HOLD

    def test_hold_ends_in_a_fresh_proof_not_in_the_old_dose(self) -> None:
        bench = ZoneBench().running()
        bench.inputs = replace(CALM, hold=True)
        bench.run(30)
        bench.inputs = CALM
        bench.tick()
        assert bench.state() is ZoneState.INIT
        bench.run(20)
        assert bench.state() is ZoneState.IDLE
        assert not bench.is_open

    def test_the_emergency_stop_overrules_a_hold(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, hold=True))
        bench.run(2)
        bench.inputs = replace(CALM, hold=True, lockout=True)
        bench.tick()
        assert bench.state() is ZoneState.LOCKOUT
        bench.inputs = replace(CALM, hold=True)
        bench.tick()
        assert bench.state() is ZoneState.HOLD


class TestFlowFaults:
    def test_no_flow_within_the_priming_time(self) -> None:
        bench = ZoneBench(flow=0.0).idle()
        bench.tick(request=dose())
        bench.run(PARAMS.prime_s + 1)
        assert (bench.state(), bench.memory.fault) == (ZoneState.FAULT, Fault.NO_FLOW)
        assert not bench.is_open

    def test_a_filling_pipe_is_no_burst(self) -> None:
        bench = ZoneBench(flow=6.0).idle()
        bench.tick(request=dose())
        bench.run(20)
        assert bench.state() is ZoneState.PRIME
        bench.flow = 2.0
        bench.run(5)
        assert bench.state() is ZoneState.PRIME
        bench.run(2)
        assert bench.state() is ZoneState.RUN

    def test_a_meter_on_its_way_up_is_not_yet_believed(self) -> None:
        bench = ZoneBench(flow=0.0).idle()
        bench.tick(request=dose())
        for flow in (0.0, 1.0, 2.0, 3.0, 6.0, 6.0, 6.0):
            bench.flow = flow
            bench.tick()
        assert bench.state() is ZoneState.PRIME

    def test_a_pipe_that_never_fills_is_a_burst(self) -> None:
        bench = ZoneBench(flow=6.0).idle()
        bench.tick(request=dose())
        bench.run(PARAMS.prime_s + 1)
        assert bench.memory.fault is Fault.BURST

    @pytest.mark.parametrize(
        ("flow", "seconds", "fault"), [(2.9, 7, Fault.BURST), (1.0, 12, Fault.DRY_RUN)]
    )
    def test_odd_flow_for_some_seconds(self, flow: float, seconds: int, fault: Fault) -> None:
        bench = ZoneBench().running()
        bench.flow = flow
        bench.run(seconds)
        assert bench.memory.fault is fault
        assert ended(bench) == [Ended.FAULT]

    def test_a_stutter_is_forgiven(self) -> None:
        bench = ZoneBench().running()
        for _ in range(5):
            bench.flow = 1.0
            bench.run(8)
            bench.flow = 2.0
            bench.run(2)
        assert bench.state() is ZoneState.RUN

    def test_without_a_meter_there_are_no_flow_faults(self) -> None:
        bench = ZoneBench(flow=None).running()
        bench.run(100)
        assert bench.memory.fault is None

    def test_flow_after_closing_is_closed_three_times_then_a_fault(self) -> None:
        bench = ZoneBench().idle()
        bench.leak = 1.0
        bench.run(55)
        assert [close.ended for close in bench.closes()] == [Ended.FAULT] * 3
        assert bench.state() is ZoneState.IDLE
        bench.run(15)
        assert bench.memory.fault is Fault.STUCK_OPEN
        assert len(bench.events(EventKind.FAULT)) == 1

    def test_another_zones_flow_is_no_leak(self) -> None:
        bench = ZoneBench().idle()
        bench.leak, bench.inputs = 2.0, replace(CALM, others_open=True)
        bench.run(200)
        assert bench.memory.fault is None

    def test_a_leak_under_hold_keeps_the_hold_and_names_the_fault(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, hold=True), leak=1.0)
        bench.run(120)
        assert (bench.state(), bench.memory.fault) == (ZoneState.HOLD, Fault.STUCK_OPEN)

    def test_a_cleared_fault_is_proven_anew(self) -> None:
        bench = ZoneBench(flow=0.0).idle()
        bench.tick(request=dose())
        bench.run_to(ZoneState.FAULT)
        bench.flow, bench.inputs = 2.0, replace(CALM, clear_fault=True)
        bench.tick()
        assert (bench.state(), bench.memory.fault) == (ZoneState.INIT, None)
        assert bench.events(EventKind.FAULT_CLEARED)[0].data == {"fault": "no_flow"}

    def test_a_stuck_valve_is_not_cleared_from_afar(self) -> None:
        bench = ZoneBench(leak=1.0)
        bench.run_to(ZoneState.FAULT)
        bench.leak, bench.inputs = 0.0, replace(CALM, clear_fault=True)
        bench.run(10)
        assert bench.state() is ZoneState.FAULT


class TestByHand:
    def test_a_person_gets_one_long_run(self) -> None:
        bench = ZoneBench().idle()
        bench.tick(request=dose(litres=20.0, cause=Cause.MANUAL, max_s=600.0))
        bench.run(300)
        assert bench.state() is ZoneState.MANUAL
        bench.run(320)
        assert ended(bench) == [Ended.COMPLETE]
        assert bench.events(EventKind.DOSE_ENDED)[0].data["id"] == "cmd0000001"

    def test_neither_window_nor_interval_nor_wet_soil_binds_a_person(self) -> None:
        bench = ZoneBench(inputs=replace(CALM, minute=1300, vwc=0.6, paused=True)).idle()
        bench.tick(request=dose(cause=Cause.MANUAL))
        assert bench.is_open

    @pytest.mark.parametrize(
        "change",
        [
            replace(CALM, hold=True),
            replace(CALM, lockout=True),
            replace(CALM, tank_ok=False),
            replace(CALM, others_open=True),
        ],
    )
    def test_hard_reasons_bind_a_person_too(self, change: Inputs) -> None:
        bench = ZoneBench().idle()
        bench.inputs = change
        bench.tick(request=dose(cause=Cause.MANUAL))
        assert not bench.is_open
        assert not bench.opens()

    def test_a_persons_lease_is_capped_by_the_hardware(self) -> None:
        bench = ZoneBench().idle()
        effects = bench.tick(request=dose(litres=100.0, cause=Cause.MANUAL, max_s=3600.0))
        (order,) = [effect for effect in effects if isinstance(effect, Open)]
        assert (order.lease_s, order.lease_l) == (600.0, 25.0)
        bench.run(620)
        assert ended(bench) == [Ended.LEASE]
        assert bench.state() is ZoneState.IDLE

    def test_a_person_need_not_wait_for_the_soak(self) -> None:
        bench = ZoneBench().running()
        bench.run_to(ZoneState.SOAK)
        bench.tick(request=dose(litres=5.0, cause=Cause.MANUAL))
        assert bench.is_open
        assert ended(bench) == [Ended.STOPPED]

    def test_an_automatic_wish_waits_its_turn(self) -> None:
        bench = ZoneBench().running()
        bench.run_to(ZoneState.SOAK)
        bench.tick(request=dose(litres=5.0))
        assert bench.state() is ZoneState.SOAK
