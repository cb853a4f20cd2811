"""Every fail-safe on the page is held by tests that exist."""

import re

import pytest

from firmware_sim.scenario import Kind
from tests.docs.named_tests import ROOT, exists, named

PAGE = (ROOT / "docs" / "fail-safes.md").read_text("utf-8")
NAMED = named(PAGE)


@pytest.mark.parametrize("name", NAMED)
def test_the_test_exists(name: str) -> None:
    assert exists(name)


def test_every_rule_names_a_test() -> None:
    rows = re.findall(r"^\| (?!rule)(.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert len(rows) > 25
    assert [rule for rule, tests in rows if "tests/" not in tests] == []


def test_every_mishap_of_the_simulator_is_played_against_the_agent() -> None:
    folder = ROOT / "tests" / "edge" / "failsafe"
    played = "".join(path.read_text("utf-8") for path in folder.glob("test_*.py"))
    assert [kind.name for kind in Kind if f"Kind.{kind.name}" not in played] == []


def test_every_test_of_the_folder_is_on_the_page_or_of_one_that_is() -> None:
    told = {name.partition("::")[0] for name in NAMED}
    folder = ROOT / "tests" / "edge" / "failsafe"
    assert {f"tests/edge/failsafe/{path.name}" for path in folder.glob("test_*.py")} <= told
