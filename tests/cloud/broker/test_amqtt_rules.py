"""The stand-in broker's rules are those of the access file."""

import pytest
from amqtt.contexts import Action

from cloud.broker.amqtt_child import may, within

ME = "abcdefghijklmnop"
OTHER = "ponmlkjihgfedcba"


@pytest.mark.parametrize(
    ("name", "topic", "action"),
    [
        (ME, f"vs/1/{ME}/up/t", Action.PUBLISH),
        (ME, f"vs/1/{ME}/dn/#", Action.SUBSCRIBE),
        (ME, f"vs/1/{ME}/dn/cmd", Action.RECEIVE),
        ("ingest-1", "vs/1/+/up/#", Action.SUBSCRIBE),
        ("ingest-1", f"vs/1/{ME}/dn/ack", Action.PUBLISH),
        ("watcher", "vs/1/canarycanarycana/up/#", Action.SUBSCRIBE),
        ("watcher", "vs/1/decoydecoydecoyd/dn/go", Action.RECEIVE),
        ("watcher", "vs/1/decoydecoydecoyd/dn/des", Action.PUBLISH),
    ],
)
def test_everyone_reaches_what_is_theirs(name: str, topic: str, action: Action) -> None:
    assert may(name, topic, action)


@pytest.mark.parametrize(
    ("name", "topic", "action"),
    [
        (ME, f"vs/1/{OTHER}/up/t", Action.PUBLISH),
        (ME, f"vs/1/{ME}/dn/cmd", Action.PUBLISH),
        (ME, f"vs/1/{OTHER}/dn/cmd", Action.SUBSCRIBE),
        (ME, "vs/1/+/dn/cmd", Action.SUBSCRIBE),
        (ME, "#", Action.SUBSCRIBE),
        (ME, "vs/#", Action.SUBSCRIBE),
        (ME, "+/+/+/+/+", Action.SUBSCRIBE),
        (ME, f"vs/1/{ME}/up/#", Action.SUBSCRIBE),
        ("ingest-1", f"vs/1/{ME}/up/t", Action.PUBLISH),
        ("ingest-1", "#", Action.SUBSCRIBE),
        ("watcher", "vs/1/+/up/#", Action.SUBSCRIBE),
        ("watcher", f"vs/1/{ME}/dn/#", Action.SUBSCRIBE),
        ("watcher", "vs/1/canarycanarycana/up/t", Action.PUBLISH),
    ],
)
def test_no_one_reaches_anything_else(name: str, topic: str, action: Action) -> None:
    assert not may(name, topic, action)


def test_a_filter_is_within_another_only_if_it_reaches_nothing_more() -> None:
    assert within("a/+/c", "a/+/#")
    assert within("a/b", "a/+")
    assert not within("a/#", "a/+")
    assert not within("a", "a/+")
    assert not within("a/b/c", "a/b")
