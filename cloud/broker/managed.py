"""The managed broker as a private child: Mosquitto where the machine has it, else a stand-in."""

import logging
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paho.mqtt.client import Client, ConnectFlags
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from cloud.broker import authority, files
from cloud.broker.address import BrokerAddress, Login, Outside
from cloud.broker.passwords import hash_password
from cloud.clock import Clock
from cloud.errors import ConfigurationError

MOSQUITTO: Final = "mosquitto"
AMQTT: Final = "amqtt"
LOOPBACK: Final = "127.0.0.1"

_READY_S: Final = 20.0  # a Pi that reads from a slow card
_TRY_S: Final = 1.0
_POLITE_S: Final = 5.0
_SBIN: Final = "/usr/sbin:/usr/local/sbin"  # where Debian puts it, outside a person's PATH

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """The cloud's own accounts: the ingest worker, and one that only knocks."""

    ingest: Login
    probe: Login

    def hashes(self) -> dict[str, str]:
        return {login.name: hash_password(login.password) for login in (self.ingest, self.probe)}


class ManagedBroker:
    """One child process; `start` returns when it answers."""

    def __init__(
        self,
        folder: Path,
        address: BrokerAddress,
        services: Services,
        outside: Outside | None = None,
    ) -> None:
        self._outside = outside
        self._folder = folder
        self._address = address
        self._services = services
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, kind: str, accounts: Mapping[str, str], clock: Clock) -> None:
        """Write the files, start the child, and wait until a client really connects.

        Raises:
            ConfigurationError: there is no such broker here, or it does not come up.
        """
        if kind == AMQTT and self._outside is not None:
            raise ConfigurationError("the stand-in broker serves loopback only; install mosquitto")
        if _taken(self._address):
            raise ConfigurationError(
                f"the broker's address {self._address.host}:{self._address.port} is taken; stop "
                "what listens there, or set VUONSO_BROKER_PORT"
            )
        self._write_files(accounts)
        words = command_of(kind, self._folder, self._address)
        with (self._folder / files.LOG).open("ab") as log:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        if not self._await_answer(clock.mono() + _READY_S, clock):
            self.stop()
            raise ConfigurationError(
                f"the broker does not come up; it says why in {self._folder / files.LOG}"
            )

    def reload(self, accounts: Mapping[str, str]) -> None:
        """Let new devices in and throw removed ones out, without touching the others."""
        self._write_files(accounts)
        if self._process is not None:
            self._process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_POLITE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write_files(self, accounts: Mapping[str, str]) -> None:
        hashes = {**accounts, **self._services.hashes()}
        if self._outside is not None:
            authority.vouch(self._folder, self._outside.host)
        workers = [self._services.ingest.name]
        files.write(self._folder, self._address, hashes, workers, self._outside)

    def _await_answer(self, deadline: float, clock: Clock) -> bool:
        while self.alive and clock.mono() < deadline:
            if answers(self._address, self._services.probe):
                return True
        return False


def choose(wanted: str) -> str:
    """Which broker `auto` means on this machine.

    Raises:
        ConfigurationError: the one that is wanted is not installed.
    """
    found = _mosquitto()
    if wanted == MOSQUITTO and found is None:
        raise ConfigurationError("VUONSO_BROKER=mosquitto, but there is no mosquitto; install it")
    if wanted in (MOSQUITTO, AMQTT):
        return wanted
    if found is None:
        _log.warning("no mosquitto here: using the small stand-in, for one device and loopback")
        return AMQTT
    return MOSQUITTO


def command_of(kind: str, folder: Path, address: BrokerAddress) -> Sequence[str]:
    if kind == AMQTT:
        if address.host != LOOPBACK:
            raise ConfigurationError("the stand-in broker serves loopback only; install mosquitto")
        return [sys.executable, "-m", "cloud.broker.amqtt_child", str(folder), str(address.port)]
    return [_mosquitto() or MOSQUITTO, "-c", str(folder / files.CONFIGURATION)]


def answers(address: BrokerAddress, login: Login) -> bool:
    """Whether a client with this login gets in."""
    answered, admitted = threading.Event(), threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, client_id=login.name)
    client.username_pw_set(login.name, login.password)

    def connected(
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not reason.is_failure:
            admitted.set()
        answered.set()

    client.on_connect = connected
    client.reconnect_delay_set(1, 1)
    client.connect_async(address.host, address.port)
    client.loop_start()
    answered.wait(_TRY_S)
    client.disconnect()
    client.loop_stop()
    return admitted.is_set()


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _mosquitto() -> str | None:
    return shutil.which(MOSQUITTO) or shutil.which(MOSQUITTO, path=_SBIN)


def _taken(address: BrokerAddress) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
        except OSError:
            return True
    return False
