"""Shares of the stock, and when something is sent or tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cloud.channels.pace import Fault, Pace, again, full, spend
from cloud.channels.shares import Keep, deal, room, spare
from tests.cloud.conftest import START

PACE = Pace(burst=3, per_minute=60, per_day=5)
KEEPS = st.builds(Keep, st.integers(0, 50), st.integers(0, 100))


def test_one_pack_or_a_tenth_stays_at_home() -> None:
    assert [spare(left, Keep()) for left in (0, 1, 2, 9, 11, 100)] == [0, 0, 1, 8, 9, 90]


def test_what_is_left_over_goes_to_the_first() -> None:
    assert deal(8, ["voso", "postmart", "shopee"]) == {"voso": 3, "postmart": 3, "shopee": 2}
    assert deal(8, []) == {}


@given(st.integers(0, 10_000), KEEPS, st.integers(1, 7))
def test_all_shares_together_are_what_is_spare(available: int, keep: Keep, count: int) -> None:
    packs = spare(available, keep)
    shares = deal(packs, [str(number) for number in range(count)])
    assert sum(shares.values()) == packs <= max(0, available - keep.packs)
    assert max(shares.values()) - min(shares.values()) <= 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=40), KEEPS)
def test_no_promise_is_made_beyond_what_is_spare(story: list[tuple[int, int]], keep: Keep) -> None:
    """Stock goes up and down as it likes; four channels are told one at a time."""
    names = [str(number) for number in range(4)]
    promised = dict.fromkeys(names, 0)
    for told, available in story:
        packs, name = spare(available, keep), str(told)
        others = [promised[one] for one in names if one != name]
        promised[name] = room(deal(packs, names)[name], packs, others)
        assert promised[name] == 0 or sum(promised.values()) <= packs
    packs = spare(story[-1][1], keep) if story else 0
    for name in names * 2:
        others = [promised[one] for one in names if one != name]
        promised[name] = room(deal(packs, names)[name], packs, others)
    assert promised == deal(packs, names)


def test_a_channel_that_is_away_is_asked_more_and_more_rarely() -> None:
    waits = [again(Fault.RETRY, tries, START, 0.0) for tries in range(1, 9)]
    minutes = [(one - START) / timedelta(minutes=1) for one in waits if one]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60]
    assert again(Fault.RETRY, 30, START, 0.0) == START + timedelta(days=1)


def test_what_only_people_can_mend_is_not_tried_by_itself() -> None:
    assert again(Fault.FIX, 1, START, 0.5) is None
    assert again(Fault.AUTH, 1, START, 0.5) is None


def test_a_spent_day_ends_at_midnight_in_viet_nam() -> None:
    assert again(Fault.LIMIT, 1, START, 0.5) == datetime(2026, 3, 2, 17, tzinfo=UTC)


def test_a_bucket_gives_what_it_holds_then_as_fast_as_it_is_filled() -> None:
    purse = full(PACE, START)
    for _call in range(3):
        purse = spend(purse, PACE, START) or purse
    assert spend(purse, PACE, START) is None
    assert spend(purse, PACE, START + timedelta(seconds=0.9)) is None
    assert spend(purse, PACE, START + timedelta(seconds=1)) is not None


def test_the_day_s_budget_holds_though_the_bucket_is_full() -> None:
    purse, moment = full(PACE, START), START
    for _call in range(5):
        moment += timedelta(minutes=1)
        purse = spend(purse, PACE, moment) or purse
    assert purse.spent == 5
    assert spend(purse, PACE, moment + timedelta(minutes=5)) is None
    assert spend(purse, PACE, START + timedelta(hours=17)) is not None


@given(st.lists(st.integers(0, 20_000), max_size=60))
def test_never_more_than_the_burst_and_what_was_earned(gaps: list[int]) -> None:
    purse, moment, taken = full(PACE, START), START, 0
    for gap in gaps:
        moment += timedelta(milliseconds=gap)
        left = spend(purse, Pace(3, 60, 10**6), moment)
        taken, purse = taken + (left is not None), left or purse
    assert taken <= 3 + (moment - START) / timedelta(seconds=1)
