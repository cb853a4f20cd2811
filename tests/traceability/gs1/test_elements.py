import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability import associations
from traceability.associations import problems
from traceability.elements import Element, brackets, read, read_brackets, read_scan, scan
from traceability.errors import AssociationError, GS1Error, UnknownIdentifierError

GTIN = "09520123456788"
VALUES = st.text("ABCabc019-./%+=?!()", min_size=1, max_size=20)


@given(VALUES, VALUES)
@settings(deadline=None)
def test_brackets_and_scans_come_back(lot: str, serial: str) -> None:
    held = (
        Element("01", GTIN),
        Element("10", lot),
        Element("21", serial),
        Element("17", "260200"),
    )
    assert read(brackets(held)) == held
    assert read(scan(held)) == held


def test_only_values_of_open_length_are_ended() -> None:
    held = read("(01)09520123456788(17)260200(10)L1(235)X")
    assert scan(held) == "^01095201234567881726020010L1^235X"


@pytest.mark.parametrize("start", ["^", "\x1d", "]C1", "]d2", "]Q3", "]e0", "]J1"])
def test_what_scanners_send_is_understood(start: str) -> None:
    assert read(f"{start}01{GTIN}10L1\x1d21S1") == (("01", GTIN), ("10", "L1"), ("21", "S1"))


@pytest.mark.parametrize(
    "text",
    ["", "^", "0109520123456788", "(01", "(01)", "01)", "(01)X(", "^^", "^9", "]Q3", "(1A)1"],
)
def test_what_is_no_element_string_is_refused(text: str) -> None:
    with pytest.raises(GS1Error):
        read(text)


@pytest.mark.parametrize(
    ("reader", "text"),
    [(read, "(89)X"), (read, "^89X"), (read_brackets, "(89)X"), (read_scan, "^89X")],
)
def test_an_identifier_that_is_not_allotted_is_read_only_when_asked_for(
    reader: Callable[..., tuple[Element, ...]], text: str
) -> None:
    """Its length is not known, so a reader that guessed would misread what follows."""
    with pytest.raises(UnknownIdentifierError):
        reader(text)
    assert reader(text, unknown=True) == (Element("89", "X"),)
    with pytest.raises(UnknownIdentifierError):
        scan([Element("89", "X")])


def test_what_stands_where_a_bracket_belongs_is_not_passed_over() -> None:
    with pytest.raises(GS1Error, match="in brackets begins"):
        read_brackets("x01)09520123456788")


def test_all_that_is_wrong_with_an_item_is_told() -> None:
    held = read_brackets("(21)S1(235)X(21)S2")
    found = [(error.ai, str(error)) for error in problems(held)]
    assert found == [
        ("21", "AI (21): has two values, S1 and S2"),
        ("21", "AI (21): may not stand together with (235)"),
        ("21", "AI (21): needs (01) or (03) or (8006) on the same item"),
        ("235", "AI (235): needs (01) on the same item"),
    ]


def test_nothing_is_wrong_with_an_item_that_has_all_it_needs() -> None:
    assert list(problems(read("(01)09520123456788(3103)000195(3922)0299(17)261123"))) == []


def test_a_value_of_open_length_that_nobody_ended_is_refused() -> None:
    with pytest.raises(GS1Error, match="1 to 20"):
        read(f"^10{'A' * 20}21S1")


def test_the_standard_element_strings(vectors: Path) -> None:
    rows = json.loads((vectors / "gs1-digital-link/ai-validation.json").read_text())
    judged = [row for row in rows if row["fn"] != "buf"]  # those are about their own memory
    assert len(judged) > 100
    wrong = [row for row in judged if _valid(row) != row["valid"]]
    assert wrong == []
    expected = [row for row in judged if row["expect"]]
    assert [scan(read_brackets(row["data"])) for row in expected] == [
        row["expect"] for row in expected
    ]


def _valid(row: dict[str, str]) -> bool:
    # Rows about repeats use an identifier that is not allotted.
    unknown = row["fn"] == "validateAIrepeats"
    reader = read_brackets if row["data"].startswith("(") else read_scan
    try:
        held = reader(row["data"], unknown=unknown)
        if row["fn"]:
            _judge(row["fn"], held)
    except GS1Error:
        return False
    return True


JUDGED = {
    "validateAIrepeats": "two values",
    "validateAImutex": "together",
    "validateAIrequisites": "needs",
    "validateDigSigRequiresSerialisedKey": "serial part",
}


def _judge(asked: str, held: tuple[Element, ...]) -> None:
    for problem in problems(held, unknown=True):
        if JUDGED[asked] in str(problem):
            raise problem


def test_one_problem_is_enough_to_refuse() -> None:
    associations.check(read_brackets("(01)09520123456788(21)S1"))
    with pytest.raises(AssociationError, match="needs"):
        associations.check(read_brackets("(21)S1"))
