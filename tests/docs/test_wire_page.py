"""docs/wire.md says what `wire/` does."""

from tests.docs import wire_reference
from wire.topics import Down, Up


def test_the_page_is_the_one_the_contract_generates() -> None:
    assert wire_reference.PAGE.read_text("utf-8") == wire_reference.page(), (
        "run: python -m tests.docs.wire_reference"
    )


def test_every_topic_is_on_the_page() -> None:
    told = wire_reference.page()
    kinds = [*Up, *Down]
    assert [kind for kind in kinds if f"/{kind}`" not in told] == []
