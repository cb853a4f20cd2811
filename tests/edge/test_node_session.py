"""The session with a real Mosquitto: it listens, forgets, and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.config_nodes import Nodes
from edge.node_link import Message
from edge.node_session import NodeSession
from tests.edge.broker import BINARY, Broker, Town, until

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")
TOPIC = "dat3/sensor/soil_moisture/state"
TOPICS = frozenset({TOPIC})


@pytest.fixture
def broker(town: Town) -> Broker:
    return town.broker()


@pytest.fixture
def session(broker: Broker) -> Iterator[NodeSession]:
    session = connected(broker)
    yield session
    session.close()


def connected(broker: Broker) -> NodeSession:
    session = NodeSession(Nodes(url=broker.url), time.perf_counter)
    assert session.trouble == "not connected yet"
    session.start(TOPICS)
    until(lambda: session.trouble is None)
    return session


def heard(session: NodeSession, *, tell: NodeSession | None = None) -> Message:
    """The next message; `tell` says one until it is heard, for nobody sees a subscription."""
    messages: list[Message] = []

    def arrived() -> bool:
        if tell is not None:
            tell.publish(TOPIC, b"31.4")
        messages.extend(session.take())
        return bool(messages)

    until(arrived)
    return messages[0]


def test_a_reading_is_dated_by_our_own_clock(session: NodeSession) -> None:
    before = time.perf_counter()
    message = heard(session, tell=session)
    assert (message.topic, message.payload, message.retained) == (TOPIC, b"31.4", False)
    assert before <= message.at <= time.perf_counter()


def test_after_the_broker_was_gone_it_listens_again(session: NodeSession, broker: Broker) -> None:
    broker.kill()
    until(lambda: session.trouble is not None)
    session.publish(TOPIC, b"1.0")
    broker.start()
    until(lambda: session.trouble is None)
    session.take()
    assert heard(session, tell=session).payload == b"31.4", "what was said in between is forgotten"


def test_a_missing_password_is_told_and_no_error(tmp_path: Path) -> None:
    nodes = Nodes(username="vuonso", password_file=str(tmp_path / "none"))
    session = NodeSession(nodes, time.perf_counter)
    session.start(TOPICS)
    assert "login cannot be read" in str(session.trouble)
    session.publish(TOPIC, b"1")
    session.close()
