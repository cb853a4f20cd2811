from pathlib import Path

import pytest

from tests.traceability.gs1 import dictionary
from traceability.ai import PREDEFINED, ai_length, identifier, leading, table
from traceability.ai_checks import CHARACTERS, CHECKS, check_pair
from traceability.errors import UnknownIdentifierError, ValueRefusedError


def test_every_identifier_is_as_the_published_dictionary_says(vectors: Path) -> None:
    published = dictionary.read(vectors / "gs1-digital-link/gs1-syntax-dictionary.txt")
    assert len(published) > 500
    assert table() == published


def test_every_check_of_the_table_exists() -> None:
    used = {name for item in table().values() for part in item.parts for name in part.checks}
    assert used == set(CHECKS)
    assert {part.characters for item in table().values() for part in item.parts} == set(CHARACTERS)


# Worked from the General Specifications: one value that is right, and wrong ones with the reason.
RIGHT = [
    ("00", "006141411234567890"),
    ("01", "09520123456788"),
    ("17", "260200"),
    ("17", "240229"),
    ("17", "000229"),
    ("17", "260101"),
    ("17", "261231"),
    ("253", "9526064000028000001"),
    ("3103", "000195"),
    ("3910", "704125000"),
    ("421", "704670000"),
    ("423", "704156"),
    ("4307", "VN"),
    ("4309", "11945267000" + "286433100"),
    ("4300", "H%E1%BB%A3p+t%C3%A1c+x%C3%A3"),
    ("4331", "000300-"),
    ("7007", "261101261130"),
    ("7011", "2611231530"),
    ("7030", "999AB"),
    ("7040", "1ABC"),
    ("7041", "PE"),
    ("7241", "10"),
    ("7250", "20000229"),
    ("7252", "9"),
    ("7258", "2/3"),
    ("7258", "3/3"),
    ("8001", "00010002000109"),
    ("8003", "00614141000012ABC"),
    ("8006", "095201234567880102"),
    ("8006", "095201234567880202"),
    ("8007", "GB98MIDL07009312345678"),
    ("8007", "NO9512345XY"),
    ("8008", "26112309"),
    ("8008", "261123095959"),
    ("8010", "0614141/1-#"),
    ("8011", "0"),
    ("8013", "1987654Ad4X4bL5ttr2310c2K"),
    ("8030", "QUJD-_"),
    ("8030", "12="),
    ("8110", "012345612345611110123"),
    ("8110", "01234561234561111012310110123921101230123456"),
    ("8110", "012345612345611110123326112342511235012345661123456790010"),
    ("8110", "01234561234561111012332611234261123"),
    ("8112", "001234561234560123456"),
]
WRONG = [
    ("00", "006141411234567891", "check digit should be 0"),
    ("01", "0952012345678A", "no digit"),
    ("01", "9520123456788", "has 14 digits, not 13"),
    ("10", "A" * 21, "1 to 20 characters"),
    ("10", "", "1 to 20 characters"),
    ("10", "cà chua", "outside GS1's set 82"),
    ("10", "A^B", "outside GS1's set 82"),
    ("17", "261301", "no month 13"),
    ("17", "260001", "no month 00"),
    ("17", "260230", "no day 30"),
    ("17", "010229", "no day 29"),
    ("7007", "260200", "no day 00"),
    ("7007", "2611232611", "middle of a part"),
    ("7250", "21000229", "no day 29"),
    ("4324", "2611232460", "no such hour"),
    ("4324", "2611232360", "end at 59"),
    ("422", "999", "ISO 3166"),
    ("4307", "XX", "ISO 3166"),
    ("3910", "0001", "ISO 4217"),
    ("4300", "100%", "hexadecimal"),
    ("4309", "18000000010000000000", "latitude"),
    ("4309", "00000000003600000001", "longitude"),
    ("4321", "2", "neither 0 nor 1"),
    ("4331", "000300+", "minus sign"),
    ("7040", "1AB.", "importer index"),
    ("7041", "QQQ", "package type"),
    ("7241", "11", "media type"),
    ("7252", "3", "5218"),
    ("7258", "3/2", "sequence"),
    ("7258", "0/2", "sequence"),
    ("8001", "00000002000109", "may not be zero"),
    ("8001", "00010002000129", "winding"),
    ("8003", "10614141000012", "only be zero"),
    ("8004", "AB1234", "company prefix"),
    ("8004", "12", "company prefix"),
    ("8006", "095201234567880302", "between 1 and the total"),
    ("8007", "GB99MIDL07009312345678", "check digits are wrong"),
    ("8007", "XX98MIDL07009312345678", "no country code"),
    ("8007", "GB98midl07009312345678", "is no IBAN"),
    ("8007", "NO7212345X", "11 or more"),
    ("8010", "0614141abc", "set 39"),
    ("8011", "012", "begin with zero"),
    ("8013", "1987654Ad4X4bL5ttr2310cXK", "should be 2K"),
    ("8013", "1", "too short"),
    ("8014", "127989923", "no digit"),
    ("8030", "QUJD=", "set 64"),
    ("8030", "QU JD", "set 64"),
    ("8110", "01234561234561111012", "ends in its first purchase family"),
    ("8110", "0123456123456111101235", "ends in its serial number"),
    ("8110", "0123456123456111101237", "goes on"),
    ("8110", "01234561234561111012332611234261124", "expires before it starts"),
    ("8110", "0123456123456111101233261199", "no day 99"),
    ("8110", "A", "no digit"),
    ("8112", "201234561234560123456", "format begins with 2"),
]


@pytest.mark.parametrize(("ai", "value"), RIGHT)
def test_a_right_value_passes(ai: str, value: str) -> None:
    identifier(ai).check(value)


@pytest.mark.parametrize(("ai", "value", "why"), WRONG)
def test_a_wrong_value_is_refused_with_the_reason(ai: str, value: str, why: str) -> None:
    with pytest.raises(ValueRefusedError, match=why) as refused:
        identifier(ai).check(value)
    assert refused.value.ai == ai


def test_check_characters_of_alphanumeric_keys() -> None:
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    assert check_pair("12345678901234567890123") == "NT"


@pytest.mark.parametrize("ai", ["89", "999", "1", "12345", "0A", "", "\u0660\u0661"])
def test_an_identifier_outside_the_table_is_refused(ai: str) -> None:
    with pytest.raises(UnknownIdentifierError):
        identifier(ai)


@pytest.mark.parametrize(
    ("ai", "value", "fits"),
    [
        ("8003", "00614141000012ABC", True),
        ("8003", "00614141000013ABC", True),  # a wrong check digit
        ("8003", "00614141000012", True),  # without its serial part
        ("8003", "0061414100001", False),
        ("8003", "00614141000012" + "A" * 16, True),
        ("8003", "00614141000012" + "A" * 17, False),
        ("8003", "A0614141000012ABC", False),
        ("8003", "00614141000012Ă", False),
        ("7007", "261123", True),
        ("7007", "2611232611", False),  # half a second date
        ("7007", "991399", True),  # a day no calendar has
    ],
)
def test_length_and_characters_alone_can_be_asked_for(ai: str, value: str, *, fits: bool) -> None:
    assert bool(identifier(ai).fits(value)) is fits


def test_a_scan_begins_with_an_identifier_that_is_known() -> None:
    assert [leading(text).ai for text in ("0109520123456788", "3103000195", "8003X")] == [
        "01",
        "3103",
        "8003",
    ]
    with pytest.raises(UnknownIdentifierError):
        leading("89X")
    assert leading("89X", unknown=True).ai == "89"


def test_prefixes_of_one_length_hold_for_every_identifier_below_them() -> None:
    """General Specifications, figure 7.8.5-2; the lengths there count the identifier's two."""
    for ai, kind in table().items():
        assert kind.predefined == (ai[:2] in PREDEFINED)
        if kind.predefined:
            assert kind.shortest == kind.longest == PREDEFINED[ai[:2]]
    # Prefixes that nothing is allotted below yet.
    assert {prefix for prefix in PREDEFINED if ai_length(prefix) is None} == {
        "04",
        "14",
        "18",
        "19",
    }
    for ai, length in (("04", 16), ("419", 13)):
        kind = identifier(ai, unknown=True)
        assert kind.predefined
        assert (kind.shortest, kind.longest) == (length, length)


def test_a_new_identifier_of_open_length_has_at_least_one_character() -> None:
    kind = identifier("89", unknown=True)
    kind.check("A" * 90)
    for value in ("", "A" * 91):
        with pytest.raises(ValueRefusedError, match="1 to 90 characters"):
            kind.check(value)


def test_a_reader_may_let_new_identifiers_pass_but_not_impossible_ones() -> None:
    assert identifier("89", unknown=True).longest == 90
    assert identifier("14", unknown=True).longest == 6
    for ai in ("999", "1", "12345", "0A"):
        with pytest.raises(UnknownIdentifierError):
            identifier(ai, unknown=True)
