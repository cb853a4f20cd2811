"""Every row reaches the cloud, whatever the broker loses, and nothing is sent without end."""

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.drain import (
    ACK_S,
    CHUNK_ROWS,
    LIVE_ROWS,
    MAX_ACK_S,
    MAX_CHUNKS,
    MAX_FLIGHTS,
    Drain,
    Parcel,
)


def drained(upto: int, last: int, recent_from: int | None = None) -> Drain:
    """No hour is newer than the rest, unless it is said where it begins."""
    return Drain(upto, last, last + 1 if recent_from is None else recent_from)


def send(drain: Drain, last: int, now: float = 0.0, *, taken: bool = True) -> list[Parcel]:
    """All that wants to leave now; the broker takes it at once, or not at all."""
    parcels = []
    while (parcel := drain.next(last)) is not None:
        drain.sent(parcel, [parcel.span[0]], now)
        if taken:
            drain.confirmed(parcel.span[0], now)
        parcels.append(parcel)
    return parcels


def test_new_rows_leave_live_and_at_once() -> None:
    drain = drained(upto=0, last=0)
    assert send(drain, 3) == [Parcel((1, 3), is_chunk=False)]
    assert send(drain, 3) == []
    assert send(drain, 4) == [Parcel((4, 4), is_chunk=False)]


def test_a_small_backlog_leaves_as_it_is() -> None:
    assert send(drained(upto=10, last=40), 40) == [Parcel((11, 40), is_chunk=False)]


def test_a_large_backlog_leaves_in_two_chunks_and_waits_for_the_ack() -> None:
    drain = drained(upto=0, last=5000)
    sent = send(drain, 5000)
    assert sent == [
        Parcel((1, CHUNK_ROWS), is_chunk=True),
        Parcel((CHUNK_ROWS + 1, 2 * CHUNK_ROWS), is_chunk=True),
    ]
    drain.acked(CHUNK_ROWS, ())
    assert send(drain, 5000) == [Parcel((1001, 1500), is_chunk=True)]


def test_the_newest_hour_leaves_before_the_oldest_rows() -> None:
    drain = drained(upto=0, last=5000, recent_from=4301)
    assert send(drain, 5000) == [
        Parcel((4301, 4800), is_chunk=True),
        Parcel((4801, 5000), is_chunk=True),
    ]
    drain.acked(0, ((4301, 5000),))
    assert [parcel.span for parcel in send(drain, 5000)] == [(1, 500), (501, 1000)]


def test_the_order_within_a_backlog_is_newest_hour_then_oldest_first_to_the_end() -> None:
    drain, cloud, order = drained(upto=0, last=2600, recent_from=2201), set[int](), list[int]()
    while sent := send(drain, 2600):
        for parcel in sent:
            order += range(parcel.span[0], parcel.span[1] + 1)
            cloud.update(order)
            drain.acked(*spans(cloud))
    assert order == [*range(2201, 2601), *range(1, 2201)]


def test_live_rows_overtake_the_newest_hour_too() -> None:
    drain = drained(upto=0, last=5000, recent_from=4301)
    send(drain, 5000)
    assert send(drain, 5002) == [Parcel((5001, 5002), is_chunk=False)]


def test_of_rows_that_piled_up_in_a_silence_the_newest_leave_first() -> None:
    drain = drained(upto=0, last=0)
    assert send(drain, 2000)[0] == Parcel((1501, 2000), is_chunk=True)


def test_live_rows_overtake_the_backlog() -> None:
    drain = drained(upto=0, last=5000)
    send(drain, 5000)
    assert send(drain, 5003) == [Parcel((5001, 5003), is_chunk=False)]


def test_rows_that_pile_up_join_the_backlog() -> None:
    drain = drained(upto=0, last=0)
    assert send(drain, LIVE_ROWS + 1)[0].is_chunk


def test_gaps_the_cloud_reports_are_sent_again_and_nothing_else() -> None:
    drain = drained(upto=0, last=0)
    send(drain, 30)
    drain.acked(10, ((15, 20), (25, 30)))
    drain.expire(ACK_S)
    assert send(drain, 30, ACK_S) == [
        Parcel((11, 14), is_chunk=False),
        Parcel((21, 24), is_chunk=False),
    ]


def test_a_cloud_restored_from_a_backup_gets_all_again() -> None:
    drain = drained(upto=0, last=0)
    send(drain, 20)
    drain.acked(20, ())
    drain.acked(5, ())
    assert send(drain, 20) == [Parcel((6, 20), is_chunk=False)]


def test_no_ack_in_time_means_again() -> None:
    drain = drained(upto=0, last=0)
    send(drain, 3)
    drain.expire(ACK_S - 1)
    assert send(drain, 3) == []
    drain.expire(ACK_S)
    assert send(drain, 3) == [Parcel((1, 3), is_chunk=False)]


def test_a_silent_cloud_is_asked_less_and_less_often_until_it_speaks() -> None:
    drain, sent_at = drained(upto=0, last=0), []
    for now in range(4000):
        drain.expire(now)
        sent_at += [now for _ in send(drain, 1, now)]
    waits = [later - earlier for earlier, later in pairwise(sent_at)]
    assert waits == [10, 20, 40, 80, 160, 320, 640, 640, 640, 640, 640]
    drain.acked(0, ())
    drain.expire(sent_at[-1] + ACK_S)
    assert len(send(drain, 1)) == 1


def test_rows_the_card_lost_are_left_out() -> None:
    drain = drained(upto=0, last=0)
    drain.lose((2, 2))
    assert [parcel.span for parcel in send(drain, 3)] == [(1, 1), (3, 3)]


def test_only_so_much_is_on_its_way() -> None:
    drain = drained(upto=0, last=0)
    sent = [parcel for last in range(1, 100) for parcel in send(drain, last)]
    assert len(sent) == MAX_FLIGHTS


def test_a_broker_that_confirms_nothing_is_told_by_its_silence() -> None:
    drain = drained(upto=0, last=0)
    assert drain.silent_s(50.0) == 0.0
    send(drain, 1, now=10.0, taken=False)
    assert drain.silent_s(50.0) == 40.0
    drain.expire(1000.0)
    assert send(drain, 1) == []  # the session is at fault, not the cloud
    drain.confirmed(1, 50.0)
    assert drain.silent_s(50.0) == 0.0


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(1, 3000),
    hour=st.integers(0, 3000),
    loss=st.floats(0.0, 0.8),
    seed=st.integers(0, 2**32),
)
def test_whatever_is_lost_on_the_way_the_cloud_gets_every_row(
    rows: int, hour: int, loss: float, seed: int
) -> None:
    chance = random.Random(seed)
    drain, cloud, now = drained(0, rows // 2, recent_from=hour), set[int](), 0.0
    for _ in range(400):
        chunks = 0
        for parcel in send(drain, rows, now):
            chunks += parcel.is_chunk
            first, last = parcel.span
            assert last - first < (CHUNK_ROWS if parcel.is_chunk else LIVE_ROWS)
            if chance.random() >= loss:
                cloud.update(range(first, last + 1))
        assert chunks <= MAX_CHUNKS
        if chance.random() >= loss:
            upto, have = spans(cloud)
            drain.acked(upto, have)
        if len(cloud) == rows and drain.upto == rows:
            break
        now += MAX_ACK_S
        drain.expire(now)
    assert cloud == set(range(1, rows + 1))


def spans(rows: set[int]) -> tuple[int, list[tuple[int, int]]]:
    """What a cloud says of the rows it holds: all up to a number, and spans above it."""
    have: list[tuple[int, int]] = []
    for row in sorted(rows):
        if have and have[-1][1] == row - 1:
            have[-1] = (have[-1][0], row)
        else:
            have.append((row, row))
    upto = have.pop(0)[1] if have and have[0][0] == 1 else 0
    return upto, have
