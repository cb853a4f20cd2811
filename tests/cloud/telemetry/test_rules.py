"""Ranges of received rows: whatever the order and the repetition, nothing is claimed in vain."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cloud.telemetry.rules import MAX_RANGES, Received, ranges_of

seqs = st.lists(st.integers(1, 60))


def received(*numbers: int) -> Received:
    return Received().with_ranges(ranges_of(numbers))


def held(state: Received) -> set[int]:
    islands = {n for low, high in state.have for n in range(low, high + 1)}
    return set(range(1, state.upto + 1)) | islands


@given(seqs)
def test_exactly_what_came_is_held(numbers: list[int]) -> None:
    assert held(received(*numbers)) == set(numbers)


@given(st.lists(seqs))
def test_neither_order_nor_batches_nor_repetition_matter(batches: list[list[int]]) -> None:
    state = Received()
    for batch in (*batches, *reversed(batches)):
        state = state.with_ranges(ranges_of(batch))
    assert state == received(*(n for batch in batches for n in batch))


@given(seqs)
def test_islands_are_apart_ascending_and_above_the_gap(numbers: list[int]) -> None:
    state = received(*numbers)
    edges = [state.upto, *(edge for island in state.have for edge in island)]
    gaps = list(zip(edges[::2], edges[1::2], strict=False))
    assert all(high + 1 < low for high, low in gaps)
    assert all(low <= high for low, high in state.have)


@given(seqs, seqs)
def test_the_gap_only_moves_up(before: list[int], after: list[int]) -> None:
    state = received(*before)
    assert state.with_ranges(ranges_of(after)).upto >= state.upto


def test_a_filled_gap_takes_the_islands_with_it() -> None:
    assert received(1, 2, 4, 5, 9) == Received(2, ((4, 5), (9, 9)))
    assert received(1, 2, 4, 5, 9).with_ranges([(3, 3)]) == Received(5, ((9, 9),))


def test_garbage_does_not_grow_without_end() -> None:
    scattered = received(*range(2, 4 * MAX_RANGES, 2))
    assert len(scattered.have) == MAX_RANGES
    assert scattered.have[0] == (2, 2), "the lowest islands are the ones worth keeping"


@given(seqs)
def test_ranges_are_the_fewest(numbers: list[int]) -> None:
    ranges = ranges_of(numbers)
    assert {n for low, high in ranges for n in range(low, high + 1)} == set(numbers)
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(ranges))
