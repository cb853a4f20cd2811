"""A device, the batches it is heard in, and a real broker that it speaks to."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.broker import plan
from cloud.broker.address import BrokerAddress
from cloud.broker.kinds import MOSQUITTO
from cloud.broker.managed import ManagedBroker
from cloud.broker.services import services_of
from cloud.clock import SystemClock
from cloud.devices import link
from cloud.settings import Settings
from cloud.telemetry.batch import Outcome
from cloud.telemetry.commit import commit
from cloud.telemetry.reader import Incoming
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.radio import Radio
from tests.cloud.telemetry.sender import Sender

Feed = Callable[..., list[Outcome]]


@pytest.fixture
def me(seeded: Seeded) -> Sender:
    return Sender(seeded.device.id)


@pytest.fixture
def feed(engine: Engine, clock: FixedClock, seeded: Seeded) -> Feed:
    """Commit messages as one batch."""

    def run(*messages: Incoming) -> list[Outcome]:
        with Session(engine) as session:
            known = link.known_devices(session)
        return commit(engine, messages, known, clock.now())

    assert seeded.device.id
    return run


@pytest.fixture
def broker(settings: Settings, seeded: Seeded) -> Iterator[BrokerAddress]:
    if not shutil.which(MOSQUITTO, path="/usr/sbin:/usr/bin"):
        pytest.skip("mosquitto is not installed")
    address = plan.address_of(settings)
    broker = ManagedBroker(settings.broker_dir, address, services_of(settings))
    accounts = {seeded.device.id: seeded.device.broker_hash}
    broker.start(MOSQUITTO, accounts, SystemClock())
    yield address
    broker.stop()


@pytest.fixture
def radio(broker: BrokerAddress, seeded: Seeded) -> Iterator[Radio]:
    radio = Radio(seeded, broker)
    yield radio
    radio.close()
