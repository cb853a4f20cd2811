"""Whatever happens around a zone: bounded water, bounded time, shut when it must be shut."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.control import Dose, Inputs, Open, is_out_of_service
from edge.dosing import plan
from tests.edge.zone_bench import CALM, PARAMS, ZoneBench
from wire.codes import Cause, Fault, ZoneState

TICK_L = 6.0 * 30.0 / 60.0
"""Most that one tick of the properties below can bring: 30 s at 6 L/min."""

SMALL_BUDGET = replace(PARAMS, budget_l=20.0)

situations = st.builds(
    Inputs,
    minute=st.one_of(st.none(), st.integers(0, 1439)),
    day=st.just(1),
    open=st.just(value=False),
    litres=st.just(0.0),
    flow_lpm=st.just(0.0),
    vwc=st.one_of(st.none(), st.floats(0.0, 0.7)),
    vwc_age_s=st.floats(0.0, 400.0),
    probes=st.integers(0, 4),
    tank_ok=st.sampled_from([True, True, True, False]),
    valve_fault=st.sampled_from([None, None, None, Fault.VALVE_SILENT]),
    others_open=st.sampled_from([False, False, False, True]),
    paused=st.booleans(),
    hold=st.sampled_from([False, False, False, True]),
    lockout=st.sampled_from([False, False, False, False, True]),
    clear_fault=st.booleans(),
)
flows = st.one_of(st.none(), st.floats(0.0, 6.0))
requests = st.one_of(
    st.none(),
    st.builds(
        Dose,
        st.sampled_from([Cause.AUTO, Cause.MANUAL, Cause.FALLBACK]),
        st.floats(0.1, 200.0),
        st.floats(1.0, 7200.0),
    ),
)
stretches = st.lists(
    st.tuples(situations, flows, requests, st.integers(1, 40), st.sampled_from([1.0, 5.0, 30.0])),
    min_size=1,
    max_size=12,
)
Stretches = list[tuple[Inputs, float | None, Dose | None, int, float]]


def live(stretches: Stretches) -> list[tuple[ZoneBench, Inputs]]:
    """Run a bench through the stretches, checking what must hold after every tick."""
    bench = ZoneBench(params=SMALL_BUDGET).idle()
    seen = []
    for inputs, flow, request, ticks, seconds in stretches:
        bench.inputs, bench.flow = inputs, flow
        for number in range(ticks):
            bench.tick(seconds, request=request if number == 0 else None)
            seen.append((bench, inputs))
            check(bench, inputs)
    return seen


def check(bench: ZoneBench, inputs: Inputs) -> None:
    barred = inputs.hold or inputs.lockout or not inputs.tank_ok or inputs.valve_fault is not None
    assert not (bench.is_open and barred)
    assert not (bench.is_open and is_out_of_service(bench.memory))
    watering = {ZoneState.PRIME, ZoneState.RUN, ZoneState.MANUAL}
    assert not bench.is_open or bench.state() in watering
    assert bench.memory.day_l <= bench.params.budget_l + TICK_L
    for order in bench.opens():
        assert 0.0 < order.lease_s <= bench.params.max_lease_s
        assert 0.0 < order.lease_l <= min(bench.params.max_lease_l, bench.params.budget_l)


@settings(max_examples=150, deadline=None)
@given(stretches)
def test_budget_leases_and_stops_hold_in_every_situation(stretches: Stretches) -> None:
    live(stretches)


@settings(max_examples=80, deadline=None)
@given(stretches, st.floats(0.001, 1e6))
def test_a_clock_that_runs_backwards_always_ends_in_closed(
    stretches: Stretches, behind: float
) -> None:
    bench = live(stretches)[-1][0]
    bench.tick(-behind)
    assert not bench.is_open


@settings(max_examples=80, deadline=None)
@given(st.floats(0.0, 170.0), situations, st.integers(1, 400))
def test_an_automatic_dose_ends_within_three_minutes_of_the_last_probe(
    given_l: float, inputs: Inputs, ticks: int
) -> None:
    bench = ZoneBench().running(litres=100.0)
    bench.memory = replace(bench.memory, day_l=given_l)
    bench.run(ticks % 150)
    bench.inputs = replace(inputs, vwc_age_s=181.0)
    bench.tick()
    assert not bench.is_open


@settings(max_examples=200, deadline=None)
@given(situations, st.floats(0.0, 180.0), st.integers(0, 4))
def test_no_plan_exceeds_what_is_left_of_the_day(inputs: Inputs, day_l: float, slots: int) -> None:
    idle = replace(ZoneBench().idle().memory, day_l=day_l, slots_done=slots)
    _, dose = plan(PARAMS, idle, inputs, 1000.0)
    assert dose is None or dose.litres <= PARAMS.budget_l - day_l + 1e-9


def test_the_bench_itself_can_open() -> None:
    bench = ZoneBench().running()
    assert any(isinstance(effect, Open) for effect in bench.effects)
    assert bench.inputs == CALM
