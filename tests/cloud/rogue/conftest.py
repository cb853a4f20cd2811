"""Brokers to attack: the managed ones with their generated files, and amqtt as it comes."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cloud.broker.address import LOOPBACK, BrokerAddress, Login
from cloud.broker.canary import Aviary
from cloud.broker.kinds import free_port
from cloud.broker.managed import ManagedBroker
from cloud.broker.passwords import hash_password
from cloud.broker.services import Services
from cloud.clock import SystemClock
from tests.cloud.rogue.scene import NEWCOMER, PROBE, ROGUE, VICTIM, WORKER, Place
from wire.topics import CANARY

AVIARY = Aviary(Login(CANARY, "the canary's password"), Login("watcher", "the watcher's password"))
ROOT = Path(__file__).resolve().parents[3]
HAS_MOSQUITTO = bool(shutil.which("mosquitto", path="/usr/sbin:/usr/bin"))
HONEST_S = 10.0


@contextmanager
def managed(kind: str, folder: Path, hostile_s: float) -> Iterator[Place]:
    """A broker as the product starts it, with three devices."""
    address = BrokerAddress(LOOPBACK, free_port())
    broker = ManagedBroker(folder, address, Services((WORKER,), PROBE, AVIARY))
    devices = (ROGUE, VICTIM, NEWCOMER)
    hashes = {login.name: hash_password(login.password) for login in devices}
    broker.start(kind, hashes, SystemClock())
    try:
        yield Place(address.port, HONEST_S, hostile_s)
    finally:
        broker.stop()


@pytest.fixture
def stock(tmp_path: Path, until: Callable[[Callable[[], bool]], None]) -> Iterator[Place]:
    """amqtt with its own plugins and the same rules."""
    address = BrokerAddress(LOOPBACK, free_port())
    words = [sys.executable, "-m", "tests.cloud.rogue.stock", str(tmp_path), str(address.port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log)
    try:
        until(lambda: listens(address))
        yield Place(address.port, honest_s=1.0, hostile_s=0.5)
    finally:
        process.kill()
        process.wait()


def listens(address: BrokerAddress) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex((address.host, address.port)) == 0
