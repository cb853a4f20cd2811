"""A reader of messages in a process of its own: `python -m bench.ingest_child KIND NAME COUNT`.

Opens its session at the broker, prints `ready`, waits for a line, then reads; prints what it
measured as JSON when it has had COUNT messages, or when its input ends. Settings: VUONSO_….
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from prometheus_client import Histogram
from sqlalchemy import MetaData
from sqlmodel import Field, Session, SQLModel

from bench.ingest_rig import pause
from cloud import crew
from cloud.broker import plan
from cloud.broker.address import BrokerAddress
from cloud.clock import SystemClock
from cloud.db import UtcDateTime, make_engine
from cloud.devices.vault import open_vault
from cloud.metrics import Meters
from cloud.settings import Settings
from cloud.telemetry.ingest import Stores
from cloud.telemetry.live import Hub
from cloud.telemetry.mailbox import Mailbox
from wire import topics

Take = Callable[[Client, object, MQTTMessage], None]

SUBSCRIBED_S: Final = 0.5
"""From being let in until the broker has certainly noted what is wanted."""
LOOK_S: Final = 0.005


@dataclass
class Told:
    """Moments on the clock that all processes share, processor seconds, and latencies."""

    began: float
    ended: float
    messages: int
    cpu_s: float
    late_s: list[float] = field(default_factory=list)


class Reading(SQLModel, table=True):
    """A row for each reading, as one writes it first; of no schema but its own."""

    __tablename__ = "bench_reading"
    metadata: ClassVar[MetaData] = MetaData()

    id: int | None = Field(default=None, primary_key=True)
    device: str = Field(index=True)
    metric: str
    at: datetime = Field(sa_type=UtcDateTime)
    value: float


class Exact(Histogram):
    """Keeps every value, not only its bucket."""

    def __init__(self) -> None:
        super().__init__("exact", "exact", registry=None)
        self.seen: list[float] = []

    def observe(self, amount: float, exemplar: dict[str, str] | None = None) -> None:
        self.seen.append(amount)
        super().observe(amount, exemplar)


def worker(settings: Settings, name: str, count: int) -> Told:
    """The product's own worker, as `vuonso cloud ingest` makes it."""
    _begin_session(settings, name)
    meters = Meters()
    meters.durable_s = exact = Exact()
    engine, vault = make_engine(settings.database), open_vault(settings)
    made = crew.make(settings, Stores(engine, vault, Hub(), meters, name))
    stop, over = threading.Event(), threading.Event()
    _await_go()
    threading.Thread(target=_await_end, args=(over,), daemon=True).start()
    cpu = time.process_time()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    while not made.alive:
        pause(LOOK_S)
    began = ended = time.perf_counter()
    seen = 0
    while made.tally.messages < count and not over.is_set():
        pause(LOOK_S)
        if made.tally.messages != seen:
            seen, ended = made.tally.messages, time.perf_counter()
    if made.tally.messages != seen:
        ended = time.perf_counter()
    used = time.process_time() - cpu
    stop.set()
    thread.join()
    return Told(began, ended, made.tally.messages, used, exact.seen)


def _begin_session(settings: Settings, name: str) -> None:
    opened = Mailbox(plan.access_of(settings, name), SystemClock())
    opened.open()
    while not opened.connected:
        pause(LOOK_S)
    pause(SUBSCRIBED_S)
    opened.close()


def bare(settings: Settings, name: str, count: int) -> Told:
    """Paho alone: takes each message and acknowledges it by hand."""

    def take(client: Client, _data: object, message: MQTTMessage) -> None:
        client.ack(message.mid, message.qos)

    return _plain(settings, name, count, take)


def naive(settings: Settings, name: str, count: int) -> Told:
    """A script as one writes it first: a row for each reading, a commit for each message."""
    engine = make_engine(settings.database)
    Reading.metadata.create_all(engine, checkfirst=True)

    def take(client: Client, _data: object, message: MQTTMessage) -> None:
        device = message.topic.split("/")[2]
        body = json.loads(message.payload)
        at = datetime.fromtimestamp(body["t"] / 1000, UTC)
        with Session(engine) as session:
            for metric, value in body["m"].items():
                session.add(Reading(device=device, metric=metric, at=at, value=value))
            session.commit()
        client.ack(message.mid, message.qos)

    return _plain(settings, name, count, take)


def _plain(settings: Settings, name: str, count: int, take: Take) -> Told:
    """One paho client, which says by hand what it has had."""
    reader = _Reader(name, count, take)
    reader.visit(plan.address_of(settings))
    pause(SUBSCRIBED_S)
    reader.leave()
    _await_go()
    cpu = time.process_time()
    reader.visit(plan.address_of(settings))
    reader.enough.wait()
    used = time.process_time() - cpu
    reader.leave()
    return Told(reader.began, reader.ended, count, used)


class _Reader:
    """A persistent session that is visited twice: to be made, and to be drained."""

    def __init__(self, name: str, count: int, take: Take) -> None:
        self._name, self._left, self._take = name, count, take
        self.began = self.ended = 0.0
        self.enough = threading.Event()

    def visit(self, address: BrokerAddress) -> None:
        there = threading.Event()

        def connected(client: Client, *_rest: object) -> None:
            self.began = time.perf_counter()
            client.subscribe(topics.UP_FILTER, qos=1)
            there.set()

        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id=self._name, clean_session=False, manual_ack=True
        )
        self._client.on_connect = connected
        self._client.on_message = self._arrived
        self._client.connect(address.host, address.port)
        self._client.loop_start()
        there.wait()

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _arrived(self, client: Client, data: object, message: MQTTMessage) -> None:
        self._take(client, data, message)
        self._left -= 1
        if self._left == 0:
            self.ended = time.perf_counter()
            self.enough.set()


def _await_go() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def _await_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def main(kind: str, name: str, count: str) -> None:
    settings = Settings.model_validate({})
    told = {"worker": worker, "bare": bare, "naive": naive}[kind](settings, name, int(count))
    print(json.dumps(asdict(told)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
