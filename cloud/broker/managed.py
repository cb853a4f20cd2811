"""The managed broker as a private child: Mosquitto where the machine has it, else a stand-in."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cloud.broker import authority, files, leash, lint
from cloud.broker.address import LOOPBACK, BrokerAddress, Login, Outside
from cloud.broker.caller import Caller
from cloud.broker.kinds import AMQTT, MOSQUITTO, program
from cloud.broker.services import Services
from cloud.clock import Clock
from cloud.errors import ConfigurationError

_READY_S: Final = 20.0  # a Pi that reads from a slow card
_POLITE_S: Final = 5.0
_LEAVING_S: Final = 10.0
"""How long a predecessor's broker may take to write its file and leave."""
_LOOK_S: Final = 0.1


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

        A service that was killed leaves its broker a moment behind; so the address has a while
        to become free. From the thread that lives as long as this process: the child ends with it.

        Raises:
            ConfigurationError: there is no such broker here, or it does not come up.
        """
        if kind == AMQTT and self._outside is not None:
            raise ConfigurationError("the stand-in broker serves loopback only; install mosquitto")
        if not self._await_room(clock.mono() + _LEAVING_S, clock):
            raise ConfigurationError(
                f"the broker's address {self._address.host}:{self._address.port} is taken; stop "
                "what listens there, or set VUONSO_BROKER_PORT"
            )
        self._write_files(accounts)
        words = leash.command(command_of(kind, self._folder, self._address))
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
        lint.refuse(files.configuration(self._folder, self._address, self._outside))
        files.write(self._folder, self._address, hashes, self._services.rules(), self._outside)

    def _await_room(self, deadline: float, clock: Clock) -> bool:
        pause = threading.Event()
        while _taken(self._address):
            if clock.mono() >= deadline:
                return False
            pause.wait(_LOOK_S)
        return True

    def _await_answer(self, deadline: float, clock: Clock) -> bool:
        while self.alive and clock.mono() < deadline:
            if answers(self._address, self._services.probe):
                return True
        return False


def command_of(kind: str, folder: Path, address: BrokerAddress) -> Sequence[str]:
    if kind == AMQTT:
        if address.host != LOOPBACK:
            raise ConfigurationError("the stand-in broker serves loopback only; install mosquitto")
        return [sys.executable, "-m", "cloud.broker.amqtt_child", str(folder), str(address.port)]
    return [program() or MOSQUITTO, "-c", str(folder / files.CONFIGURATION)]


def answers(address: BrokerAddress, login: Login) -> bool:
    """Whether a client with this login gets in."""
    with Caller(address, login) as caller:
        return caller.admitted


def _taken(address: BrokerAddress) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address.host, address.port))
        except OSError:
            return True
    return False
