"""Who waits for an answer goes first, a batch ends before it takes long, and nobody starves."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from cloud.telemetry.reader import Incoming, Ticket
from cloud.telemetry.waiting import BATCH_ROWS, BATCH_SIZE, Receipts, Waiting
from tests.cloud.telemetry.sender import TICKET
from wire import topics
from wire.topics import Up

DEVICES = ("abcdefghijklmnop", "ponmlkjihgfedcba")
OLD = topics.up(DEVICES[0], Up.BACKFILL)
CHUNK = b'{"body":"...","n":%d,"to":9}'

messages = st.tuples(
    st.sampled_from(DEVICES), st.sampled_from(Up), st.integers(1, 500), st.booleans()
)


def message(kind: Up, number: int = 0, rows: int = 1, device: str = DEVICES[0]) -> Incoming:
    payload = CHUNK % rows if kind is Up.BACKFILL else b"x" * rows
    return Incoming(topics.up(device, kind), payload, Ticket(number, 1, 1))


def waiting(found: Sequence[Incoming]) -> Waiting:
    made = Waiting()
    for one in found:
        made.put(one)
    return made


def kinds(batch: Sequence[Incoming]) -> list[str]:
    return [one.topic.rpartition("/")[2] for one in batch]


def test_births_and_questions_do_not_wait_behind_a_flood_of_old_rows() -> None:
    late = [message(Up.LIVE), message(Up.ASK), message(Up.EVENT), message(Up.BIRTH)]
    batch = waiting([message(Up.BACKFILL, rows=500) for _ in range(1_000)] + late).take()
    assert kinds(batch) == ["ask", "e", "birth", "t", "h"]


def test_a_batch_is_over_before_it_takes_long() -> None:
    chunks = waiting([message(Up.BACKFILL, rows=300) for _ in range(10)])
    births = waiting([message(Up.BIRTH) for _ in range(100)])
    assert chunks.is_enough
    assert (len(chunks.take()), len(births.take())) == (3, 25)
    assert len(waiting([message(Up.LIVE) for _ in range(2_000)]).take()) == BATCH_SIZE


def test_a_chunk_that_does_not_say_how_long_it_is_counts_as_the_longest() -> None:
    made = waiting([Incoming(OLD, b"{}", TICKET) for _ in range(5)])
    assert len(made.take()) == 2


def test_a_flood_of_births_starves_neither_live_rows_nor_old_ones() -> None:
    made = waiting([message(Up.BIRTH) for _ in range(200)])
    made.put(message(Up.LIVE))
    made.put(message(Up.BACKFILL, rows=500))
    assert set(kinds(made.take())) == {"birth", "t", "h"}


def test_messages_of_no_known_topic_leave_too() -> None:
    assert waiting([Incoming("other/topic", b"", TICKET)]).take() != []


@given(st.lists(messages, max_size=60))
def test_each_leaves_once_and_after_those_of_its_device_and_kind(
    drawn: list[tuple[str, Up, int, bool]],
) -> None:
    """Whatever comes in between batches."""
    made, left = Waiting(), list[Incoming]()
    for number, (device, kind, rows, is_taken) in enumerate(drawn):
        made.put(message(kind, number, rows, device))
        if is_taken:
            left += made.take()
    while made:
        batch = made.take()
        whole = sum(
            rows
            for _d, kind, rows, _t in map(drawn.__getitem__, numbers(batch))
            if kind is Up.BACKFILL
        )
        assert whole <= BATCH_ROWS or len(kinds(batch)) <= 3
        left += batch
    assert sorted(numbers(left)) == list(range(len(drawn)))
    for topic in {one.topic for one in left}:
        own = [one.ticket.mid for one in left if one.topic == topic]
        assert own == sorted(own)
    assert not made.is_enough


def numbers(found: Sequence[Incoming]) -> list[int]:
    return [one.ticket.mid for one in found]


@given(st.permutations(range(12)), st.integers(0, 12))
def test_confirmations_leave_in_the_order_of_arrival(order: list[int], done: int) -> None:
    receipts, tickets = Receipts(), [Ticket(number, 1, 1) for number in range(12)]
    for ticket in tickets:
        receipts.came(ticket)
    told = [one for number in order[:done] for one in receipts.durable([tickets[number]])]
    first_missing = min(set(range(12)) - set(order[:done]), default=12)
    assert told == tickets[:first_missing]
