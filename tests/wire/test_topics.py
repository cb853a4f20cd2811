"""Topics of the contract."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import topics
from wire.errors import TopicError
from wire.topics import Address, Down, Up

DEVICE = "abcdefghijklmn23"


@pytest.mark.parametrize("kind", [*Up, *Down])
def test_every_topic_comes_back_as_its_address(kind: Up | Down) -> None:
    topic = topics.up(DEVICE, kind) if isinstance(kind, Up) else topics.down(DEVICE, kind)
    assert topics.parse(topic) == Address(DEVICE, kind)


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        ("vs/1/abcdefghijklmn23/up", "topic"),
        ("vs/2/abcdefghijklmn23/up/t", "topic"),
        ("vs/1/abcdefghijklmn23/up/t/x", "topic"),
        ("vs/1/ABCDEFGHIJKLMN23/up/t", "device"),
        ("vs/1/+/up/t", "device"),
        ("vs/1/abcdefghijklmn23/up/cmd", "kind"),
        ("vs/1/abcdefghijklmn23/sideways/t", "kind"),
        ("vs/1/" + "a" * 70_000, "topic"),
    ],
)
def test_foreign_topics_are_named(topic: str, code: str) -> None:
    with pytest.raises(TopicError) as caught:
        topics.parse(topic)
    assert caught.value.code == code


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        address = topics.parse(text)
    except TopicError:
        return
    assert text.startswith(f"vs/1/{address.device}/")


@pytest.mark.parametrize("device", ["", "+", "#", "a/b", "../../etc/passwd00", "abcdefghijklmn2"])
def test_no_topic_is_built_for_a_device_that_cannot_be(device: str) -> None:
    with pytest.raises(TopicError):
        topics.up(device, Up.LIVE)
    with pytest.raises(TopicError):
        topics.down_filter(device)


def test_topics_stay_within_the_slashes_every_broker_allows() -> None:
    assert topics.down(DEVICE, Down.DESIRED).count("/") <= 7
