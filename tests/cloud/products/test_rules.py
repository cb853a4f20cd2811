"""Products: the ways between states, what publishing needs, packs and prices per kilogram."""

from datetime import date
from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fold import fold
from cloud.products.kinds import PRESETS, REQUIRED, Kind, LabelField, label_gaps
from cloud.products.models import ProductState
from cloud.products.rules import (
    Action,
    Tier,
    after,
    after_change,
    cheaper,
    falls,
    is_open,
    pack_name,
    packs,
    per_kilogram,
    steps,
    unit_price,
)

WAYS = """
    draft      submit   submitted
    draft      archive  archived
    submitted  approve  approved
    submitted  reject   draft
    approved   publish  published
    approved   archive  archived
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


@pytest.mark.parametrize("state", ["approved", "published", "paused"])
@pytest.mark.parametrize("field", ["name", "origin", "kind", "certificates"])
def test_what_somebody_read_is_read_again_when_it_changes(state: str, field: str) -> None:
    assert after_change(ProductState(state), {field, "price"}) is ProductState.SUBMITTED


@pytest.mark.parametrize("state", list(ProductState))
def test_price_stock_photos_and_words_change_every_day(state: ProductState) -> None:
    assert after_change(state, {"price", "stock", "photos", "description_vi"}) is state


@pytest.mark.parametrize("state", ["draft", "submitted", "archived"])
def test_what_nobody_approved_stays_where_it_is(state: str) -> None:
    assert after_change(ProductState(state), {"name"}) is ProductState(state)


AMOUNTS = st.integers(1, 1_000)


@given(st.integers(1, 10**9), st.lists(st.tuples(AMOUNTS, AMOUNTS), max_size=5), AMOUNTS)
def test_more_packs_never_cost_more_each(
    price: int, drops: list[tuple[int, int]], quantity: int
) -> None:
    """The oracle walks through the tiers from below."""
    tiers, at, cost = [], 1, price
    for further, less in drops:
        at, cost = at + further, cost - less
        tiers.append(Tier(at, cost))
    assert falls(price, tiers)
    wanted = price
    for tier in tiers:
        if quantity >= tier.min_quantity:
            wanted = tier.price
    assert unit_price(price, reversed(tiers), quantity) == wanted
    assert unit_price(price, tiers, quantity + 1) <= wanted


@given(st.sets(st.integers(2, 60), max_size=4), st.integers(1, 70))
def test_the_next_cheaper_price_is_the_first_that_changes(
    amounts: set[int], quantity: int
) -> None:
    """The oracle goes on pack by pack until the price is another one."""
    tiers = [Tier(amount, 1_000 - amount) for amount in amounts]
    now = unit_price(1_000, tiers, quantity)
    further = (more for more in range(quantity, 61) if unit_price(1_000, tiers, more) != now)
    found = cheaper(tiers, quantity)
    assert (found.min_quantity if found else None) == next(further, None)


@pytest.mark.parametrize(
    "tiers",
    [
        [Tier(2, 100)],
        [Tier(1, 90)],
        [Tier(5, 90), Tier(5, 80)],
        [Tier(5, 80), Tier(9, 80)],
        [Tier(5, 80), Tier(9, 85)],
    ],
)
def test_tiers_that_are_none_are_found(tiers: list[Tier]) -> None:
    assert not falls(100, tiers)


def test_a_product_is_sold_on_the_days_of_its_windows_or_always() -> None:
    spring = (date(2026, 3, 1), date(2026, 3, 31))
    assert is_open([], date(2026, 12, 1))
    assert is_open([spring], date(2026, 3, 1))
    assert is_open([spring], date(2026, 3, 31))
    assert not is_open([spring], date(2026, 4, 1))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_label_asks_for_what_its_kind_needs_and_nothing_else(kind: Kind) -> None:
    told = dict.fromkeys(REQUIRED[kind], "x")
    assert label_gaps(kind, told) == ()
    for one in REQUIRED[kind]:
        assert label_gaps(kind, told | {one: " "}) == (one,)


def test_processed_food_tells_all_that_annex_i_lists() -> None:
    assert REQUIRED[Kind.PROCESSED] == frozenset(LabelField)


def test_presets_leave_only_the_ingredients_to_be_written() -> None:
    """Four screens are enough only where the usual answers are there already."""
    from_elsewhere = {
        LabelField.NAME,
        LabelField.ORIGIN,
        LabelField.RESPONSIBLE,
        LabelField.ADDRESS,
        LabelField.QUANTITY,
        LabelField.PRODUCED_ON,
    }
    for kind, preset in PRESETS.items():
        told = dict.fromkeys(from_elsewhere, "x") | {
            LabelField.EXPIRES: str(preset.shelf_life_days or ""),
            LabelField.STORAGE: preset.storage,
            LabelField.INSTRUCTIONS: preset.instructions,
            LabelField.WARNINGS: preset.warnings,
        }
        assert set(label_gaps(kind, told)) <= {LabelField.INGREDIENTS}, kind


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


@pytest.mark.parametrize(
    ("mass_g", "name"),
    [
        (500, "500 g"),
        (999, "999 g"),
        (1_000, "1 kg"),
        (1_500, "1,5 kg"),
        (1_250, "1,25 kg"),
        (1_005, "1,005 kg"),
        (10_000, "10 kg"),
    ],
)
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
