"""A real broker, and a device that speaks to it."""

import shutil
from collections.abc import Iterator

import pytest

from cloud.broker import plan
from cloud.broker.address import BrokerAddress
from cloud.broker.managed import MOSQUITTO, ManagedBroker
from cloud.clock import SystemClock
from cloud.settings import Settings
from tests.cloud.conftest import Seeded
from tests.cloud.telemetry.radio import Radio


@pytest.fixture
def broker(settings: Settings, seeded: Seeded) -> Iterator[BrokerAddress]:
    if not shutil.which(MOSQUITTO, path="/usr/sbin:/usr/bin"):
        pytest.skip("mosquitto is not installed")
    address = plan.address_of(settings)
    broker = ManagedBroker(settings.broker_dir, address, plan.services_of(settings))
    accounts = {seeded.device.id: seeded.device.broker_hash}
    broker.start(MOSQUITTO, accounts, SystemClock())
    yield address
    broker.stop()


@pytest.fixture
def radio(broker: BrokerAddress, seeded: Seeded) -> Iterator[Radio]:
    radio = Radio(seeded, broker)
    yield radio
    radio.close()
