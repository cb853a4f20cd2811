"""The front's rules: what counts as a finger, and what light and sound say."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import panel
from edge.panel import ALARM, ALARM_ROUNDS, Contact, Edge, Facts, Gesture, Mood, Voice
from wire.codes import Fault, ZoneState

PRESS, HOLD = Gesture.PRESS, Gesture.HOLD
CALM = Facts((ZoneState.IDLE,), (None,), any_open=False, paused=False, connected=True)


def edges(*levels: tuple[float, bool]) -> list[Edge]:
    return [Edge(closed, at) for at, closed in levels]


class TestFinger:
    def test_a_bouncing_contact_is_one_press(self) -> None:
        bounce = edges((1.0, True), (1.002, False), (1.004, True), (1.3, False), (1.303, True))
        contact, did = panel.feel(Contact(), [*bounce, Edge(closed=False, at=1.31)], 2.0)
        assert did == (PRESS,)
        assert not contact.settled

    def test_a_spark_is_no_press(self) -> None:
        contact, did = panel.feel(Contact(), edges((1.0, True), (1.0001, False)), 2.0)
        assert did == ()
        assert not contact.settled

    def test_a_press_is_told_while_the_finger_is_still_there(self) -> None:
        assert panel.feel(Contact(), edges((1.0, True)), 1.5)[1] == (PRESS,)

    def test_leaning_on_it_for_three_seconds_is_told_once(self) -> None:
        contact, did = panel.feel(Contact(), edges((1.0, True)), 1.5)
        assert did == (PRESS,)
        contact, did = panel.feel(contact, [], 3.9)
        assert did == ()
        contact, did = panel.feel(contact, [], 4.0)
        assert did == (HOLD,)
        contact, did = panel.feel(contact, edges((60.0, False)), 61.0)
        assert did == ()

    def test_a_hold_between_two_looks_is_not_lost(self) -> None:
        did = panel.feel(Contact(), edges((1.0, True), (4.5, False)), 5.0)[1]
        assert did == (PRESS, HOLD)

    def test_a_button_that_is_stuck_at_a_start_was_not_pressed(self) -> None:
        contact, did = panel.feel(panel.found(closed=True), [], 100.0)
        assert did == ()
        contact, did = panel.feel(contact, edges((101.0, False), (102.0, True)), 103.0)
        assert did == (PRESS,)

    @given(st.lists(st.tuples(st.floats(0.0, 0.029), st.booleans()), max_size=30))
    def test_no_chatter_shorter_than_a_finger_is_a_press(
        self, noise: list[tuple[float, bool]]
    ) -> None:
        chatter = edges(*sorted(noise), (0.029, False))
        assert panel.feel(Contact(), chatter, 10.0)[1] == ()


class TestLamp:
    @pytest.mark.parametrize(
        ("facts", "says"),
        [
            (CALM, Mood.WELL),
            (replace(CALM, connected=False), Mood.ALONE),
            (replace(CALM, any_open=True, connected=False), Mood.WATERING),
            (replace(CALM, paused=True), Mood.HALTED),
            (replace(CALM, states=(ZoneState.HOLD,)), Mood.HALTED),
            (replace(CALM, faults=(None, Fault.BURST), any_open=True), Mood.FAULT),
            (replace(CALM, states=(ZoneState.LOCKOUT,), faults=(Fault.BURST,)), Mood.LOCKOUT),
        ],
    )
    def test_it_says_the_most_urgent_thing(self, facts: Facts, says: Mood) -> None:
        assert panel.mood(facts) is says

    def test_no_two_moods_look_alike(self) -> None:
        shown = {"".join("01"[panel.is_lit(m, t)] for t in range(8)) for m in Mood}
        assert len(shown) == len(Mood)

    @pytest.mark.parametrize("mood", Mood)
    def test_a_lamp_that_is_dark_for_eight_seconds_means_that_nobody_drives_it(
        self, mood: Mood
    ) -> None:
        assert any(panel.is_lit(mood, second) for second in range(8))


def played(voice: Voice, mood: Mood, seconds: int, *, quiet: bool = False) -> tuple[Voice, str]:
    heard = ""
    for now in range(seconds):
        voice, loud = panel.sound(voice, mood, float(now), quiet=quiet)
        heard += "01"[loud]
    return voice, heard


class TestBuzzer:
    def test_a_fault_is_heard_ten_times_in_ten_minutes_and_no_more(self) -> None:
        _, heard = played(Voice(), Mood.FAULT, 3 * 3600)
        assert heard.count(ALARM) == ALARM_ROUNDS
        assert "1" not in heard[600:]

    def test_it_is_silent_at_night_and_alarms_in_the_morning(self) -> None:
        voice, heard = played(Voice(), Mood.FAULT, 600, quiet=True)
        assert "1" not in heard
        voice, loud = panel.sound(voice, Mood.FAULT, 601.0, quiet=False)
        assert loud

    def test_it_answers_a_press_even_at_night(self) -> None:
        voice = panel.answer(Voice(), panel.REFUSED)
        _, heard = played(voice, Mood.WELL, 8, quiet=True)
        assert heard == "10101000"

    def test_a_press_mutes_the_alarm_until_something_else_is_wrong(self) -> None:
        voice, _ = played(Voice(), Mood.FAULT, 3)
        voice, heard = played(panel.answer(voice, panel.ACCEPTED), Mood.FAULT, 300)
        assert heard == "1" + "0" * 299
        _, heard = played(voice, Mood.LOCKOUT, 7)
        assert heard == ALARM

    def test_nothing_is_said_about_moods_that_need_nobody(self) -> None:
        for mood in (Mood.WELL, Mood.ALONE, Mood.WATERING, Mood.HALTED):
            assert "1" not in played(Voice(), mood, 100)[1]

    @pytest.mark.parametrize(
        ("minute", "quiet", "is_quiet"),
        [
            (1260, (1260, 330), True),
            (0, (1260, 330), True),
            (330, (1260, 330), False),
            (700, (600, 720), True),
            (720, (600, 720), False),
            (700, (0, 0), False),
            (None, (0, 1440), False),
        ],
    )
    def test_quiet_hours_may_span_midnight(
        self, minute: int | None, quiet: tuple[int, int], *, is_quiet: bool
    ) -> None:
        assert panel.is_quiet(minute, quiet) is is_quiet
