"""When a valve on a node is told again, when its silence is a fault, when it may be open; pure."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from edge.node_order import (
    AWAY_S,
    CONFIRM_S,
    HOLD_S,
    MARGIN_S,
    RENEW_S,
    REST_S,
    RETRY_S,
    NodeOrder,
    begun,
    heard,
    is_due,
    may_be_open,
    ordered,
    reached,
    sent,
    trouble,
)
from wire.codes import Fault

SHUT = heard(sent(begun(0.0), 0.0), 0.0, is_open=False)
TOLD_TO_OPEN = sent(ordered(SHUT, 100.0, to_open=True), 100.0, HOLD_S)
OPEN = heard(TOLD_TO_OPEN, 101.0, is_open=True)


class TestSaying:
    def test_a_new_order_is_said_at_once(self) -> None:
        assert is_due(begun(0.0), 0.0)
        assert is_due(ordered(SHUT, 100.0, to_open=True), 100.0)
        assert is_due(ordered(OPEN, 130.0, to_open=False), 130.0)

    def test_without_an_answer_it_is_said_again_soon(self) -> None:
        assert not is_due(TOLD_TO_OPEN, 100.0 + RETRY_S - 0.1)
        assert is_due(TOLD_TO_OPEN, 100.0 + RETRY_S)

    def test_an_open_valve_is_renewed_a_shut_one_told_now_and_then(self) -> None:
        assert not is_due(OPEN, 100.0 + RENEW_S - 0.1)
        assert is_due(OPEN, 100.0 + RENEW_S)
        assert not is_due(SHUT, REST_S - 0.1)
        assert is_due(SHUT, REST_S)

    def test_two_renewals_may_be_lost_before_the_timer_runs_out(self) -> None:
        assert HOLD_S >= 3 * RENEW_S

    def test_a_valve_that_somebody_shut_by_hand_is_not_opened_again(self) -> None:
        by_hand = heard(OPEN, 110.0, is_open=False)
        assert not is_due(by_hand, 110.0 + 10 * RENEW_S)

    def test_a_valve_that_somebody_opened_by_hand_is_told_to_shut(self) -> None:
        assert is_due(heard(SHUT, 50.0, is_open=True), 50.0)


class TestTrouble:
    def test_an_opening_without_an_answer_is_one_after_seconds(self) -> None:
        assert trouble(TOLD_TO_OPEN, 100.0 + CONFIRM_S) is None
        assert trouble(TOLD_TO_OPEN, 100.1 + CONFIRM_S) == Fault.VALVE_SILENT

    def test_repeating_an_order_gives_no_more_time(self) -> None:
        again = sent(TOLD_TO_OPEN, 110.0, HOLD_S)
        assert trouble(again, 100.1 + CONFIRM_S) is not None

    def test_a_shut_valve_has_the_time_that_a_router_needs(self) -> None:
        away = reached(SHUT, 200.0, is_there=False)
        assert trouble(away, 200.0 + AWAY_S) is None
        assert trouble(away, 200.1 + AWAY_S) == Fault.VALVE_SILENT
        assert trouble(reached(away, 300.0, is_there=True), 1000.0) is None

    def test_an_open_one_that_is_lost_has_seconds(self) -> None:
        away = reached(OPEN, 110.0, is_there=False)
        assert trouble(away, 110.1 + CONFIRM_S) == Fault.VALVE_SILENT

    def test_one_that_stays_open_or_shuts_by_itself_is_named(self) -> None:
        assert trouble(heard(SHUT, 50.0, is_open=True), 50.1 + AWAY_S) == Fault.VALVE_OPEN
        assert trouble(heard(OPEN, 110.0, is_open=False), 110.1 + CONFIRM_S) == Fault.VALVE_SHUT

    def test_one_that_answers_is_none(self) -> None:
        assert trouble(OPEN, 119.0) is None
        assert trouble(SHUT, REST_S) is None


class TestWhetherItMayBeOpen:
    def test_of_a_former_life_nothing_is_known_for_as_long_as_its_timer_may_run(self) -> None:
        assert may_be_open(begun(0.0), HOLD_S - 0.1)
        assert not may_be_open(begun(0.0), HOLD_S)
        assert not may_be_open(SHUT, 1.0), "its own word is believed at once"

    def test_after_an_order_to_shut_until_it_says_so_or_its_timer_has_run_out(self) -> None:
        told = sent(ordered(OPEN, 130.0, to_open=False), 130.0)
        assert may_be_open(told, 131.0)
        assert not may_be_open(heard(told, 131.0, is_open=False), 131.0)
        assert not may_be_open(told, 100.0 + HOLD_S + MARGIN_S)

    def test_one_that_says_it_is_open_is_believed_however_long_it_lasts(self) -> None:
        assert may_be_open(heard(SHUT, 50.0, is_open=True), 1e6)


class TestAlways:
    @given(st.lists(st.tuples(st.sampled_from("owrsh"), st.booleans(), st.floats(0.1, 40.0))))
    def test_a_valve_that_does_not_answer_while_open_is_trouble_in_time(
        self, life: list[tuple[str, bool, float]]
    ) -> None:
        order, now = begun(0.0), 0.0
        for what, flag, pause in life:
            now += pause
            order = _lived(order, now, what, flag=flag)
        order = sent(ordered(order, now, to_open=True), now, HOLD_S)
        order = replace(order, said=None)
        assert trouble(order, now + CONFIRM_S + 0.1) is not None


def _lived(order: NodeOrder, now: float, what: str, *, flag: bool) -> NodeOrder:
    if what == "o":
        return ordered(order, now, to_open=flag)
    if what == "r":
        return reached(order, now, is_there=flag)
    if what == "h":
        return heard(order, now, is_open=flag)
    return sent(order, now, HOLD_S)
