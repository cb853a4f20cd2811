"""Amounts in words: whoever hears them writes the same amount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.invoices.words import LIMIT, amount

SPOKEN = {
    0: "không đồng",
    5: "năm đồng",
    10: "mười đồng",
    15: "mười lăm đồng",
    21: "hai mươi mốt đồng",
    24: "hai mươi bốn đồng",
    55: "năm mươi lăm đồng",
    101: "một trăm linh một đồng",
    110: "một trăm mười đồng",
    1_000: "một nghìn đồng",
    1_005: "một nghìn không trăm linh năm đồng",
    70_000: "bảy mươi nghìn đồng",
    1_200_000: "một triệu hai trăm nghìn đồng",
    1_943_000: "một triệu chín trăm bốn mươi ba nghìn đồng",
    1_000_005: "một triệu không trăm linh năm đồng",
    2_000_000_000: "hai tỷ đồng",
    1_000_000_000_000: "một nghìn tỷ đồng",
    1_002_000_000_000: "một nghìn không trăm linh hai tỷ đồng",
}
SPOKEN_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DIGITS = {word: digit for digit, word in enumerate(SPOKEN_DIGITS)} | {"mốt": 1, "lăm": 5}
OTHERS = {"mười", "mươi", "trăm", "linh", "nghìn", "triệu", "tỷ", "đồng"}


def heard(text: str) -> int:
    """What somebody writes down who hears these words: another way than the one that made them."""
    billions, _word, rest = text.removesuffix(" đồng").rpartition("tỷ")
    return _below_billions(billions) * 10**9 + _below_billions(rest)


def _below_billions(text: str) -> int:
    total, words = 0, text.split()
    group: list[str] = []
    for word in words:
        if word in {"nghìn", "triệu"}:
            total += _three(group) * {"nghìn": 10**3, "triệu": 10**6}[word]
            group = []
        else:
            group.append(word)
    return total + _three(group)


def _three(words: list[str]) -> int:
    value, digit = 0, 0
    for word in words:
        if word == "trăm":
            value, digit = value + digit * 100, 0
        elif word == "mươi":
            value, digit = value + digit * 10, 0
        elif word == "mười":
            value += 10
        elif word != "linh":
            digit = DIGITS[word]
    return value + digit


@pytest.mark.parametrize(("dong", "words"), SPOKEN.items())
def test_amounts_are_written_as_people_say_them(dong: int, words: str) -> None:
    assert amount(dong) == words


@given(st.integers(0, 10**12))
def test_whoever_hears_the_words_writes_the_same_amount(dong: int) -> None:
    assert heard(amount(dong)) == dong


@given(st.integers(0, 10**12))
def test_the_words_are_plain(dong: int) -> None:
    said = amount(dong)
    assert said == " ".join(said.split())
    assert said.endswith(" đồng")
    assert set(said.split()) <= OTHERS | set(DIGITS)


@pytest.mark.parametrize("dong", [-1, LIMIT])
def test_no_words_for_what_is_no_amount(dong: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        amount(dong)
