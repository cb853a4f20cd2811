import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.ai import table
from traceability.digital_link import DigitalLink, Tolerance, build, parse
from traceability.elements import Element, read_brackets, scan
from traceability.errors import GS1Error, LinkError

GTIN = "09520123456788"
TEXT = st.text("ABCXYZabc019-./%+=?!", min_size=1, max_size=20)


@given(TEXT, TEXT)
@settings(deadline=None)
def test_a_link_comes_back_from_any_host(lot: str, serial: str) -> None:
    path = (Element("01", GTIN), Element("10", lot), Element("21", serial))
    made = DigitalLink(path, (Element("99", lot),))
    assert parse(made.on("https://example.com/some/path")) == made
    assert parse(made.canonical()) == made


def test_the_canonical_form_is_on_id_gs1_org_in_the_fixed_order() -> None:
    made = parse(f"HTTPS://TXNG.VN/01/{GTIN}/10/L1/21/S1?utm=1&99=B&17=261123&singleton#top")
    assert made.canonical() == f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1?17=261123&99=B"
    assert made.identity() == f"https://id.gs1.org/01/{GTIN}/10/L1/21/S1"
    assert (made.key, made.gtin, made.lot, made.serial) == (("01", GTIN), GTIN, "L1", "S1")


@pytest.mark.parametrize(
    ("uri", "ai", "why"),
    [
        (f"https://a/01/{GTIN[:-1]}9", "01", "check digit should be 8"),
        ("https://a/01/9520123456788", "01", "14 digits"),
        (f"https://a/01/{GTIN}/21/{'A' * 21}", "21", "1 to 20 characters"),
        (f"https://a/01/{GTIN}/10/", "10", "1 to 20 characters"),
        (f"https://a/01/{GTIN}/10/%C3%A9", "10", "outside GS1's set 82"),
        (f"https://a/01/{GTIN}/10/%FF", "10", "outside GS1's set 82"),
        (f"https://a/01/{GTIN}/10/%00", "10", "outside GS1's set 82"),
        (f"https://a/01/{GTIN}/99/X", "01", "no key with its qualifiers"),
        (f"https://a/01/{GTIN}/21/A/10/B", "01", "in their order"),
        (f"https://a/01/{GTIN}/21/A/235/B", "01", "in their order"),
        (f"https://a/01/{GTIN}/21/A/21/B", "01", "in their order"),
        (f"https://a/01/{GTIN}?10=L1", "10", "belongs in the path"),
        (f"https://a/01/{GTIN}?8200=x", "8200", "no data attribute"),
        (f"https://a/01/{GTIN}?01={GTIN}", "01", "twice"),
        (f"https://a/01/{GTIN}?99=A&99=A", "99", "twice"),
        (f"https://a/01/{GTIN}?99=A+B", "99", "outside GS1's set 82"),
        (f"https://a/01/{GTIN}?89=A", "89", "no such application identifier"),
        ("https://a/02/1", None, "no GS1 key"),
        (f"https://a/01/{GTIN}/", None, "no GS1 key"),
        (f"https://a$/01/{GTIN}", None, "no host"),
        (f"https://u@a/01/{GTIN}", None, "no host"),
    ],
)
def test_a_refusal_names_the_identifier_and_the_reason(uri: str, ai: str | None, why: str) -> None:
    with pytest.raises(GS1Error, match=why) as refused:
        parse(uri)
    assert refused.value.ai == ai


@pytest.mark.parametrize("uri", ["", "ftp://a/01/1", "Https://a/01/1", "https://", "https://[/01"])
def test_what_is_no_web_link_is_refused(uri: str) -> None:
    with pytest.raises(LinkError):
        parse(uri)


def test_a_reader_may_tolerate_what_older_links_do() -> None:
    tolerant = Tolerance(short_gtins=True, alphas=True)
    made = parse("https://a/gtin/9520123456788/lot/L1?8004=0614141X", tolerant)
    assert made.canonical() == f"https://id.gs1.org/01/{GTIN}/10/L1?8004=0614141X"
    strict = parse(f"https://b/01/{GTIN}/10/L1?8004=0614141X")
    assert made == strict  # how it was read is no part of what it says
    assert repr(made) == repr(strict)
    with pytest.raises(LinkError):
        parse("https://a/gtin/9520123456788")


def test_an_attribute_that_is_not_allotted_yet_is_read_only_when_asked_for() -> None:
    uri = f"https://a/01/{GTIN}?89=A"
    with pytest.raises(LinkError, match="no data attribute"):
        parse(uri, Tolerance(unknown=True))
    made = parse(uri, Tolerance(unknown=True, unknown_attributes=True))
    assert made.attributes == (Element("89", "A"),)


@pytest.mark.parametrize("ai", ["10", "89"])
def test_a_link_begins_with_a_key(ai: str) -> None:
    with pytest.raises(LinkError, match="no key with its qualifiers"):
        DigitalLink((Element(ai, "L1"),), tolerance=Tolerance(unknown=True))


def test_an_element_string_becomes_a_link_with_its_qualifiers_in_order() -> None:
    made = build(read_brackets(f"(21)S1(99)X(01){GTIN}(17)261123(10)L1"))
    assert made.on("https://txng.vn/") == f"https://txng.vn/01/{GTIN}/10/L1/21/S1?17=261123&99=X"
    with pytest.raises(LinkError, match="can be the key"):
        build(read_brackets("(99)X"))
    with pytest.raises(GS1Error, match="two values"):
        build(read_brackets(f"(01){GTIN}(10)A(10)B"))


def test_the_standard_links(vectors: Path) -> None:
    rows = list(_rows(vectors, "parse"))
    assert len(rows) >= 70
    for row in rows:
        tolerance = Tolerance(
            short_gtins=row["permit_zero_suppressed_gtin"],
            # The rows with words for identifiers stand twice, for a reader with and without them.
            alphas=row["valid"] and any(word in row["uri"] for word in ("/gtin/", "/sscc/")),
            unknown=row["permit_unknown_ais"],
            unknown_attributes=not row["unknown_ai_attr_check"],
        )
        if row["valid"]:
            made = parse(row["uri"], tolerance)
            assert scan(made.elements, unknown=tolerance.unknown) == row["ai"], row["uri"]
        else:
            with pytest.raises(GS1Error):
                parse(row["uri"], tolerance)


def test_the_standard_links_are_built(vectors: Path) -> None:
    rows = list(_rows(vectors, "generate"))
    for row in rows:
        # One pair of rows differs only in that its reader allows identifiers not allotted.
        allowed = row["valid"] and "(89)" in row["ai"]
        tolerance = Tolerance(unknown=allowed, unknown_attributes=allowed)
        if row["valid"]:
            held = read_brackets(row["ai"], unknown=allowed)
            assert build(held, tolerance).on(row["stem"]) == row["uri"]
        else:
            with pytest.raises(GS1Error):
                build(read_brackets(row["ai"]))
    assert len(rows) >= 15


def test_the_standard_orders_of_key_and_qualifiers(vectors: Path) -> None:
    orders = json.loads((vectors / "gs1-digital-link/valid-path-sequences.json").read_text())
    ours: set[tuple[str, ...]] = {(ai,) for ai, kind in table().items() if kind.key}
    for ai, kind in table().items():
        for alternative in kind.qualifiers:
            ours |= {(ai, *subset) for subset in _subsets(alternative)}
    # (415) with its mandatory (8020) joined the standard later.
    assert ours - {tuple(order) for order in orders} == {("415",), ("415", "8020")}
    assert {tuple(order) for order in orders} <= ours


def _subsets(qualifiers: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for mask in range(1, 1 << len(qualifiers)):
        yield tuple(ai for bit, ai in enumerate(qualifiers) if mask >> bit & 1)


def _rows(vectors: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(
        (vectors / f"gs1-digital-link/{name}.json").read_text()
    )
    return rows
