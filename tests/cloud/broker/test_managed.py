"""A real broker as a child: it answers when `start` returns, and obeys its files."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cloud.broker.address import LOOPBACK, BrokerAddress, Login
from cloud.broker.canary import Aviary
from cloud.broker.kinds import AMQTT, MOSQUITTO, choose, free_port
from cloud.broker.managed import ManagedBroker, answers, command_of
from cloud.broker.passwords import hash_password
from cloud.broker.services import Services
from cloud.clock import SystemClock
from cloud.errors import ConfigurationError
from wire.topics import CANARY

SERVICES = Services(
    (Login("ingest-1", "worker's password"),),
    Login("probe", "probe's password"),
    Aviary(Login(CANARY, "canary's password"), Login("watcher", "watcher's password")),
)
DEVICE = Login("abcdefghijklmnop", "device's password")
NEWCOMER = Login("ponmlkjihgfedcba", "newcomer's password")


class Hasty(SystemClock):
    """Any wait is over when it begins."""

    def mono(self) -> float:
        return super().mono() * 1e9


@pytest.fixture
def address() -> BrokerAddress:
    return BrokerAddress(LOOPBACK, free_port())


@pytest.fixture(params=[MOSQUITTO, AMQTT])
def broker(
    request: pytest.FixtureRequest, tmp_path: Path, address: BrokerAddress
) -> Iterator[ManagedBroker]:
    if request.param == MOSQUITTO and not shutil.which(MOSQUITTO, path="/usr/sbin:/usr/bin"):
        pytest.skip("mosquitto is not installed")
    broker = ManagedBroker(tmp_path / "broker", address, SERVICES)
    accounts = {DEVICE.name: hash_password(DEVICE.password)}
    broker.start(request.param, accounts, SystemClock())
    yield broker
    broker.stop()


def test_a_started_broker_lets_in_who_knows_the_password(
    broker: ManagedBroker, address: BrokerAddress
) -> None:
    assert broker.alive
    assert answers(address, DEVICE)
    assert answers(address, SERVICES.workers[0])
    assert not answers(address, Login(DEVICE.name, "guess"))
    assert not answers(address, NEWCOMER)


def test_a_new_device_gets_in_without_a_restart(
    broker: ManagedBroker, address: BrokerAddress, until: Callable[[Callable[[], bool]], None]
) -> None:
    broker.reload({login.name: hash_password(login.password) for login in (DEVICE, NEWCOMER)})
    until(lambda: answers(address, NEWCOMER))
    assert answers(address, DEVICE)


def test_a_stopped_broker_is_gone(broker: ManagedBroker, address: BrokerAddress) -> None:
    broker.stop()
    assert not broker.alive
    assert not answers(address, DEVICE)


def test_a_taken_port_is_named(
    broker: ManagedBroker, address: BrokerAddress, tmp_path: Path
) -> None:
    second = ManagedBroker(tmp_path / "second", address, SERVICES)
    assert broker.alive
    with pytest.raises(ConfigurationError, match=str(address.port)):
        second.start(AMQTT, {}, Hasty())


def test_ours_does_not_start_open_to_the_network(tmp_path: Path) -> None:
    broker = ManagedBroker(tmp_path / "broker", BrokerAddress("0.0.0.0", free_port()), SERVICES)
    with pytest.raises(ConfigurationError, match="in clear"):
        broker.start(MOSQUITTO, {}, SystemClock())
    assert not broker.alive


def test_the_stand_in_refuses_the_network() -> None:
    with pytest.raises(ConfigurationError, match="loopback"):
        command_of(AMQTT, Path("/x"), BrokerAddress("0.0.0.0", 1))


def test_a_wish_for_a_broker_is_obeyed() -> None:
    assert choose(AMQTT) == AMQTT
    assert choose("auto") in (MOSQUITTO, AMQTT)
