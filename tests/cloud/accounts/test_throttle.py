"""Buckets of tries: how many, how soon again, and never shut for good."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.accounts import throttle
from cloud.accounts.throttle import ACCOUNT, BROWSER, CARD, CARD_PAIR, CARD_SEASON, PAIR, Limit

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LIMITS = [one for one in vars(throttle).values() if isinstance(one, Limit)]


def evaluated(limit: Limit, tries: int, every: timedelta) -> int:
    """How many of so many tries are looked at."""
    full_at, now, count = NOW, NOW, 0
    for _ in range(tries):
        if limit.opens_at(full_at) <= now:
            full_at = limit.after_try(full_at, now)
            count += 1
        now += every
    return count


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_thumb_may_slip_and_then_waits_no_longer_than_one_refill(limit: Limit) -> None:
    assert evaluated(limit, limit.burst + 1, timedelta()) == limit.burst
    full_at = NOW
    for _ in range(limit.burst):
        full_at = limit.after_try(full_at, NOW)
    assert limit.opens_at(full_at) == NOW + limit.refill


@given(st.sampled_from(LIMITS), st.lists(st.integers(0, 86_400), max_size=200))
def test_however_it_is_tried_it_opens_again_soon(limit: Limit, pauses: list[int]) -> None:
    full_at, now = NOW, NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        if limit.opens_at(full_at) <= now:
            full_at = limit.after_try(full_at, now)
        assert limit.opens_at(full_at) <= now + limit.refill


def test_a_guesser_is_heard_thirty_times_in_the_first_hour_and_twenty_after() -> None:
    second = timedelta(seconds=1)
    assert evaluated(ACCOUNT, 3_600, second) <= 30
    assert evaluated(ACCOUNT, 10 * 3_600, second) <= 30 + 9 * 20


def test_one_network_cannot_empty_what_an_account_has_for_all() -> None:
    assert PAIR.refill >= 2 * ACCOUNT.refill
    assert PAIR.burst < ACCOUNT.burst
    assert CARD_PAIR.refill >= 2 * CARD.refill
    assert CARD_PAIR.burst < CARD.burst


def test_a_browser_of_the_owner_has_as_many_tries_as_all_strangers_together() -> None:
    assert (BROWSER.burst, BROWSER.refill) == (ACCOUNT.burst, ACCOUNT.refill)


def test_a_card_hears_fewer_than_a_thousand_pins_while_it_lives() -> None:
    assert evaluated(CARD_SEASON, 400 * 24, timedelta(hours=1)) <= 850
