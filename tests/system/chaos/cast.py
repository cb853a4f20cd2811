"""The processes of a campaign, which can be killed without a word and started again."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cloud.broker import files
from cloud.broker.address import LOOPBACK, BrokerAddress
from cloud.broker.kinds import MOSQUITTO, free_port
from cloud.broker.managed import command_of
from cloud.clock import SystemClock
from cloud.db import make_engine
from tests.system.conftest import COMMAND, ROOT

PATIENCE_S: Final = 180.0
"""Starting a process on a machine that does eight other things takes its time."""
LOOK_S: Final = 0.05
LAST_WORDS: Final = 500
POSTGRES_BIN: Final = Path("/usr/lib/postgresql/15/bin")
PERSISTED: Final = "mosquitto.db"


def until(condition: Callable[[], bool], hope: str) -> None:
    """Wait for the world; the hope is what failed when it never comes true."""
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.mono() + PATIENCE_S
    while not condition():
        assert clock.mono() < deadline, f"it never happened that {hope}"
        pause.wait(LOOK_S)


class Mortal(Protocol):
    """What can be killed without a word and started again."""

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass
class Child:
    """A process of ours, its words in a file."""

    words: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.words,
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.user,
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-LAST_WORDS:]

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)


@dataclass
class Broker:
    """A Mosquitto with the product's own files."""

    folder: Path
    accounts: Mapping[str, str]
    """Password hashes by name."""
    rules: str

    def __post_init__(self) -> None:
        self.port = free_port()
        address = BrokerAddress(LOOPBACK, self.port)
        files.write(self.folder, address, self.accounts, self.rules)
        words = command_of(MOSQUITTO, self.folder, address)
        self._child = Child(words, self.folder / "stdout")

    def start(self) -> None:
        self._child.start()
        until(self._listens, "the broker listens")

    def kill(self) -> None:
        self._child.kill()

    def save(self) -> None:
        """Have it write its sessions down now: what it restarts with later is old by then."""
        self._child.signal(signal.SIGUSR1)

    def lose_all(self) -> None:
        """A dead broker's file is gone."""
        (self.folder / PERSISTED).unlink(missing_ok=True)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((LOOPBACK, self.port)) == 0


@dataclass
class Postgres:
    """A cluster of its own that syncs as in production; killed, all its processes go at once."""

    folder: Path

    def __post_init__(self) -> None:
        user = pwd.getpwnam("postgres")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        data = self.folder / "data"
        make = [str(POSTGRES_BIN / "initdb"), "-A", "trust", "-E", "UTF8", "-N", "-D", str(data)]
        subprocess.run(make, check=True, capture_output=True, user="postgres", cwd=self.folder)
        log = self.folder / "log"
        log.touch()
        alone = ("-c", "listen_addresses=", "-k", str(self.folder))
        words = [str(POSTGRES_BIN / "postgres"), "-D", str(data), *alone]
        self._child = Child(words, log, user="postgres")
        self.url = f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        until(self._has_started, "PostgreSQL recovers and answers")

    def kill(self) -> None:
        if self._child.process is None:
            return
        backends = _children_of(self._child.process.pid)
        self._child.kill()
        for pid in backends:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not any(map(_exists, backends)), "PostgreSQL's processes are gone")

    def _has_started(self) -> bool:
        if not self._child.lives:  # it refuses while the kernel still buries its predecessor
            self._child.start()
        engine = make_engine(self.url)
        try:
            with engine.connect() as connection:
                connection.execute(text("select 1"))
        except SQLAlchemyError:
            return False
        finally:
            engine.dispose()
        return True


def cloud(folder: Path, database: str, broker: str, *words: str) -> Child:
    """`vuonso cloud …` in a folder of its own data."""
    return Child(
        [*COMMAND, "cloud", *words], folder / "cloud.log", _settings(folder, database, broker)
    )


def worker(folder: Path, database: str, broker: str, mistake: str) -> Child:
    """The ingest worker alone, quick to start."""
    words = [sys.executable, "-m", "tests.system.chaos.worker", mistake]
    return Child(words, folder / "cloud.log", _settings(folder, database, broker))


def gateway(folder: Path, faster: float, mistake: str) -> Child:
    words = ["-m", "tests.system.chaos.gateway", str(folder), str(faster), mistake]
    return Child([sys.executable, *words], folder / "gateway.log")


def _settings(folder: Path, database: str, broker: str) -> dict[str, str]:
    return {
        "VUONSO_DATA_DIR": str(folder / "cloud"),
        "VUONSO_DATABASE_URL": database,
        "VUONSO_BROKER": broker,
    }


def _children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _exists(pid: int) -> bool:
    """A dead one that nobody has buried yet does not count."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
