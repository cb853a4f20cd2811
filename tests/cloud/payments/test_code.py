"""Payment codes: what a buyer types wrong never becomes another buyer's code."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from cloud.payments.code import check_character, make

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODIES = st.text(ALPHABET, min_size=6, max_size=6)


DRAWS = st.lists(st.integers(0, 31), min_size=6, max_size=6)


@given(DRAWS)
def test_is_hx_six_characters_nobody_confuses_and_a_check(draws: list[int]) -> None:
    left = iter(draws)
    code = make(lambda below: next(left) % below)
    assert code == "HX" + "".join(ALPHABET[n] for n in draws) + check_character(code[2:8])
    assert not set(code[2:]) & set("ILOU")


def test_a_worked_example() -> None:
    # «Z» is 31 = x⁴+x³+x²+x+1; times x, reduced by x⁵ = x² + 1: 11011 in binary, «V»
    assert check_character("00000Z") == "V"


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
