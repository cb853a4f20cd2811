import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.ai_checks import check_digit
from traceability.errors import GS1Error
from traceability.gs1 import gtin14, has_check_digit, internal_gtin, link
from traceability.payload import base, stamp_link

GTIN = "09520123456788"


def test_a_lot_and_a_unit_have_one_link_each() -> None:
    made = link("9520123456788", lot="L1", serial="S1")
    assert made.canonical() == f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1"
    assert (made.lot, made.serial) == ("L1", "S1")


def test_a_gtin_of_any_length_is_held_as_fourteen_digits() -> None:
    assert gtin14("02345673") == "00000002345673"
    assert gtin14("416000336108") == "00416000336108"
    with pytest.raises(GS1Error, match="8, 12, 13 or 14 digits"):
        gtin14("123")


def test_a_gtin_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(GS1Error, match="check digit should be 3"):
        gtin14("02345674")


# One of each length that has such a digit: GTIN-8, -12, -13 and -14, GSIN (17), SSCC (18).
@pytest.mark.parametrize(
    "number",
    [
        "02345673",
        "416000336108",
        "9520123456788",
        "09520123456788",
        "12345678901234560",
        "006141411234567890",
    ],
)
def test_the_last_digit_checks_the_rest(number: str) -> None:
    """General Specifications, section 7.9.1: standard check digit calculations."""
    wrong = str((int(number[-1]) + 1) % 10)
    assert has_check_digit(number)
    assert not has_check_digit(number[:-1] + wrong)


def test_no_other_length_has_a_check_digit() -> None:
    assert [length for length in range(1, 30) if has_check_digit("0" * length)] == [
        8,
        12,
        13,
        14,
        17,
        18,
    ]


@given(st.integers(0, 10**10 - 1))
@settings(deadline=None)
def test_internal_numbers_are_valid_and_stay_inside_the_house(number: int) -> None:
    gtin = internal_gtin(number)
    assert gtin.startswith("020")
    assert has_check_digit(gtin)


def test_internal_numbers_end_somewhere() -> None:
    with pytest.raises(GS1Error, match="10 digits"):
        internal_gtin(10**10)


@given(st.text("0123456789", min_size=7, max_size=7), st.integers(0, 7), st.integers(1, 9))
@settings(deadline=None)
def test_one_wrong_digit_breaks_the_check_digit(body: str, place: int, shift: int) -> None:
    number = body + str(check_digit(body))
    wrong = str((int(number[place]) + shift) % 10)
    assert has_check_digit(number)
    assert not has_check_digit(number[:place] + wrong + number[place + 1 :])


def test_the_printed_link_keeps_only_the_scheme_in_lower_case() -> None:
    assert (
        stamp_link("https://txng.vn", "S" * 20, GTIN) == f"https://TXNG.VN/01/{GTIN}/21/{'S' * 20}"
    )
    assert stamp_link("http://127.0.0.1:8000/", "S" * 20) == f"http://127.0.0.1:8000/T/{'S' * 20}"


@pytest.mark.parametrize("url", ["txng.vn", "https://txng.vn/path", "ftp://txng.vn", "https://"])
def test_only_a_host_can_be_printed(url: str) -> None:
    with pytest.raises(GS1Error, match="https://HOST"):
        base(url)


def test_the_standard_check_digits(vectors: Path) -> None:
    rows = json.loads((vectors / "gs1-digital-link/check-digit.json").read_text())
    assert [has_check_digit(row["value"]) for row in rows] == [row["valid"] for row in rows]
