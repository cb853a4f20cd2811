"""Every requirement of the threat model is proved by tests that exist, or says what is missing."""

import re
from collections import Counter
from typing import NamedTuple

import pytest

from tests.docs.named_tests import ROOT, exists, named

PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


class Requirement(NamedTuple):
    number: int
    text: str
    state: str
    by: str

    @property
    def honest(self) -> bool:
        """Whether the last column is what the state promises."""
        proved, missing = bool(named(self.by)), "Missing: " in self.by
        return {
            "held": proved and not missing,
            "in part": proved and missing,
            "to come": not proved and self.by.startswith("Comes "),
        }[self.state]


REQUIREMENTS = [Requirement(int(number), *rest) for number, *rest in ROW.findall(PAGE)]


@pytest.mark.parametrize("name", named(PAGE))
def test_the_test_exists(name: str) -> None:
    assert exists(name)


def test_every_requirement_stands_once() -> None:
    assert sorted(one.number for one in REQUIREMENTS) == list(range(1, 65))


def test_every_state_is_what_its_proof_is() -> None:
    assert [one.number for one in REQUIREMENTS if not one.honest] == []


def test_the_sum_is_right() -> None:
    states = Counter(one.state for one in REQUIREMENTS)
    told = re.search(r"Of 64 requirements (\d+) are held, (\d+) in part, (\d+) to come\.", PAGE)
    assert told
    assert [int(count) for count in told.groups()] == [
        states["held"],
        states["in part"],
        states["to come"],
    ]


def test_every_file_that_stands_at_a_boundary_exists() -> None:
    files = set(re.findall(r"`((?:cloud|edge|wire)/[\w/]+\.py)`", PAGE))
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert len(files) >= 8
