"""Who may write, and what a review must not hold."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.products.stars import tenths
from cloud.reviews import rules
from cloud.reviews.models import ReviewState
from cloud.reviews.rules import OPEN_FOR, Purchase, Step
from tests.cloud.conftest import START

MINUTE = timedelta(minutes=1)


BOUGHT = Purchase(1, 1, 1, 1, delivered_at=START)


def test_who_has_the_goods_may_write_for_sixty_days() -> None:
    assert rules.may_write(BOUGHT, START + OPEN_FOR - MINUTE)
    assert not rules.may_write(BOUGHT, START + OPEN_FOR)
    assert not rules.may_write(replace(BOUGHT, delivered_at=None), START)
    assert not rules.may_write(replace(BOUGHT, simulated=True), START)


def test_only_what_nobody_reads_is_written_anew() -> None:
    rewritable = {state for state in ReviewState if rules.after(state, Step.REWRITE)}
    assert rewritable == {ReviewState.WAITING, ReviewState.REFUSED}


def test_what_was_refused_or_brought_back_is_not_shown_again_as_it_is() -> None:
    shown = {state for state in ReviewState if rules.after(state, Step.PUBLISH)}
    assert shown == {ReviewState.WAITING, ReviewState.SHOWN}
    ends = {rules.after(state, Step.RETURN) for state in ReviewState}
    assert ends == {ReviewState.RETURNED}


@pytest.mark.parametrize(
    "text",
    [
        "gọi 0912345678 nhé",
        "gọi 0912 345 678",
        "gọi 0912.345.678",
        "số 0 9 1 2 3 4 5 6 7 8",
        "+84 912-345-678",
        "\uff10\uff19\uff11\uff12345678",
        "bàn 0262 3812 345",
        "thư hoa@example.vn",
        "https://example.com/x",
        "xem WWW.re-hon",
        "mua ở rehon.vn rẻ hơn",
    ],
)
def test_what_leads_to_somebody_is_found(text: str) -> None:
    assert rules.names_contact(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mua 20 kg hết 1.250.000 đ, đặt 12/03/2026.",
        "Giao ngày 05-03-2026, đúng hẹn.",
        "Ngon.Mẹ tôi thích.",
        "10/10 điểm, 0 chê gì.",
        "Lô L-2026-0305 ngọt hơn lô trước",
    ],
)
def test_prices_days_and_lots_lead_to_nobody(text: str) -> None:
    assert not rules.names_contact(text)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=500))
def test_an_average_is_within_a_twentieth_of_a_star(stars: list[int]) -> None:
    assert abs(tenths(sum(stars), len(stars)) * len(stars) - 10 * sum(stars)) * 2 <= len(stars)
