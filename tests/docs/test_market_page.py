"""The page on the market names tests that exist, and says of each promise which ones keep it."""

from pathlib import Path

from tests.docs.named_tests import exists, named

PAGE = (Path(__file__).parents[2] / "docs" / "market.md").read_text("utf-8")


def test_what_proves_it_exists() -> None:
    tests = named(PAGE)
    assert len(tests) > 10
    assert [name for name in tests if not exists(name)] == []


def test_nothing_is_promised_without_a_proof() -> None:
    table = PAGE.partition("| What holds | Proved by |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = table.splitlines()
    assert len(rows) > 5
    assert [row for row in rows if not named(row.rpartition(" | ")[2])] == []
