"""Products: the ways between states, what publishing needs, packs and prices per kilogram."""

from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fold import fold
from cloud.products.models import ProductState
from cloud.products.rules import (
    Action,
    Obstacle,
    Readiness,
    after,
    obstacle,
    pack_name,
    packs,
    per_kilogram,
    steps,
)

READY = Readiness(shop_verified=True, labelled=True, packs_left=1)


WAYS = """
    draft      submit   submitted
    submitted  approve  approved
    approved   publish  published
    published  pause    paused
    paused     resume   published
    paused     archive  archived
"""


def test_only_these_ways_exist() -> None:
    found = {
        (state.value, action.value, end.value)
        for state, action in every(ProductState, Action)
        if (end := after(state, action))
    }
    assert found == {tuple(line.split()) for line in WAYS.strip().splitlines()}


def test_a_draft_reaches_the_shelf_only_through_review() -> None:
    assert after(ProductState.DRAFT, Action.PUBLISH) is None
    assert (
        after(ProductState.DRAFT, *steps(ProductState.DRAFT, Action.PUBLISH))
        is ProductState.PUBLISHED
    )


def test_what_is_put_away_never_comes_back() -> None:
    assert all(after(ProductState.ARCHIVED, action) is None for action in Action)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (READY, None),
        (Readiness(shop_verified=False, labelled=True, packs_left=1), Obstacle.SHOP),
        (Readiness(shop_verified=True, labelled=False, packs_left=1), Obstacle.LABEL),
        (Readiness(shop_verified=True, labelled=True, packs_left=0), Obstacle.STOCK),
    ],
)
def test_publishing_names_the_first_obstacle(facts: Readiness, expected: Obstacle | None) -> None:
    assert obstacle(facts) is expected


@given(st.integers(1, 10**9), st.integers(10, 10**6))
def test_packs_never_hold_more_than_was_harvested(mass_g: int, pack_g: int) -> None:
    count = packs(mass_g, pack_g)
    assert count * pack_g <= mass_g < (count + 1) * pack_g


@pytest.mark.parametrize(
    ("price", "pack_g", "kilogram"),
    [(35_000, 1_000, 35_000), (45_000, 500, 90_000), (10_000, 300, 33_333), (20_000, 300, 66_667)],
)
def test_the_price_of_a_kilogram_is_rounded_to_the_dong(
    price: int, pack_g: int, kilogram: int
) -> None:
    assert per_kilogram(price, pack_g) == kilogram


@pytest.mark.parametrize(("mass_g", "name"), [(500, "500 g"), (1_000, "1 kg"), (1_500, "1500 g")])
def test_a_pack_is_called_by_its_mass(mass_g: int, name: str) -> None:
    assert pack_name(mass_g) == name


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Đường phèn", "duong phen"),
        ("Đắk Lắk", "dak lak"),
        ("đậu đỏ", "dau do"),
        ("Bưởi Năm Roi", "buoi nam roi"),
        ("ƯỚT", "uot"),
    ],
)
def test_marks_are_folded_away(written: str, typed: str) -> None:
    assert fold(written) == typed


TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
LETTERS = ["đ", "Đ", *(vowel + tone for vowel, tone in every("aăâeêioôơuưy", TONES))]


@given(st.lists(st.sampled_from(LETTERS), max_size=20).map("".join))
def test_every_vietnamese_letter_becomes_ascii(text: str) -> None:
    assert fold(text).isascii()
    assert fold(fold(text)) == fold(text)
