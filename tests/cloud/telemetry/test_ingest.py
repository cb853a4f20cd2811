"""The worker at a real broker: rotten, repeated, killed; nothing is lost and nothing doubled."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from cloud.broker import plan
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
from tests.cloud.conftest import Seeded
from tests.cloud.telemetry.radio import Radio
from wire import codec, topics
from wire.codes import EventKind, Op
from wire.messages import Go
from wire.topics import Down, Up

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.fixture
def worker(
    radio: Radio, settings: Settings, engine: Engine, hub: Hub, until: Until
) -> Iterator[Worker]:
    """A worker in a thread, on a clock that runs; its broker is the radio's."""
    assert radio.address.port
    clock = SystemClock()
    mailbox = Mailbox(plan.access_of(settings, "ingest-1"), clock)
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
