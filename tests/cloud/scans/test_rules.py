from datetime import date

import pytest

from cloud.scans.limits import MAX_ADDRESSES, MAX_MISSES, WINDOW_S, Guesses
from cloud.scans.rules import (
    CAUTION_AFTER,
    HEADLINE,
    STATUS,
    Headline,
    Issued,
    Printed,
    Seen,
    Verdict,
    judge,
)
from cloud.scans.service import visitor_digest

OURS = Issued(gtin="02000000000015", lot="20260302-Z1-01", void=False)


@pytest.mark.parametrize(
    ("issued", "printed", "verdict"),
    [
        (OURS, Printed(), Verdict.GENUINE),
        (OURS, Printed(OURS.gtin), Verdict.GENUINE),
        (OURS, Printed(OURS.gtin, OURS.lot), Verdict.GENUINE),
        (OURS, Printed("02000000000022"), Verdict.ALTERED),
        (OURS, Printed(OURS.gtin, "20260302-Z2-01"), Verdict.ALTERED),
        (Issued(OURS.gtin, OURS.lot, void=True), Printed(OURS.gtin), Verdict.VOID),
        (Issued(OURS.gtin, OURS.lot, void=True), Printed("0"), Verdict.ALTERED),
        (None, Printed(OURS.gtin), Verdict.UNKNOWN),
    ],
)
def test_the_verdict(issued: Issued | None, printed: Printed, verdict: Verdict) -> None:
    assert judge(issued, printed) is verdict


def test_many_looks_add_a_caution_never_a_verdict() -> None:
    assert not Seen(CAUTION_AFTER, date(2026, 3, 2)).often
    assert Seen(CAUTION_AFTER + 1, date(2026, 3, 2)).often


def test_guessing_is_slowed_and_forgiven_after_a_window() -> None:
    guesses = Guesses()
    assert not any(guesses.too_many("a", 0.0) for _ in range(MAX_MISSES))
    assert guesses.too_many("a", WINDOW_S - 1)
    assert not guesses.too_many("b", 1.0)
    assert not guesses.too_many("a", WINDOW_S)


def test_guesses_of_many_addresses_keep_to_their_memory() -> None:
    guesses = Guesses()
    for number in range(MAX_ADDRESSES + 10):
        guesses.too_many(str(number), 0.0)
    assert len(guesses._misses) == MAX_ADDRESSES


def test_a_visitor_cannot_be_followed_into_the_next_day() -> None:
    today, tomorrow = date(2026, 3, 2), date(2026, 3, 3)
    same = [visitor_digest(b"s", today, "10.0.0.1", "phone") for _ in range(2)]
    assert same[0] == same[1]
    assert same[0] != visitor_digest(b"s", tomorrow, "10.0.0.1", "phone")
    assert same[0] != visitor_digest(b"s", today, "10.0.0.2", "phone")
    assert "10.0.0.1" not in same[0]


@pytest.mark.parametrize(
    ("issued", "verdict"),
    [
        (Issued(OURS.gtin, OURS.lot, void=False, active=False), Verdict.INACTIVE),
        (Issued(OURS.gtin, OURS.lot, void=True, active=False), Verdict.VOID),
        (Issued(OURS.gtin, OURS.lot, void=True, recalled=True), Verdict.RECALLED),
        (Issued(OURS.gtin, OURS.lot, void=False, active=False, recalled=True), Verdict.RECALLED),
    ],
)
def test_what_harms_is_said_before_what_is_unknown(issued: Issued, verdict: Verdict) -> None:
    assert judge(issued, Printed(OURS.gtin)) is verdict


def test_every_verdict_has_one_of_three_neutral_headlines() -> None:
    assert set(HEADLINE) == set(STATUS) == set(Verdict)
    assert {one.value for one in Headline} == {"genuine", "recalled", "unconfirmed"}
