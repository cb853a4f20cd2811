"""Amounts in words, tax codes, and drafts whose sums are right to the đồng."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.invoices.draft import Draft, Line, Party
from cloud.invoices.tax import check_digit, normal
from cloud.invoices.words import LIMIT, amount
from cloud.orders.billing import Vat

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


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0100109106", "0100109106"),
        ("0100 109 106", "0100109106"),
        ("0100109106001", "0100109106-001"),
        ("0100109106-001", "0100109106-001"),
        ("079123456789", "079123456789"),
        ("0100109107", None),
        ("0100109106-01", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_tax_code_shows_a_slip(typed: str, code: str | None) -> None:
    assert normal(typed) == code


def test_one_wrong_digit_always_shows() -> None:
    nine = "010010910"
    for place, digit in product(range(9), "0123456789"):
        if nine[place] != digit:
            wrong = nine[:place] + digit + nine[place + 1 :]
            assert check_digit(wrong) != check_digit(nine), wrong


LINES = st.lists(
    st.builds(Line, st.just("Dưa"), st.just("túi"), st.integers(1, 1000), st.integers(1, 10**6)),
    min_size=1,
    max_size=5,
)


@given(LINES, st.sampled_from(Vat))
def test_net_and_tax_are_the_total_and_the_tax_is_its_rate(lines: list[Line], vat: Vat) -> None:
    party = Party("A", "B")
    draft = Draft("HX", party, party, lines, vat)
    assert draft.net + draft.tax == draft.total
    assert abs(draft.net * vat.percent - draft.tax * 100) <= 100 + vat.percent
    assert (draft.tax == 0) or vat.percent > 0
