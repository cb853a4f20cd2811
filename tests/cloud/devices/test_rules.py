"""States of a command, and how much water a request means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.devices.models import CommandState as State
from cloud.devices.rules import Amount, after, bounds
from wire.codes import EventKind as Told

FINAL = {State.DONE, State.FAILED, State.REJECTED}
SPEAKS = [
    Told.COMMAND_ACCEPTED,
    Told.COMMAND_RUNNING,
    Told.COMMAND_FLOWING,
    Told.COMMAND_DONE,
    Told.COMMAND_FAILED,
    Told.COMMAND_REJECTED,
    Told.COMMAND_EXPIRED,
]


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (State.SENDING, Told.COMMAND_ACCEPTED, State.ACCEPTED),
        (State.SENDING, Told.COMMAND_EXPIRED, State.EXPIRED),
        (State.ACCEPTED, Told.COMMAND_RUNNING, State.RUNNING),
        (State.RUNNING, Told.COMMAND_FLOWING, State.FLOWING),
        (State.FLOWING, Told.COMMAND_RUNNING, State.FLOWING),
        (State.FLOWING, Told.COMMAND_DONE, State.DONE),
        (State.DONE, Told.COMMAND_FLOWING, State.DONE),
        (State.RUNNING, Told.COMMAND_DONE, State.DONE),
        (State.RUNNING, Told.COMMAND_FAILED, State.FAILED),
        (State.ACCEPTED, Told.COMMAND_REJECTED, State.REJECTED),
        # Presumed by the cloud, known better by the device.
        (State.EXPIRED, Told.COMMAND_RUNNING, State.RUNNING),
        (State.EXPIRED, Told.COMMAND_DONE, State.DONE),
        (State.CANCELLED, Told.COMMAND_RUNNING, State.RUNNING),
        # Told late or twice.
        (State.RUNNING, Told.COMMAND_ACCEPTED, State.RUNNING),
        (State.DONE, Told.COMMAND_RUNNING, State.DONE),
        (State.DONE, Told.COMMAND_FAILED, State.DONE),
        (State.RUNNING, Told.COMMAND_EXPIRED, State.RUNNING),
        (State.CANCELLED, Told.COMMAND_EXPIRED, State.CANCELLED),
        # Of something else.
        (State.SENDING, Told.COMMAND_DUPLICATE, State.SENDING),
        (State.SENDING, Told.DOSE_STARTED, State.SENDING),
    ],
)
def test_the_devices_word_moves_a_command(state: State, told: Told, then: State) -> None:
    assert after(state, told) is then


@given(st.permutations(SPEAKS[:4]))
def test_the_order_of_arrival_does_not_matter(words: list[Told]) -> None:
    state = State.SENDING
    for told in words:
        state = after(state, told)
    assert state is State.DONE


@given(st.sampled_from(State), st.lists(st.sampled_from(Told)))
def test_what_has_ended_stays_ended(state: State, words: list[Told]) -> None:
    for told in words:
        before, state = state, after(state, told)
        assert before not in FINAL or state is before


def test_minutes_are_bounded_in_litres_too() -> None:
    asked = bounds(Amount(seconds=120.0), nominal_lpm=6.0, max_lease_s=900.0)
    assert (asked.seconds, asked.litres) == (120.0, 18.0)


def test_litres_are_bounded_in_seconds_too() -> None:
    asked = bounds(Amount(litres=30.0), nominal_lpm=6.0, max_lease_s=900.0)
    assert (asked.litres, asked.seconds) == (30.0, 450.0)


@given(st.floats(1, 3600), st.floats(0.1, 100), st.floats(10, 7200), st.sampled_from(["s", "l"]))
def test_no_request_outlasts_the_longest_lease(
    amount: float, lpm: float, lease: float, unit: str
) -> None:
    asked = Amount(seconds=amount) if unit == "s" else Amount(litres=amount)
    most = bounds(asked, lpm, lease)
    assert 0 < most.seconds <= lease
    assert most.litres > 0
