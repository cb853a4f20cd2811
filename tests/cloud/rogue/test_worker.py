"""A hostile device before the cloud's worker: set aside with a reason, no harm to others."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from cloud.broker import plan
from cloud.broker.kinds import MOSQUITTO
from cloud.broker.managed import ManagedBroker
from cloud.broker.services import services_of
from cloud.clock import SystemClock
from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Cooperative
from cloud.db import writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.models import Command, Device, DeviceSession
from cloud.devices.rules import Amount
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry.commit import commit
from cloud.telemetry.ingest import Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.mailbox import Mailbox
from cloud.telemetry.models import EpochState, Event, Quarantine, Sample
from tests.cloud.conftest import START, FixedClock, Seeded
from tests.cloud.rogue.conftest import HAS_MOSQUITTO
from tests.cloud.rogue.line import Hello, Line
from tests.cloud.rogue.words import PRETENCES, WORDS, Voices
from tests.cloud.telemetry.sender import Sender
from wire import topics
from wire.identity import Identity, new_identity
from wire.topics import Up

Until = Callable[[Callable[[], bool]], None]


@dataclass
class Court:
    """The database, and the two who speak to it."""

    engine: Engine
    rogue: Identity
    voices: Voices

    def hear(self, speaker: Sender, kind: Up, payload: bytes) -> Counter[str]:
        """One message alone; what it was set aside for."""
        with Session(self.engine) as session:
            known = link.known_devices(session)
        before = self.set_aside()
        commit(self.engine, [speaker.raw(kind, payload)], known, START)
        return self.set_aside() - before

    def set_aside(self) -> Counter[str]:
        with Session(self.engine) as session:
            found = session.exec(select(Quarantine)).all()
        assert {one.device_id for one in found} <= {self.rogue.device}
        return Counter({one.reason: one.count for one in found})

    def stored(self, device: str) -> int:
        with Session(self.engine) as session:
            return sum(
                session.exec(
                    select(func.count()).select_from(one).where(col(one.device_id) == device)
                ).one()
                for one in (Sample, Event)
            )

    def victims(self) -> list[dict[str, object]]:
        """Everything that is kept of the victim."""
        models = (Sample, Event, EpochState, Command, DeviceSession)
        with Session(self.engine) as session:
            found: list[BaseModel] = []
            for model in models:
                own = select(model).where(col(model.device_id) == self.voices.victim.device)
                found += session.exec(own).all()
            return sorted((one.model_dump() for one in found), key=repr)


@pytest.fixture
def court(engine: Engine, settings: Settings, seeded: Seeded) -> Court:
    """The victim has been born, has sent a row, and has been asked for water."""
    rogue = new_identity(("mqtt://127.0.0.1:1883",), simulated=False)
    with Session(writing(engine)) as session, session.begin():
        other = seeded.neighbour.principal.cooperative_id
        home = session.get_one(Cooperative, other)
        farm = cooperatives.add_farm(session, home, "Nhà lạ", "Thôn 9")
        house = cooperatives.add_greenhouse(session, farm, "Nhà màng lạ", START)
        devices.register(session, open_vault(settings), rogue, house, START)
    victim = Sender(seeded.device.id, epoch="victimvictimvict")
    me, own = Sender(rogue.device), Sender(rogue.device, seq=10_000)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seeded.identity.ed25519_seed))
    court = Court(engine, rogue, Voices(me, victim, key, "", own.sample))
    for kind, body in ((Up.BIRTH, victim.birth()), (Up.LIVE, victim.sample())):
        assert not court.hear(victim, kind, victim.say(kind, body).payload)
    with Session(writing(engine)) as session, session.begin():
        zone, amount = seeded.zones[0].public_id, Amount(litres=10.0, seconds=None)
        principal = seeded.farmer.principal
        asked = devices.request_water(session, principal, zone, amount, START)
        court.voices.victims_command = asked.public_id
    return court


def test_each_word_is_set_aside_for_its_reason_and_stored_nowhere(court: Court) -> None:
    victims = court.victims()
    for word in WORDS:
        reasons = court.hear(court.voices.rogue, word.kind, word.say(court.voices))
        assert reasons == {word.reason: 1}, word.name
        assert court.stored(court.rogue.device) == 0, word.name
    assert len(WORDS) >= 40
    assert court.victims() == victims


def test_no_pretence_changes_anything_of_the_victims(court: Court) -> None:
    victims = court.victims()
    for pretence in PRETENCES:
        court.hear(court.voices.rogue, pretence.kind, pretence.say(court.voices))
        assert court.victims() == victims, pretence.name


def test_what_comes_after_the_striking_off_is_set_aside(court: Court, clock: FixedClock) -> None:
    """Sent before or not: nobody can tell who had the box by then."""
    rogue, own = court.voices.rogue, court.voices.rogues_own
    assert not court.hear(rogue, Up.LIVE, rogue.say(Up.LIVE, own()).payload)
    with Session(court.engine) as session:
        remembered = link.known_devices(session)
    with Session(writing(court.engine)) as session, session.begin():
        devices.retire(session, session.get_one(Device, rogue.device), clock.now())
    late = [
        rogue.say(Up.LIVE, own()),
        rogue.pack(own(), own()),
        rogue.say(Up.BIRTH, rogue.birth()),
    ]
    (outcome,) = commit(court.engine, late, remembered, clock.now())
    assert (outcome.rows, outcome.births, outcome.acks) == (0, [], {})
    assert court.set_aside() == {"struck_off": 3}
    assert court.stored(rogue.device) == 1, "what came before stays"


@pytest.fixture
def port(settings: Settings, seeded: Seeded, court: Court) -> Iterator[int]:
    if not HAS_MOSQUITTO:
        pytest.skip("mosquitto is not installed")
    address = plan.address_of(settings)
    broker = ManagedBroker(settings.broker_dir, address, services_of(settings))
    assert seeded.device.id != court.rogue.device
    with Session(court.engine) as session:
        accounts = devices.broker_accounts(session)
    broker.start(MOSQUITTO, accounts, SystemClock())
    yield address.port
    broker.stop()


@pytest.fixture
def worker(court: Court, settings: Settings, port: int) -> Iterator[Worker]:
    assert port
    clock = SystemClock()
    mailbox = Mailbox(plan.access_of(settings, plan.worker_name(1)), clock)
    worker = Worker(Stores(court.engine, open_vault(settings), Hub()), mailbox, clock)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    yield worker
    stop.set()
    thread.join()


def test_others_get_through_while_a_device_says_everything_there_is(
    court: Court, seeded: Seeded, port: int, worker: Worker, until: Until
) -> None:
    """The whole way: broker, mailbox, batches in which the good stands beside the bad."""
    victim, rogue = court.voices.victim, court.voices.rogue
    until(partial(is_listening, worker))
    with Line(port) as bad, Line(port) as good:
        for line, who in ((bad, court.rogue), (good, seeded.identity)):
            assert line.log_in(Hello(who.device, who.device, who.secret))
        for word in WORDS:
            assert bad.publish(topics.up(rogue.device, word.kind), word.say(court.voices))
            row = victim.say(Up.LIVE, victim.sample())
            assert good.publish(row.topic, row.payload)
    until(lambda: court.stored(victim.device) == 1 + len(WORDS))
    until(lambda: sum(court.set_aside().values()) == len(WORDS))
    assert court.set_aside() == Counter(word.reason for word in WORDS)
    assert court.stored(rogue.device) == 0


def is_listening(worker: Worker) -> bool:
    return worker.alive
