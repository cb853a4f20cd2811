"""The page on orders names tests that exist, and every state that money can have."""

import re
from pathlib import Path

from cloud.payments.rules import PaymentState
from tests.docs.named_tests import exists, named

PAGE = (Path(__file__).parents[2] / "docs" / "orders.md").read_text("utf-8")


def test_what_proves_it_exists() -> None:
    tests = named(PAGE)
    assert len(tests) > 10
    assert [name for name in tests if not exists(name)] == []


def test_the_table_names_every_state() -> None:
    states = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert states == [state.value for state in PaymentState]
