import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.bits import BASE_64, BitWriter
from traceability.compression import ASCII, HEX, compress, expand, pack, read
from traceability.digital_link import DigitalLink, build, parse
from traceability.elements import Element, read_brackets
from traceability.errors import CompressedLinkError, GS1Error, LinkError

STEM = "https://id.gs1.org"
GTIN = "09520123456788"
# One value of each way of packing: digits, small and capital hexadecimal, base64, the rest.
TEXTS = st.one_of(
    st.text("0123456789", min_size=1, max_size=20),
    st.text("0123456789abcdef", min_size=1, max_size=20),
    st.text("0123456789ABCDEF", min_size=1, max_size=20),
    st.text("abcXYZ019-_", min_size=1, max_size=20),
    st.text("abcXYZ019-/+%&", min_size=1, max_size=20),
)


@given(TEXTS, TEXTS, st.integers(0, 999_999))
@settings(deadline=None)
def test_packing_loses_nothing(lot: str, serial: str, weight: int) -> None:
    held = f"(01){GTIN}(3103){weight:06}(10)"
    made = build((*read_brackets(held + "L"), Element("21", serial), Element("99", lot)))
    made = DigitalLink((made.key, Element("10", lot), Element("21", serial)), made.attributes)
    assert read(compress(made, STEM)) == made


# A value of each form that the table has: parts of fixed and open length, left out or not.
@pytest.mark.parametrize(
    "text",
    [
        "(00)006141411234567890",
        "(253)9526064000028",
        "(253)9526064000028000001",
        "(255)9526064000028",
        "(255)952606400002800001",
        "(414)8931234567897(254)32a",
        "(8003)00614141000012ABC",
        "(8004)0614141X(7040)1ABC",
        "(8006)095201234567880102(21)007",
        "(8010)0614141/1-#(8011)42",
        "(00)006141411234567890(4309)11945267000286433100",
        "(01)09520123456788(7007)261123(99)Z",
        "(01)09520123456788(7007)261123261124",
        "(01)09520123456788(3932)7040299",
        "(01)09520123456788(8030)QUJD-_",
        "(01)09520123456788(30)12345678",
    ],
)
def test_every_form_of_value_is_packed(text: str) -> None:
    made = build(read_brackets(text))
    assert read(compress(made, "https://txng.vn/x")).canonical() == made.canonical()


def test_a_link_may_be_packed_behind_its_key_and_keep_its_parameters() -> None:
    packed = compress(build(read_brackets("(8018)123456789012345675(8019)12")), "https://a")
    behind = pack((Element("10", "L1"),))
    assert expand(packed + "?utm=1#top") == "https://a/8018/123456789012345675/8019/12?utm=1"
    assert expand(f"https://a/b/01/{GTIN}/{behind}?x=1") == f"https://a/b/01/{GTIN}/10/L1?x=1"


def test_a_packed_parameter_that_is_no_identifier_comes_out_behind_the_query() -> None:
    writer = BitWriter()
    writer.text("00", HEX, 4)
    writer.number(6141411234567890, 60)
    for number, width in ((0xF, 4), (2, 7), (BASE_64.index("u"), 6), (BASE_64.index("m"), 6)):
        writer.number(number, width)
    for number, width in ((3, 3), (1, 7), (BASE_64.index("Z"), 6)):
        writer.number(number, width)
    assert expand(f"https://a/{writer.base64()}") == "https://a/00/006141411234567890?um=Z"


# Name and value of each way of packing; a name of more than 7 characters fills both its fields.
@pytest.mark.parametrize(
    ("name", "encoding", "value", "alphabet", "width"),
    [
        ("utm_campaign", 1, "0af", HEX.lower(), 4),
        ("utm_medium", 2, "0AF", HEX, 4),
        ("um", 3, "Tem-qua", BASE_64, 6),
        ("a", 4, "a/b c", ASCII, 7),
    ],
)
def test_packed_parameters_of_every_kind_come_out(
    name: str, encoding: int, value: str, alphabet: str, width: int
) -> None:
    writer = BitWriter()
    writer.text("00", HEX, 4)
    writer.number(6141411234567890, 60)
    writer.number(0xF, 4)
    writer.number(len(name), 7)
    writer.text(name, BASE_64, 6)
    writer.number(encoding, 3)
    writer.number(len(value), 7)
    writer.text(value, alphabet, width)
    told = f"?{name}={quote(value, safe='')}"
    assert expand(f"https://a/{writer.base64()}") == f"https://a/00/006141411234567890{told}"


def packed_text(*numbers: tuple[int, int]) -> str:
    """A lot (10) on a GTIN; each number with its width in bits."""
    writer = BitWriter()
    for number, width in ((0x01, 8), (int(GTIN), 47), (0x10, 8), *numbers):
        writer.number(number, width)
    return f"{STEM}/{writer.base64()}"


def test_a_number_is_no_longer_than_its_digits() -> None:
    digits, length = (0, 3), (2, 5)
    assert expand(packed_text(digits, length, (99, 7))) == f"{STEM}/01/{GTIN}/10/99"
    assert expand(packed_text(digits, length, (5, 7))) == f"{STEM}/01/{GTIN}/10/05"
    with pytest.raises(CompressedLinkError, match="longer than it says"):
        expand(packed_text(digits, length, (100, 7)))


def test_a_number_of_open_length_is_packed_by_its_length_and_nothing_else() -> None:
    """A count (30), of up to 8 digits: 4 bits say how many, 10 hold three of them."""
    writer = BitWriter()
    for number, width in ((0x0F, 8), (int(GTIN), 47), (3, 4), (125, 10)):
        writer.number(number, width)
    plain = f"{STEM}/01/{GTIN}?30=125"
    assert expand(f"{STEM}/{writer.base64()}") == plain
    assert compress(parse(plain), STEM) == f"{STEM}/{writer.base64()}"


@pytest.mark.parametrize("encoding", [5, 6, 7])
def test_a_way_of_packing_that_nobody_defined_is_refused(encoding: int) -> None:
    with pytest.raises(CompressedLinkError, match=f"encoding {encoding}, which is not defined"):
        expand(packed_text((encoding, 3), (1, 5), (0, 7)))


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        ("ARFKk4XB", "middle of a value"),
        ("ARFKk4XB0Q", "after its last value"),
        ("A*", "no URL-safe base64"),
        ("BQAA", "no identifier"),
        ("5AAA", "no identifier"),
    ],
)
def test_a_damaged_packing_is_refused(packed: str, why: str) -> None:
    with pytest.raises(CompressedLinkError, match=why):
        expand(f"{STEM}/{packed}")


def test_a_link_that_is_neither_plain_nor_packed_is_told_so_once() -> None:
    with pytest.raises(LinkError, match="no GS1 key"):
        read("https://a/gtin/12312312312333")
    with pytest.raises(GS1Error, match="check digit"):
        read(f"https://a/01/{GTIN[:-1]}9")


def test_the_standard_packed_links(vectors: Path) -> None:
    rows = json.loads((vectors / "gs1-digital-link/compression.json").read_text())
    for row in rows:
        assert expand(row["compressed"]) == row["decompressed"]
        assert expand(row["partially_compressed"]) == row["decompressed"]
        assert compress(parse(row["uri"]), STEM) == row["compressed"]
    assert len(rows) >= 42
