"""The worker at a real broker: rotten, repeated, killed; nothing is lost and nothing doubled."""

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from cloud.broker import plan
from cloud.broker.address import BrokerAddress
from cloud.broker.managed import MOSQUITTO, ManagedBroker
from cloud.clock import SystemClock
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.rules import Amount
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.mailbox import Mailbox
from cloud.telemetry.models import Quarantine, Sample
from cloud.telemetry.reader import Incoming
from tests.cloud.conftest import Seeded
from tests.cloud.telemetry.sender import Sender
from wire import codec, topics
from wire.codes import EventKind, Op
from wire.messages import Ack, Go
from wire.messages import Command as WireCommand
from wire.topics import Down, Up

ROOT = Path(__file__).resolve().parents[3]

Process = subprocess.Popen[bytes]
Until = Callable[[Callable[[], bool]], None]

pytestmark = pytest.mark.skipif(
    not shutil.which(MOSQUITTO, path="/usr/sbin:/usr/bin"), reason="mosquitto is not installed"
)


@dataclass
class Radio:
    """A device's connection."""

    seeded: Seeded
    address: BrokerAddress
    heard: list[MQTTMessage] = field(default_factory=list)

    def __post_init__(self) -> None:
        identity = self.seeded.identity
        self.me = Sender(identity.device)
        self.client = Client(
            CallbackAPIVersion.VERSION2, client_id=identity.device, clean_session=False
        )
        self.client.username_pw_set(identity.device, identity.secret)
        self.client.on_message = lambda _client, _userdata, message: self.heard.append(message)
        self.client.connect(self.address.host, self.address.port)
        self.client.loop_start()
        self.client.subscribe(topics.down_filter(identity.device), qos=1)

    def send(self, message: Incoming) -> None:
        self.client.publish(message.topic, message.payload, qos=1)

    def payloads(self, kind: Down) -> list[bytes]:
        topic = topics.down(self.me.device, kind)
        return [bytes(message.payload) for message in self.heard if message.topic == topic]

    def acked(self) -> int:
        """Up to where the cloud says that everything is durable."""
        return max((codec.decode(Ack, body).upto for body in self.payloads(Down.ACK)), default=0)

    def commands(self, op: Op) -> list[WireCommand]:
        found = [codec.decode(WireCommand, body) for body in self.payloads(Down.CMD)]
        return [command for command in found if command.op is op]

    def is_answered(self) -> bool:
        """Knock: a broker has nowhere to keep what comes before its first worker."""
        self.send(self.me.say(Up.BIRTH, self.me.birth()))
        return bool(self.payloads(Down.ACK))

    def knows_stops(self, count: int) -> bool:
        return len(self.commands(Op.STOP)) == count

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(settings: Settings, seeded: Seeded) -> Iterator[BrokerAddress]:
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


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def worker(
    broker: BrokerAddress, settings: Settings, engine: Engine, hub: Hub, until: Until
) -> Iterator[Worker]:
    """A worker in a thread, on a clock that runs."""
    clock = SystemClock()
    mailbox = Mailbox(broker, plan.services_of(settings).ingest, clock)
    worker = Worker(Stores(engine, open_vault(settings), hub), mailbox, clock)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    until(lambda: worker.alive)
    yield worker
    stop.set()
    thread.join()


def rows(engine: Engine) -> int:
    with Session(engine) as session:
        return session.exec(select(func.count()).select_from(Sample)).one()


def is_done(engine: Engine, command_id: str) -> bool:
    with Session(engine) as session:
        command = session.exec(select(Command).where(Command.public_id == command_id)).one()
        return command.state is CommandState.DONE


def more_rows(engine: Engine, than: int) -> bool:
    return rows(engine) > than


@pytest.mark.usefixtures("worker")
def test_rows_are_acknowledged_when_they_are_stored(
    radio: Radio, engine: Engine, hub: Hub, seeded: Seeded, until: Until
) -> None:
    radio.send(radio.me.say(Up.BIRTH, radio.me.birth()))
    radio.send(radio.me.say(Up.LIVE, *radio.me.samples(20)))
    until(lambda: radio.acked() == 20)
    assert rows(engine) == 20
    assert seeded.greenhouse.id is not None
    assert hub.version(seeded.greenhouse.id) > 0


@pytest.mark.usefixtures("worker")
def test_the_rotten_is_counted_the_repeated_dropped_and_the_rest_kept(
    radio: Radio, engine: Engine, until: Until
) -> None:
    good = radio.me.say(Up.LIVE, *radio.me.samples(3))
    for message in (
        good,
        radio.me.raw(Up.LIVE, b"rotten"),
        good,
        radio.me.raw(Up.LIVE, b"x" * (codec.MAX_PAYLOAD + 1)),
        radio.me.say(Up.LIVE, *radio.me.samples(2)),
    ):
        radio.send(message)
    until(lambda: radio.acked() == 5)
    assert rows(engine) == 5
    with Session(engine) as session:
        found = {row.reason: row.count for row in session.exec(select(Quarantine))}
    assert found == {"not_json": 1, "too_large": 1}


@pytest.mark.usefixtures("worker")
def test_a_wish_for_water_goes_there_and_back(
    radio: Radio, engine: Engine, seeded: Seeded, until: Until
) -> None:
    key = bytes.fromhex(seeded.identity.command_key)
    radio.send(radio.me.say(Up.BIRTH, radio.me.birth()))
    until(lambda: bool(radio.payloads(Down.ACK)))
    zone = seeded.zones[0].public_id
    now = SystemClock().now()
    with Session(writing(engine)) as session, session.begin():
        asked = devices.request_water(
            session, seeded.farmer.principal, zone, Amount(seconds=60.0), now
        )
        command_id = asked.public_id
    until(lambda: bool(radio.commands(Op.WATER)))
    (command,) = radio.commands(Op.WATER)
    codec.verify(command, topics.down(radio.me.device, Down.CMD), key)
    radio.send(radio.me.say(Up.ASK, radio.me.ask(command.id)))
    until(lambda: bool(radio.payloads(Down.GO)))
    codec.verify(
        codec.decode(Go, radio.payloads(Down.GO)[0]), topics.down(radio.me.device, Down.GO), key
    )
    done = radio.me.event(EventKind.COMMAND_DONE, {"id": command.id, "litres": 6.0}, "z1")
    radio.send(radio.me.say(Up.EVENT, done))

    until(partial(is_done, engine, command_id))


@pytest.mark.usefixtures("worker")
def test_an_unconfirmed_stop_comes_again_with_every_birth(
    radio: Radio, engine: Engine, seeded: Seeded, until: Until
) -> None:
    house, principal = seeded.greenhouse.public_id, seeded.farmer.principal
    with Session(writing(engine)) as session, session.begin():
        devices.request_stop(session, principal, house, SystemClock().now())
    for births in (1, 2, 3):
        until(partial(radio.knows_stops, births))
        radio.send(radio.me.say(Up.BIRTH, radio.me.birth(session=births)))
    assert {command.n for command in radio.commands(Op.STOP)} == {1}


ROWS = 3_000
PER_MESSAGE = 3


@pytest.fixture
def start_worker(settings: Settings, database_url: str) -> Iterator[Callable[[], Process]]:
    """Start a worker as a process; none outlives the test."""
    started: list[Process] = []

    def start() -> Process:
        words = [sys.executable, "-m", "vuonso", "cloud", "ingest"]
        environment = {
            "VUONSO_DATA_DIR": str(settings.data_dir),
            "VUONSO_DATABASE_URL": database_url,
        }
        started.append(subprocess.Popen(words, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_worker_killed_again_and_again_loses_nothing(
    start_worker: Callable[[], Process], engine: Engine, radio: Radio, until: Until
) -> None:
    worker = start_worker()
    until(radio.is_answered)
    for count in range(0, ROWS, PER_MESSAGE):
        radio.send(radio.me.say(Up.LIVE, *radio.me.samples(PER_MESSAGE)))
        if count in (ROWS // 3, 2 * ROWS // 3):
            until(partial(more_rows, engine, rows(engine)))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker = start_worker()
    until(lambda: radio.acked() == ROWS)
    assert rows(engine) == ROWS
    worker.terminate()
    assert worker.wait() == 0
