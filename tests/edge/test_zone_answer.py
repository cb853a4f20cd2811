"""Water that the soil does not answer: who is blamed, and what happens to the zone."""

from dataclasses import replace

import pytest

from edge.control import believed, is_out_of_service, may_open
from edge.zone import REST_S
from tests.edge.zone_bench import CALM, PARAMS, ZoneBench, dose
from wire.codes import Cause, EventKind, Fault, Reason, ZoneState

FULL = PARAMS.full_point
DRY = 0.70 * FULL
FALL = 2.5 * PARAMS.min_rise
Values = tuple[float | None, ...]


def dosed(bench: ZoneBench, after: Values, cause: Cause = Cause.AUTO) -> ZoneBench:
    """A dose of half a litre a plant, after which the probes read this for the whole wait."""
    bench.run_to(ZoneState.IDLE, PARAMS.min_interval_s + REST_S)
    bench.run(PARAMS.min_interval_s)
    bench.tick(request=dose(30.0, cause))
    bench.run_to(ZoneState.SOAK)
    read(bench, after)
    bench.run_to(ZoneState.VERIFY, 10_000)
    bench.run(PARAMS.verify_s + 1)
    return bench


def read(bench: ZoneBench, values: Values) -> None:
    heard = sorted(value for value in values if value is not None)
    bench.inputs = replace(CALM, vwc=heard[len(heard) // 2], values=values)


def at(*values: float) -> ZoneBench:
    bench = ZoneBench().idle()
    read(bench, values)
    return bench


def faulted() -> ZoneBench:
    """Three probes that dry while two doses are given."""
    bench = dosed(at(DRY, DRY, DRY), (DRY - FALL,) * 3)
    return dosed(bench, (DRY - 2 * FALL,) * 3)


def test_a_probe_that_rises_ends_the_wait_and_the_count() -> None:
    bench = at(DRY)
    bench.tick(request=dose())
    bench.run_to(ZoneState.VERIFY, 10_000)
    bench.run(60)
    assert bench.state() is ZoneState.VERIFY
    read(bench, (DRY + PARAMS.min_rise,))
    bench.tick()
    assert (bench.state(), bench.memory.wetting.doses) == (ZoneState.IDLE, 0)


def test_one_dose_without_an_answer_says_nothing_yet() -> None:
    bench = dosed(at(DRY), (DRY - FALL,))
    assert (bench.state(), bench.memory.fault) == (ZoneState.IDLE, None)


def test_soil_that_dries_through_two_doses_is_a_fault() -> None:
    bench = faulted()
    assert (bench.state(), bench.memory.fault) == (ZoneState.FAULT, Fault.NO_WETTING)
    assert bench.events(EventKind.FAULT)[0].data["fault"] == Fault.NO_WETTING


def test_probes_that_never_move_at_all_are_a_fault_too() -> None:
    assert dosed(dosed(at(DRY, DRY), (DRY, DRY)), (DRY, DRY)).memory.fault is Fault.NO_WETTING


def test_one_silent_probe_beside_one_that_answers_is_not_the_zones_fault() -> None:
    bench = at(DRY, DRY)
    for number in range(4):
        bench = dosed(bench, (DRY, DRY + 0.02 * (number % 2)))
    assert bench.memory.fault is None


def test_small_ups_and_downs_are_plants_drinking_what_they_are_given() -> None:
    bench = at(DRY)
    for number in range(6):
        bench = dosed(bench, (DRY - 0.01 * (number % 2),))
    assert bench.memory.fault is None


def test_at_the_full_point_nothing_could_rise() -> None:
    assert dosed(dosed(at(FULL), (FULL,)), (FULL,)).memory.fault is None


def test_a_wetting_front_that_comes_after_the_wait_still_counts() -> None:
    bench = dosed(at(DRY), (DRY - FALL,))
    read(bench, (DRY - FALL + PARAMS.min_rise,))
    bench.tick()
    assert bench.memory.wetting.doses == 0
    assert dosed(bench, (DRY - 2 * FALL,)).memory.fault is None


def test_small_doses_are_judged_together() -> None:
    bench = at(DRY)
    for number in range(1, 9):
        bench.run(PARAMS.min_interval_s)
        bench.tick(request=dose(8.0))
        bench.run_to(ZoneState.SOAK)
        read(bench, (DRY - number * FALL / 4,))
        bench.run_to(ZoneState.VERIFY, 10_000)
        bench.run(PARAMS.verify_s + 1)
        if bench.memory.fault is not None:
            break
    assert bench.memory.fault is Fault.NO_WETTING
    given = bench.memory.wetting.given * PARAMS.root_l * PARAMS.plants
    assert 36.0 <= given <= 44.0


def test_a_persons_water_is_not_counted_as_a_dose_of_automation() -> None:
    bench = at(DRY)
    for _ in range(3):
        bench.tick(request=dose(20.0, Cause.MANUAL))
        bench.run_to(ZoneState.IDLE, 10_000)
    assert bench.memory.wetting.doses == 0


class TestTheZoneThen:
    def test_rests_shut_for_six_hours_whatever_is_asked(self) -> None:
        bench = faulted()
        bench.run(10)
        bench.tick(request=dose(cause=Cause.MANUAL))
        bench.run(REST_S - 60)
        assert (bench.state(), bench.is_open) == (ZoneState.FAULT, False)
        assert may_open(PARAMS, bench.memory, bench.inputs, bench.now) is Reason.FAULT

    def test_goes_on_without_the_soils_voice(self) -> None:
        bench = faulted()
        bench.run_to(ZoneState.IDLE, REST_S + 1)
        assert bench.memory.fault is Fault.NO_WETTING
        assert not is_out_of_service(bench.memory)
        known = believed(bench.memory, bench.inputs)
        assert (known.vwc, known.probes) == (None, 0)
        assert may_open(PARAMS, bench.memory, bench.inputs, bench.now) is Reason.PROBE_STALE

    def test_is_not_shut_again_for_the_same_silence(self) -> None:
        bench = faulted()
        for number in range(3, 6):
            bench = dosed(bench, (DRY - number * FALL,) * 3, Cause.FALLBACK)
        assert bench.state() is ZoneState.IDLE
        assert len(bench.events(EventKind.FAULT)) == 1

    @pytest.mark.parametrize(("rises", "heals"), [(1.5, False), (2.01, True)])
    def test_is_healed_by_a_rise_that_no_warm_morning_makes(
        self, rises: float, *, heals: bool
    ) -> None:
        bench = faulted()
        read(bench, (DRY - 2 * FALL, DRY - 2 * FALL + rises * PARAMS.min_rise, 0.0))
        bench.tick()
        assert (bench.memory.fault is None) is heals
        cleared = bench.events(EventKind.FAULT_CLEARED)
        assert [event.data["fault"] for event in cleared] == [Fault.NO_WETTING] * heals

    @pytest.mark.parametrize("rested", [False, True])
    def test_is_cleared_by_a_person(self, *, rested: bool) -> None:
        bench = faulted()
        if rested:
            bench.run_to(ZoneState.IDLE, REST_S + 1)
        bench.inputs = replace(bench.inputs, clear_fault=True)
        bench.tick()
        assert bench.memory.fault is None
        assert bench.memory.wetting.doses == 0
        assert len(bench.events(EventKind.FAULT_CLEARED)) == 1

    def test_keeps_a_dose_that_is_flowing_when_it_is_cleared(self) -> None:
        bench = faulted()
        bench.run_to(ZoneState.IDLE, REST_S + 1)
        bench.tick(request=dose(20.0, Cause.MANUAL))
        bench.run(30)
        bench.inputs = replace(bench.inputs, clear_fault=True)
        bench.tick()
        assert bench.is_open
        assert bench.state() is ZoneState.MANUAL
