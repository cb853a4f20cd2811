"""Telephone numbers, waiting after wrong passwords, and where to go after logging in."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.accounts.rules import FREE_TRIES, HOME, LONGEST_WAIT, Throttle, e164, onward

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0912000001", "0912 000 001", "+84 912.000.001", "84912000001"])
def test_a_number_is_one_however_it_is_written(text: str) -> None:
    assert e164(text) == "+84912000001"


@pytest.mark.parametrize("text", ["", "abc", "1", "+", "0" * 40])
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert e164(text) is None


def test_a_thumb_may_slip_before_anyone_waits() -> None:
    throttle = Throttle(0, None)
    for _ in range(FREE_TRIES - 1):
        throttle = throttle.after_failure(NOW)
        assert not throttle.locked(NOW)
    assert throttle.after_failure(NOW).locked(NOW)


@given(st.integers(0, 10_000))
def test_waits_grow_and_never_beyond_the_longest(failures: int) -> None:
    before = Throttle(failures, None).after_failure(NOW)
    after = before.after_failure(NOW)
    for throttle in (before, after):
        assert not throttle.locked(NOW + LONGEST_WAIT)
    assert (after.locked_until or NOW) >= (before.locked_until or NOW)
    assert after.locked_until is None or after.locked_until > NOW + timedelta(seconds=59)


@pytest.mark.parametrize("path", ["/vuon/abc", "/htx/lo?x=1", "/"])
def test_a_path_of_ours_is_gone_on_to(path: str) -> None:
    assert onward(path) == path


@pytest.mark.parametrize(
    "path", ["", "vuon", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"]
)
def test_any_other_leads_home(path: str) -> None:
    assert onward(path) == HOME
