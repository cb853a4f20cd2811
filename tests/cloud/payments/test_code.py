"""Payment codes: what a buyer types wrong never becomes another buyer's code."""

import random
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.payments.code import check_character, make

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODIES = st.text(ALPHABET, min_size=6, max_size=6)


@pytest.fixture
def draw() -> Callable[[int], int]:
    return random.Random(20261123).randrange  # noqa: S311 - a fixed draw, no secret


def test_is_hx_and_seven_characters_nobody_confuses(draw: Callable[[int], int]) -> None:
    codes = [make(draw) for _ in range(200)]
    assert all(len(code) == 9 and code.startswith("HX") for code in codes)
    assert not set("".join(codes)[2:]) & set("ILOU") - set("HX")
    assert len(set(codes)) == 200


def test_ends_with_its_check_character(draw: Callable[[int], int]) -> None:
    code = make(draw)
    assert code[-1] == check_character(code[2:-1])


@given(BODIES, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_shows(body: str, place: int, other: str) -> None:
    wrong = body[:place] + other + body[place + 1 :]
    assert (wrong == body) == (check_character(wrong) == check_character(body))


@given(BODIES)
def test_two_swapped_characters_show(body: str) -> None:
    for left, right in combinations(range(6), 2):
        swapped = list(body)
        swapped[left], swapped[right] = body[right], body[left]
        wrong = "".join(swapped)
        assert (wrong == body) == (check_character(wrong) == check_character(body))
