"""Why a zone may not open, and how much water it wants."""

from dataclasses import replace

import pytest

from edge.belief import first
from edge.control import Inputs, Strategy, ZoneMemory, ZoneParams, believed, may_open
from edge.dosing import plan
from tests.edge.zone_bench import CALM, PARAMS
from wire.codes import Cause, Fault, Reason, ZoneState

NOW = 100_000.0
IDLE = ZoneMemory(state=ZoneState.IDLE, since=0.0, now=NOW, day=1)
DRY = replace(CALM, vwc=0.40)
WET = replace(CALM, vwc=0.52)
BLIND = replace(CALM, vwc=None, probes=0)


def with_strategy(strategy: Strategy) -> ZoneParams:
    return replace(PARAMS, strategy=strategy)


def litres(params: ZoneParams, memory: ZoneMemory, inputs: Inputs) -> float:
    _, dose = plan(params, memory, inputs, NOW)
    return 0.0 if dose is None else dose.litres


class TestMayOpen:
    def test_soil_at_its_refill_point_wants_nothing(self) -> None:
        at_refill = replace(CALM, vwc=PARAMS.refill * PARAMS.full_point)
        assert may_open(PARAMS, IDLE, at_refill, NOW) is Reason.WET_ENOUGH

    def test_nothing_speaks_against_dry_soil_in_the_window(self) -> None:
        assert may_open(PARAMS, IDLE, DRY, NOW) is None

    @pytest.mark.parametrize(
        ("memory", "inputs", "reason"),
        [
            (IDLE, replace(DRY, lockout=True, hold=True), Reason.LOCKOUT),
            (IDLE, replace(DRY, hold=True), Reason.HOLD),
            (replace(IDLE, fault=Fault.BURST), DRY, Reason.FAULT),
            (IDLE, replace(DRY, valve_fault=Fault.VALVE_SILENT), Reason.FAULT),
            (replace(IDLE, state=ZoneState.INIT), DRY, Reason.STARTING),
            (IDLE, replace(DRY, tank_ok=False), Reason.NO_TANK),
            (replace(IDLE, day_l=180.0), DRY, Reason.DAY_BUDGET),
            (IDLE, replace(DRY, others_open=True), Reason.OTHER_ZONE),
            (IDLE, replace(DRY, paused=True), Reason.PAUSED),
            (IDLE, replace(DRY, minute=359), Reason.OUTSIDE_WINDOW),
            (IDLE, replace(DRY, minute=1020), Reason.OUTSIDE_WINDOW),
            (replace(IDLE, last_dose_end=NOW - 599.0), DRY, Reason.TOO_SOON),
            (IDLE, BLIND, Reason.PROBE_STALE),
            (IDLE, replace(DRY, vwc_age_s=200.0), Reason.PROBE_STALE),
            (IDLE, WET, Reason.WET_ENOUGH),
        ],
    )
    def test_every_reason(self, memory: ZoneMemory, inputs: Inputs, reason: Reason) -> None:
        assert may_open(PARAMS, memory, inputs, NOW) is reason

    @pytest.mark.parametrize(
        ("memory", "inputs"),
        [
            (IDLE, replace(DRY, minute=PARAMS.window[0])),
            (IDLE, replace(DRY, minute=PARAMS.window[1] - 1)),
            (replace(IDLE, last_dose_end=NOW - PARAMS.min_interval_s), DRY),
            (IDLE, replace(DRY, vwc_age_s=PARAMS.stale_s)),
        ],
    )
    def test_every_limit_itself_is_allowed(self, memory: ZoneMemory, inputs: Inputs) -> None:
        assert may_open(PARAMS, memory, inputs, NOW) is None

    def test_unanswered_water_bars_a_zone_while_it_rests_and_then_only_the_soils_voice(
        self,
    ) -> None:
        unanswered = replace(IDLE, fault=Fault.NO_WETTING)
        resting = replace(unanswered, state=ZoneState.FAULT)
        assert may_open(PARAMS, resting, DRY, NOW) is Reason.FAULT
        assert may_open(PARAMS, unanswered, DRY, NOW) is Reason.PROBE_STALE
        heard = believed(unanswered, replace(DRY, values=(0.40, 0.41)))
        assert (heard.vwc, heard.probes, heard.values) == (None, 0, ())

    @pytest.mark.parametrize(
        ("share_of_trigger", "reason"), [(0.9, Reason.WET_ENOUGH), (1.1, None)]
    )
    def test_the_adaptive_strategy_asks_its_books_and_not_the_probes_level(
        self, share_of_trigger: float, reason: Reason | None
    ) -> None:
        params = with_strategy(Strategy.ADAPTIVE)
        vwc = params.full_point - share_of_trigger * params.trigger_l / params.root_l
        known = replace(IDLE, belief=first(params.garden, vwc))
        for inputs in (WET, DRY):
            assert may_open(params, known, inputs, NOW) is reason

    def test_before_it_has_books_the_adaptive_strategy_goes_by_the_level(self) -> None:
        params = with_strategy(Strategy.ADAPTIVE)
        assert may_open(params, IDLE, WET, NOW) is Reason.WET_ENOUGH
        assert may_open(params, IDLE, DRY, NOW) is None

    def test_a_timer_waters_whatever_probes_say_or_do_not_say(self) -> None:
        params = with_strategy(Strategy.TIMER)
        for inputs in (WET, BLIND):
            assert may_open(params, IDLE, inputs, NOW) is None

    def test_monitor_never_opens(self) -> None:
        params = with_strategy(Strategy.MONITOR)
        assert may_open(params, IDLE, DRY, NOW) is Reason.MONITOR_ONLY
        assert litres(params, IDLE, DRY) == 0.0

    def test_a_threshold_refuses_one_probe(self) -> None:
        params = with_strategy(Strategy.THRESHOLD)
        assert may_open(params, IDLE, replace(DRY, probes=1), NOW) is Reason.TOO_FEW_PROBES
        assert may_open(params, IDLE, replace(DRY, probes=2), NOW) is None

    def test_hard_reasons_come_before_soft_ones(self) -> None:
        inputs = replace(WET, paused=True, tank_ok=False)
        assert may_open(PARAMS, IDLE, inputs, NOW) is Reason.NO_TANK

    def test_wet_soil_is_told_before_a_busy_line(self) -> None:
        assert may_open(PARAMS, IDLE, replace(WET, others_open=True), NOW) is Reason.WET_ENOUGH

    def test_an_unknown_clock_closes_no_window(self) -> None:
        assert may_open(PARAMS, IDLE, replace(DRY, minute=None, day=None), NOW) is None


class TestFeedback:
    def test_a_threshold_refills_the_measured_depletion(self) -> None:
        params = with_strategy(Strategy.THRESHOLD)
        wanted = (0.93 * 0.55 - 0.42) * 10.0 * 60
        assert litres(params, IDLE, replace(CALM, vwc=0.42)) == pytest.approx(wanted)

    def test_it_never_refills_above_the_refill_point(self) -> None:
        params = with_strategy(Strategy.THRESHOLD)
        assert litres(params, IDLE, replace(CALM, vwc=0.8 * 0.55)) == 0.0

    @pytest.mark.parametrize(("probes", "share"), [(3, 0.20), (2, 0.20), (1, 0.10)])
    def test_an_adaptive_dose_has_bounded_authority(self, probes: int, share: float) -> None:
        params = with_strategy(Strategy.ADAPTIVE)
        stuck_dry = replace(CALM, vwc=0.01, probes=probes)
        assert litres(params, IDLE, stuck_dry) == pytest.approx(share * 180.0)

    def test_no_dose_exceeds_what_is_left_of_the_day(self) -> None:
        memory = replace(IDLE, day_l=170.0)
        assert litres(PARAMS, memory, replace(CALM, vwc=0.3)) == pytest.approx(10.0)

    def test_a_remainder_too_small_to_reach_the_plants_is_not_given(self) -> None:
        assert litres(PARAMS, replace(IDLE, day_l=179.0), replace(CALM, vwc=0.3)) == 0.0

    @pytest.mark.parametrize("state", [s for s in ZoneState if s is not ZoneState.IDLE])
    def test_only_an_idle_zone_wants_water(self, state: ZoneState) -> None:
        assert litres(PARAMS, replace(IDLE, state=state), DRY) == 0.0

    def test_two_quarrelling_probes_leave_a_threshold_to_the_programme(self) -> None:
        # the vote of two that contradict each other counts one probe
        _, dose = plan(PARAMS, IDLE, replace(CALM, vwc=0.40, probes=1, minute=610), NOW)
        assert dose is not None
        assert dose.cause is Cause.FALLBACK


class TestProgramme:
    def doses_of_a_day(self, params: ZoneParams, inputs: Inputs) -> list[tuple[int, float]]:
        memory, given = IDLE, []
        for minute in range(0, 1440, 5):
            now = NOW + 60.0 * minute
            memory, dose = plan(params, memory, replace(inputs, minute=minute), now)
            if dose is not None:
                given.append((minute, dose.litres))
                memory = replace(memory, day_l=memory.day_l + dose.litres, last_dose_end=now)
        return given

    def test_the_timer_gives_four_doses_within_its_share(self) -> None:
        given = self.doses_of_a_day(with_strategy(Strategy.TIMER), WET)
        assert [minute for minute, _ in given] == [420, 600, 780, 900]
        assert sum(amount for _, amount in given) == pytest.approx(0.60 * 180.0)

    @pytest.mark.parametrize("strategy", [Strategy.ADAPTIVE, Strategy.THRESHOLD])
    def test_without_probes_the_same_capped_programme_runs(self, strategy: Strategy) -> None:
        given = self.doses_of_a_day(with_strategy(strategy), BLIND)
        assert sum(amount for _, amount in given) == pytest.approx(0.60 * 180.0)

    def test_what_was_given_before_counts_against_the_share(self) -> None:
        memory = replace(IDLE, day_l=100.0)
        assert litres(PARAMS, memory, replace(BLIND, minute=610)) == pytest.approx(8.0)

    def test_a_start_at_two_does_not_catch_up_the_morning(self) -> None:
        given = litres(PARAMS, IDLE, replace(BLIND, minute=890))
        assert given == 0.0

    def test_without_a_clock_doses_keep_ninety_minutes_apart(self) -> None:
        inputs = replace(BLIND, minute=None, day=None)
        assert litres(PARAMS, IDLE, inputs) == pytest.approx(27.0)
        assert litres(PARAMS, replace(IDLE, last_dose_end=NOW - 5_300.0), inputs) == 0.0
        assert litres(PARAMS, replace(IDLE, last_dose_end=NOW - 5_500.0), inputs) > 0.0
