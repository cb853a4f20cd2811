"""The page on products names tests that exist."""

from pathlib import Path

from tests.docs.named_tests import exists, named

PAGE = (Path(__file__).parents[2] / "docs" / "products.md").read_text("utf-8")


def test_what_proves_it_exists() -> None:
    tests = named(PAGE)
    assert len(tests) >= 5
    assert [name for name in tests if not exists(name)] == []
