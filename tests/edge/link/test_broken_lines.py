"""Lines that are open at both ends and carry nothing, and brokers that stop being there."""

import socket
import threading
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path

import pytest

from edge.courier import CONFIRM_S, GREETING_S
from tests.edge.broker import BINARY, Broker, Town, until
from tests.edge.link.proxy import Proxy
from tests.edge.rig import NOWHERE, Rig
from wire.codes import EventKind

pytestmark = pytest.mark.skipif(BINARY is None, reason="mosquitto is not installed")


class Street:
    """An agent and a cloud on either side of a line that can be swallowed."""

    def __init__(self, town: Town, proxy: Proxy, broker: Broker) -> None:
        self.proxy = proxy
        self.rig = town.agent(proxy.url)
        self.cloud = town.cloud(broker, self.rig.identity.device)


@pytest.fixture
def street(town: Town) -> Iterator[Street]:
    broker = town.broker()
    proxy = Proxy(broker.port)
    yield Street(town, proxy, broker)
    proxy.close()


class TestHalfOpen:
    def test_a_line_that_goes_dead_is_replaced_and_nothing_is_missing(
        self, street: Street
    ) -> None:
        rig, uplink = street.rig, street.rig.runtime.uplink
        rig.runtime.start()
        until(lambda: bool(street.cloud.births))
        street.proxy.swallows = True
        rig.seconds(60)  # a row is written, and sent into the void
        until(lambda: any(flight.unconfirmed for flight in uplink._drain._flights))
        rig.seconds(int(CONFIRM_S) + 1)
        until(lambda: uplink._retry_at > 0)
        street.proxy.swallows = False
        rig.seconds(5)
        until(lambda: len(street.cloud.births) == 2)
        until(lambda: set(street.cloud.rows) == set(range(1, rig.runtime.store.last + 1)))

    def test_a_line_that_was_dead_from_the_start_is_given_up(self, street: Street) -> None:
        rig = street.rig
        street.proxy.swallows = True
        rig.runtime.start()
        until(lambda: street.proxy.visits == 1)
        rig.seconds(int(GREETING_S) + 1)
        until(lambda: rig.runtime.uplink._retry_at > 0)
        street.proxy.swallows = False
        rig.seconds(5)
        until(lambda: bool(street.cloud.births))

    def test_water_is_cared_for_meanwhile(self, street: Street) -> None:
        rig = street.rig
        street.proxy.swallows = True
        rig.runtime.start()
        rig.raw = 480
        rig.seconds(1800)
        assert rig.events(EventKind.DOSE_STARTED)


class TestFailOver:
    def test_brokers_that_are_not_there_are_passed_over(self, town: Town) -> None:
        broker = town.broker()
        unspeakable = f"mqtt://{'a' * 70}.invalid"
        rig = town.agent(*NOWHERE, "http://127.0.0.1", unspeakable, broker.url)
        rig.runtime.start()
        until(lambda: rig.runtime.uplink.is_connected)
        assert rig.runtime.uplink._url == broker.url

    def test_a_broker_that_refuses_the_login_is_passed_over(
        self, town: Town, tmp_path: Path
    ) -> None:
        (tmp_path / "passwords").touch(mode=0o600)
        strict = f"password_file {tmp_path / 'passwords'}"
        closed = town.broker("closed", (strict, "allow_anonymous false"))
        broker = town.broker("open")
        rig = town.agent(closed.url, broker.url)
        rig.runtime.start()
        until(lambda: rig.runtime.uplink.is_connected)
        assert rig.runtime.uplink._url == broker.url

    def test_it_comes_back_to_the_first_when_the_second_is_gone(self, town: Town) -> None:
        first, second = town.broker("first"), town.broker("second")
        first.kill()
        rig = town.agent(first.url, second.url)
        rig.runtime.start()
        until(lambda: rig.runtime.uplink.is_connected)
        rig.seconds(120)
        first.start()
        second.kill()
        until(lambda: not rig.runtime.uplink.is_connected)
        until(lambda: rig.runtime.uplink._failures == 2)
        rig.seconds(5)
        until(lambda: rig.runtime.uplink.is_connected)
        assert rig.runtime.uplink._url == first.url

    def test_two_brokers_killed_in_turn_lose_no_row_and_alter_none(self, town: Town) -> None:
        """A broker that has confirmed a row may die with it: only the cloud's ack counts."""
        brokers = [town.broker("first"), town.broker("second")]
        rig = town.agent(*(broker.url for broker in brokers))
        clouds = [town.cloud(broker, rig.identity.device) for broker in brokers]
        clouds[1].rows, clouds[1].contradicted = clouds[0].rows, clouds[0].contradicted
        rig.runtime.start()
        uplink, store = rig.runtime.uplink, rig.runtime.store
        for turn in range(8):
            until(lambda: a_second_later(rig, lambda: uplink.is_connected))
            rig.seconds(120)
            dying = next(broker for broker in brokers if broker.url == uplink._url)
            dying.kill()
            rig.seconds(30 * turn)
            until(partial(has_left, rig, dying))
            dying.start()
        until(lambda: a_second_later(rig, lambda: has_all(clouds[0].rows, store.last)))
        assert clouds[0].contradicted == []
        assert all(cloud.births for cloud in clouds)


def has_left(rig: Rig, broker: Broker) -> bool:
    """Whether another broker has been found, a second later."""
    uplink = rig.runtime.uplink
    return a_second_later(rig, lambda: uplink.is_connected and uplink._url != broker.url)


def a_second_later(rig: Rig, condition: Callable[[], bool]) -> bool:
    """What waits for the agent's own clock waits in vain while that stands still."""
    rig.seconds(1)
    return condition()


def has_all(rows: Collection[int], last: int) -> bool:
    return set(rows) >= set(range(1, last + 1))


def test_two_agents_with_one_identity_do_not_throw_each_other_out_without_end(town: Town) -> None:
    broker = town.broker()
    rigs = [town.agent(broker.url, name=name) for name in ("one", "other")]
    rigs[1].identity = rigs[0].identity
    rigs[1].runtime.close()
    rigs[1].start()
    for rig in rigs:
        rig.runtime.start()
        uplink = rig.runtime.uplink
        until(partial(getattr, uplink, "is_connected"))
    until(lambda: not rigs[0].runtime.uplink.is_connected)
    for _ in range(20):
        for rig in rigs:
            rig.seconds(30)
    assert max(rig.runtime.uplink._generation for rig in rigs) < 20


def test_a_broker_that_lets_it_hear_nothing_is_left(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=deafen, args=(server,), daemon=True).start()
        rig = town.agent(f"mqtt://127.0.0.1:{server.getsockname()[1]}")
        rig.runtime.start()
        until(lambda: "hear nothing" in caplog.text)
        assert not rig.runtime.uplink.is_connected


def deafen(server: socket.socket) -> None:
    """Take the session in, refuse what it wants to hear (MQTT 3.1.1 §3.9.3: 0x80)."""
    visitor, _ = server.accept()
    with visitor:
        visitor.recv(4096)
        visitor.sendall(b"\x20\x02\x00\x00")
        asked = visitor.recv(4096)
        visitor.sendall(b"\x90\x03" + asked[2:4] + b"\x80")
        visitor.recv(4096)
