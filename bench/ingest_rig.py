"""What the bench of the ingest works on: a broker, databases, devices and their messages.

The broker lets everybody in, so that one publisher may speak for all devices; its limits are
those of the product's own.
"""

import os
import pwd
import random
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlmodel import Session, SQLModel

from cloud import bulk
from cloud.clock import SystemClock
from cloud.cooperatives.models import Cooperative, Farm, Greenhouse
from cloud.db import make_engine, writing
from cloud.devices.models import Device
from cloud.schema import migrate
from wire import codec, rows, topics
from wire.codes import ClockQuality, Metric
from wire.identity import random_id
from wire.messages import Sample
from wire.topics import Up

POSTGRES_BIN: Final = Path("/usr/lib/postgresql/15/bin")
SEED: Final = 20_261_129
START_MS: Final = 1_772_413_200_000
STEPS: Final = {
    Metric.VWC: (0.31, 0.0004, 4),
    Metric.VWC_1: (0.30, 0.0006, 4),
    Metric.VWC_2: (0.32, 0.0006, 4),
    Metric.VWC_3: (0.31, 0.0006, 4),
    Metric.VWC_4: (0.29, 0.0006, 4),
    Metric.FILL: (0.86, 0.001, 3),
    Metric.LITRES: (1.0, 0.05, 2),
    Metric.OPEN_S: (20.0, 1.0, 1),
    Metric.AIR_C: (29.0, 0.1, 1),
    Metric.RH: (0.74, 0.004, 3),
    Metric.RAD_W_M2: (450.0, 8.0, 0),
    Metric.TANK: (0.6, 0.001, 3),
    Metric.FLOW_LPM: (6.0, 0.05, 2),
}
"""Where each metric begins, how far it walks in a minute, and the decimals it is told with."""
READINGS: Final = len(STEPS)
"""In one sample, which is one message here."""

Message = tuple[str, bytes]


class Walk:
    """A device whose readings drift at random, a sample a minute."""

    def __init__(self, device: str, seed: int) -> None:
        self.device, self.epoch, self._boot = device, random_id(), random_id()
        self._random, self._seq = random.Random(seed), 0
        self._values = {name: start for name, (start, _step, _places) in STEPS.items()}

    def sample(self) -> Sample:
        self._seq += 1
        told: dict[Metric, float] = {}
        for name, (_start, step, places) in STEPS.items():
            self._values[name] += self._random.gauss(0, step)
            told[name] = round(self._values[name], places)
        return rows.seal_sample(
            Sample(
                e=self.epoch,
                s=self._seq,
                b=self._boot,
                u=self._seq * 60_000,
                t=START_MS + self._seq * 60_000,
                q=ClockQuality.TRUSTED,
                z="z1",
                m=told,
            )
        )


def traffic(devices: Sequence[str], count: int, seed: int) -> list[Message]:
    """Live messages of all devices in turn, in epochs that no database has seen."""
    walks = [Walk(device, seed * len(devices) + place) for place, device in enumerate(devices)]
    turns = (walks[place % len(walks)] for place in range(count))
    return [(topics.up(walk.device, Up.LIVE), codec.encode(walk.sample())) for walk in turns]


@dataclass(frozen=True)
class Broker:
    """A Mosquitto of its own."""

    port: int
    config: Path

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        binary = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if binary is None:
            raise SystemExit("no mosquitto on this machine")
        process = subprocess.Popen([binary, "-c", self.config], stderr=subprocess.DEVNULL)
        while not self.listens():
            pause(0.02)
        return process

    def listens(self) -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", self.port)) == 0

    def fill(self, messages: Sequence[Message]) -> None:
        """Hand all over to the broker; returns when it has confirmed the last."""
        with self.feeding() as send:
            send(messages)

    @contextmanager
    def feeding(self) -> Iterator[Callable[[Sequence[Message]], None]]:
        """One publisher for all devices; each call returns when all is confirmed."""
        client = self._client("feeder")

        def send(messages: Sequence[Message]) -> None:
            for info in [client.publish(topic, body, qos=1) for topic, body in messages]:
                info.wait_for_publish()

        yield send
        self._leave(client)

    def forget(self, name: str) -> None:
        """End a session, with what it holds."""
        self._leave(self._client(name))

    def _client(self, name: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=name)
        client.max_inflight_messages_set(1_000)
        there = threading.Event()
        client.on_connect = lambda *_: there.set()
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        there.wait()
        return client

    def _leave(self, client: Client) -> None:
        client.disconnect()
        client.loop_stop()


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    config = folder / "mosquitto.conf"
    lines = (
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",
        "max_inflight_messages 2000",
        "max_queued_messages 100000",
        "persistence true",
        f"persistence_location {folder}/",
        "autosave_interval 60",
        "set_tcp_nodelay true",
        *(("user root",) if os.geteuid() == 0 else ()),
    )
    config.write_text("\n".join(lines) + "\n", "utf-8")
    found = Broker(port, config)
    process = found.start()
    try:
        yield found
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postgres(given: str) -> Iterator[str | None]:
    """The URL of an empty database: the one given, else of a private server, which syncs."""
    if given:
        yield given
        return
    if os.geteuid() != 0 or not (POSTGRES_BIN / "initdb").exists():
        yield None
        return
    folder = Path(f"/tmp/vuonso-bench-{os.getpid()}")  # noqa: S108 (open to another user on purpose)
    folder.mkdir()
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    data, log = folder / "data", folder / "log"

    def run(*words: str | Path) -> None:
        subprocess.run(words, check=True, capture_output=True, user="postgres", cwd=folder)

    try:
        run(POSTGRES_BIN / "initdb", "-A", "trust", "-E", "UTF8", "-D", data)
        options = f"-c listen_addresses='' -k {folder}"
        run(POSTGRES_BIN / "pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start")
        yield f"postgresql://postgres@/postgres?host={folder}"
        run(POSTGRES_BIN / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settle(url: str, devices: Sequence[str]) -> None:
    """A database of today's schema that knows these devices."""
    engine = make_engine(url)
    migrate(engine)
    now = SystemClock().now()
    with Session(writing(engine)) as session, session.begin():
        town = _added(session, Cooperative(name="b", address="b", phone="b", created_at=now))
        farm = _added(session, Farm(cooperative_id=town, name="b", address="b"))
        house = _added(
            session, Greenhouse(cooperative_id=town, farm_id=farm, name="b", created_at=now)
        )
        place = {"cooperative_id": town, "greenhouse_id": house}
        words = ("public_key", "broker_hash", "sealed_command_key", "code_hash")
        bare = {**dict.fromkeys(words, ""), "simulated": True, "stop_counter": 0}
        found = [{"id": device, **place, **bare, "created_at": now} for device in devices]
        bulk.insert_new(session, Device, found)
    engine.dispose()


def device_ids(count: int) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    source = random.Random(SEED)
    return ["".join(source.choices(letters, k=16)) for _ in range(count)]


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _added(session: Session, row: SQLModel) -> int:
    session.add(row)
    session.flush()
    number = row.model_dump()["id"]
    assert isinstance(number, int)
    return number
