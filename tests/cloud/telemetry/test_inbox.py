"""What one thread puts, another one takes: whole, in order, and never more than there is room."""

import threading
from collections.abc import Sequence
from queue import Empty

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.clock import SystemClock
from cloud.telemetry.inbox import Inbox
from cloud.telemetry.reader import Incoming, Ticket

BOUND = 5
PATIENCE_S = 10.0
NONE_S = 0.0


def bundle(first: int, count: int) -> list[Incoming]:
    return [Incoming("t", b"", Ticket(mid, 1, 1)) for mid in range(first, first + count)]


def mids(messages: Sequence[Incoming]) -> list[int]:
    return [message.ticket.mid for message in messages]


def inbox() -> Inbox:
    return Inbox(BOUND, SystemClock())


@given(st.lists(st.integers(0, 3 * BOUND), max_size=8))
def test_bundles_of_any_size_come_through_whole_and_in_order(sizes: list[int]) -> None:
    made, total = inbox(), sum(sizes)
    began = [sum(sizes[:place]) for place in range(len(sizes))]
    told: list[bool] = []

    def put_all() -> None:
        told.extend(made.put(bundle(*one), PATIENCE_S) for one in zip(began, sizes, strict=True))

    thread = threading.Thread(target=put_all)
    thread.start()
    taken: list[int] = []
    while len(taken) < total:
        found = mids(made.take(PATIENCE_S))
        assert 0 < len(found) <= BOUND
        taken += found
    thread.join()
    assert taken == list(range(total))
    assert told == [True] * len(sizes)
    assert made.is_empty


def test_there_is_no_more_room_than_was_said() -> None:
    made = inbox()
    assert made.put(bundle(0, 3), NONE_S)
    assert not made.put(bundle(3, 3), NONE_S)
    assert mids(made.take()) + mids(made.take()) == [0, 1, 2, 3, 4]
    with pytest.raises(Empty):
        made.take()
    assert made.put(bundle(6, 5), NONE_S)
