"""One zone as the shell keeps it: what it is made of, what waits in it, what it has to tell."""

from dataclasses import replace
from datetime import date

import pytest

from edge import belief
from edge.change import ZoneRecord
from edge.config import Zone
from edge.config_tuning import Tuning
from edge.control import Delivery, Emit, Inputs, Strategy
from edge.profiles import crops, media
from edge.trust import Trust
from edge.zones import LINE_WAIT_S, WETTED_S, GivenDose, ZoneKeeper, keep, params_of
from tests.edge.zone_bench import CALM, dose
from wire.codes import Cause, Ended, EventKind, Fault, Reason, ZoneState
from wire.messages import ZoneSettings

NOW = 5000.0
BUILT = Zone(key="z1", pin=17, flow_lph=120.0, plants=60, max_lease_l=25.0, day_budget_l=180.0)
BUSY = (
    ZoneState.PRIME,
    ZoneState.RUN,
    ZoneState.MANUAL,
    ZoneState.SOAK,
    ZoneState.VERIFY,
)
BY_HAND = dose(cause=Cause.MANUAL)
ELSEWHERE = replace(CALM, others_open=True)


def kept(
    state: ZoneState = ZoneState.IDLE, delivery: Delivery | None = None, zone: Zone = BUILT
) -> ZoneKeeper:
    keeper = keep(zone, ZoneRecord(), NOW)
    keeper.memory = replace(keeper.memory, state=state, delivery=delivery)
    return keeper


class TestWhatItIsMadeOf:
    def test_the_label_of_the_emitters_gives_its_flow_by_the_minute(self) -> None:
        assert params_of(BUILT, None).nominal_lpm == 2.0

    def test_its_medium_says_what_its_roots_hold_and_how_fast_it_drains(self) -> None:
        for name in ("coir", "clay"):
            params, medium = params_of(BUILT.model_copy(update={"medium": name}), None), media()
            assert params.full_point == medium[name].full
            assert (params.wilting_point, params.root_l) == (
                medium[name].wilting,
                medium[name].root_l,
            )
            assert (params.trigger, params.leaching) == (
                medium[name].trigger,
                medium[name].leaching,
            )
            assert params.drain_s == medium[name].drain_h * 3600.0
            assert params.verify_s == medium[name].verify_s

    def test_what_a_person_measured_there_is_better_than_the_table(self) -> None:
        tuned = Tuning(full_point=0.5, root_l=7.0, trigger=0.2, leaching=0.1)
        params = params_of(BUILT.model_copy(update={"tuning": tuned}), None)
        assert (params.full_point, params.root_l) == (0.5, 7.0)
        assert (params.trigger, params.leaching) == (0.2, 0.1)

    def test_a_crop_brings_its_curve_in_the_growers_cycle_and_its_patience(self) -> None:
        zone = BUILT.model_copy(update={"crop": "melon", "cycle_days": 70})
        params, melon = params_of(zone, None), crops()["melon"]
        assert params.curve == melon.curve(70)
        assert params.stress_p == melon.p
        assert params_of(BUILT, None).curve is None

    def test_the_planting_day_is_counted_from_1970(self) -> None:
        zone = BUILT.model_copy(update={"planted": date(1970, 1, 31)})
        assert params_of(zone, None).planted == 30
        assert params_of(BUILT, None).planted is None

    def test_settings_choose_the_way_of_watering_and_leave_every_bound(self) -> None:
        wanted = ZoneSettings(
            strategy="timer", plants=50, refill=0.7, target=0.9, window_from=300, window_to=700
        )
        params, built = params_of(BUILT, wanted), params_of(BUILT, None)
        assert (params.strategy, params.plants) == (Strategy.TIMER, 50)
        assert (params.refill, params.target, params.window) == (0.7, 0.9, (300, 700))
        for bound in ("max_lease_s", "max_lease_l", "budget_l", "nominal_lpm"):
            assert getattr(params, bound) == getattr(built, bound)

    def test_settings_that_count_no_plants_leave_the_files_count(self) -> None:
        assert params_of(BUILT, ZoneSettings(strategy="adaptive")).plants == 60

    def test_new_settings_wait_for_a_quiet_moment(self) -> None:
        wanted = params_of(BUILT, ZoneSettings(strategy="timer"))
        for state in ZoneState:
            keeper = kept(state)
            keeper.next_params = wanted
            keeper.adopt_settings()
            assert (keeper.params is wanted) is (state not in BUSY)
            assert (keeper.next_params is None) is (state not in BUSY)


class TestStart:
    def test_todays_litres_and_an_uncleared_fault_survive_no_dose_does(self) -> None:
        keeper = keep(BUILT, ZoneRecord(20_000, 31.5, Fault.BURST), NOW)
        assert (keeper.memory.day, keeper.memory.day_l) == (20_000, 31.5)
        assert (keeper.memory.state, keeper.memory.fault) == (ZoneState.FAULT, Fault.BURST)
        assert keeper.memory.delivery is None
        assert keeper.record() == ZoneRecord(20_000, 31.5, Fault.BURST)

    def test_a_healthy_zone_first_proves_its_line_and_plans_at_once(self) -> None:
        keeper = keep(BUILT, ZoneRecord(), NOW)
        assert (keeper.memory.state, keeper.plan_due) == (ZoneState.INIT, NOW)
        assert keeper.booked == (0.0, 0.0)

    def test_the_budget_is_written_down_in_millilitres(self) -> None:
        keeper = kept()
        keeper.memory = replace(keeper.memory, day=1, day_l=1.23456)
        assert keeper.record().litres == 1.235


@pytest.mark.parametrize(
    ("ago_s", "wetted"), [(0.0, True), (WETTED_S, True), (WETTED_S + 1.0, False)]
)
def test_a_probe_may_move_fast_for_an_hour_after_a_dose(ago_s: float, *, wetted: bool) -> None:
    keeper = kept()
    assert not keeper.is_wetted(NOW)
    keeper.memory = replace(keeper.memory, last_dose_end=NOW - ago_s)
    assert keeper.is_wetted(NOW) is wetted


@pytest.mark.parametrize("state", BUSY)
def test_a_probe_may_move_fast_while_a_dose_is_under_way(state: ZoneState) -> None:
    assert kept(state).is_wetted(NOW)


def test_people_are_told_the_state_and_the_reason_against_watering() -> None:
    keeper = kept()
    wet = replace(CALM, vwc=0.54)
    assert keeper.mode(wet, NOW) == ("idle", "wet_enough")
    assert keeper.mode(replace(CALM, vwc=0.30), NOW) == ("idle", None)
    assert keeper.refusal(wet) is None
    assert keeper.refusal(replace(CALM, tank_ok=False)) is Reason.NO_TANK


class TestAPersonsDose:
    @pytest.mark.parametrize(
        ("inputs", "waits"),
        [
            (ELSEWHERE, True),
            (replace(CALM, open=True), True),
            (CALM, False),
            (replace(ELSEWHERE, hold=True), False),
            (replace(ELSEWHERE, tank_ok=False), False),
        ],
    )
    def test_waits_only_for_the_line(self, inputs: Inputs, *, waits: bool) -> None:
        keeper = kept()
        keeper.ask(BY_HAND, NOW)
        assert keeper.request is BY_HAND
        assert keeper.waits_for_line(inputs, NOW) is waits

    def test_waits_five_minutes_at_most(self) -> None:
        keeper = kept()
        keeper.ask(BY_HAND, NOW)
        assert keeper.waits_for_line(ELSEWHERE, NOW + LINE_WAIT_S - 1.0)
        assert not keeper.waits_for_line(ELSEWHERE, NOW + LINE_WAIT_S)

    @pytest.mark.parametrize(
        ("state", "cause", "promised"),
        [
            (ZoneState.PRIME, Cause.MANUAL, True),
            (ZoneState.MANUAL, Cause.MANUAL, True),
            (ZoneState.SOAK, Cause.MANUAL, False),
            (ZoneState.RUN, Cause.AUTO, False),
        ],
    )
    def test_is_promised_until_it_has_flowed(
        self, state: ZoneState, cause: Cause, *, promised: bool
    ) -> None:
        assert kept(state, Delivery(dose(cause=cause))).is_promised is promised

    def test_is_promised_while_it_waits_whatever_flows_meanwhile(self) -> None:
        for keeper in (kept(), kept(ZoneState.RUN, Delivery(dose()))):
            keeper.ask(BY_HAND, NOW)
            assert keeper.is_promised
            assert keeper.is_watering

    def test_nobody_is_promised_anything_at_rest(self) -> None:
        assert not kept().is_promised
        assert not kept().is_watering
        assert kept(ZoneState.RUN, Delivery(dose())).is_watering


def test_what_was_asked_of_a_tick_is_asked_once() -> None:
    keeper = kept()
    keeper.clear_fault = keeper.cleared_here = keeper.cancel = True
    keeper.obeyed()
    for asked_of in (keeper, kept()):
        assert not any((asked_of.clear_fault, asked_of.cleared_here, asked_of.cancel))


def test_probes_that_are_not_trusted_are_named_by_their_number() -> None:
    keeper = kept()
    assert keeper.doubted == frozenset()
    known = belief.first(keeper.params.garden, None)
    trust = {"1": Trust(), "3": Trust(is_trusted=False)}
    keeper.memory = replace(keeper.memory, belief=replace(known, trust=trust))
    assert keeper.doubted == {3}


class TestTheEndOfADose:
    def test_is_kept_for_people_who_ask(self) -> None:
        keeper = kept()
        started = Emit(EventKind.DOSE_STARTED, "z1", {"litres": 9.0, "ended": "complete"})
        ended = Emit(EventKind.DOSE_ENDED, "z1", {"litres": 8.5, "ended": "budget"})
        remembered = []
        for told in (started, ended, started):
            keeper.remember(told, NOW)
            remembered.append(keeper.last_dose)
        last = GivenDose(NOW, 8.5, Ended.BUDGET)
        assert remembered == [None, last, last]

    def test_is_told_when_the_agent_leaves_in_the_middle(self) -> None:
        flowing = Delivery(BY_HAND, given_l=1.23456, open_s=30.06, pulses=2)
        keeper = kept(ZoneState.MANUAL, flowing)
        told = keeper.interrupted()
        assert told == Emit(
            EventKind.DOSE_ENDED,
            "z1",
            {
                "cause": "manual",
                "ended": "interrupted",
                "litres": 1.235,
                "open_s": 30.1,
                "pulses": 2,
                "id": BY_HAND.id,
            },
        )
        assert keeper.interrupted() is None

    def test_is_not_told_twice_while_its_water_soaks_in(self) -> None:
        keeper = kept(ZoneState.SOAK, Delivery(dose(), over=True))
        assert not keeper.is_under_way
        assert keeper.interrupted() is None
        assert not kept().is_under_way
        assert kept(ZoneState.SOAK, Delivery(dose())).is_under_way
