import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.errors import GS1Error
from traceability.gs1 import (
    DigitalLink,
    check_digit,
    gtin14,
    has_check_digit,
    internal_gtin,
    link,
    parse,
)
from traceability.payload import base, stamp_link

GTIN = "09520123456788"
TEXT = st.text("ABCXYZabc019-./%+=?!", min_size=1, max_size=20)
OURS = ("01", "22", "10", "21", "235")


@given(TEXT, TEXT)
def test_a_link_comes_back_from_any_host(lot: str, serial: str) -> None:
    made = link(GTIN, lot=lot, serial=serial)
    assert parse(made.on("https://example.com/some/path")) == made
    assert parse(made.canonical()) == made


def test_the_canonical_form_is_on_id_gs1_org_in_the_fixed_order() -> None:
    made = link("9520123456788", lot="L1", serial="S1")
    assert made.canonical() == f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1"
    assert (made.lot, made.serial) == ("L1", "S1")


@pytest.mark.parametrize(
    ("uri", "ai", "why"),
    [
        (f"https://a/01/{GTIN[:-1]}9", "01", "check digit of 09520123456789 should be 8"),
        ("https://a/01/9520123456788", "01", "14 digits"),
        (f"https://a/01/{GTIN}/21/{'A' * 21}", "21", "1 to 20 characters"),
        (f"https://a/01/{GTIN}/10/", "10", "1 to 20 characters"),
        (f"https://a/01/{GTIN}/10/%C3%A9", "10", "outside GS1's set 82"),
        (f"https://a/01/{GTIN}/99/X", "99", "cannot qualify"),
        (f"https://a/01/{GTIN}/21/A/10/B", "01", "order"),
        (f"https://a/01/{GTIN}/21/A/235/B", "01", "order"),
        (f"https://a/01/{GTIN}?17=261123", "17", "not read"),
        ("https://a/02/1", "01", "no key"),
    ],
)
def test_a_refusal_names_the_identifier_and_the_reason(uri: str, ai: str, why: str) -> None:
    with pytest.raises(GS1Error, match=why) as refused:
        parse(uri)
    assert refused.value.ai == ai


@pytest.mark.parametrize(
    "uri", ["", "ftp://a/01/1", "Https://a/01/1", "https://", "https://[/01/1"]
)
def test_what_is_no_web_link_is_refused(uri: str) -> None:
    with pytest.raises(GS1Error):
        parse(uri)


def test_a_gtin_of_any_length_is_held_as_fourteen_digits() -> None:
    assert gtin14("02345673") == "00000002345673"
    assert gtin14("416000336108") == "00416000336108"
    with pytest.raises(GS1Error, match="8, 12, 13 or 14 digits"):
        gtin14("123")


@given(st.integers(0, 10**10 - 1))
def test_internal_numbers_are_valid_and_stay_inside_the_house(number: int) -> None:
    gtin = internal_gtin(number)
    assert gtin.startswith("020")
    assert has_check_digit(gtin)


def test_internal_numbers_end_somewhere() -> None:
    with pytest.raises(GS1Error, match="10 digits"):
        internal_gtin(10**10)


@given(st.text("0123456789", min_size=7, max_size=7), st.integers(0, 7), st.integers(1, 9))
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


def test_the_standard_links_with_identifiers_we_know(vectors: Path) -> None:
    rows = json.loads((vectors / "gs1-digital-link/parse.json").read_text())
    strict = [row for row in rows if not row["permit_zero_suppressed_gtin"]]
    read = 0
    for row in strict:
        if row["valid"] and not _known(row["uri"]):
            continue
        if row["valid"]:
            assert _element_string(parse(row["uri"])) == row["ai"], row["uri"]
            read += 1
        else:
            with pytest.raises(GS1Error):
                parse(row["uri"])
    assert read >= 8


def _known(uri: str) -> bool:
    path, _, query = uri.partition("?")
    names = path.split("/")[3::2]
    return (
        names[0] == "01" and all(n in OURS for n in names) and not any(c.isdigit() for c in query)
    )


def _element_string(made: DigitalLink) -> str:
    """The bracketless form: ^ before what follows a value of variable length."""
    text, open_ended = f"^01{made.gtin}", False
    for ai, value in made.qualifiers:
        text += ("^" if open_ended else "") + ai + value
        open_ended = True
    return text
