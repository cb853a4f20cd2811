"""What a worker does when nothing comes in: it looks, and writes only what has to be written."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.devices.rules import Amount
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry.ingest import EXPIRE_S, LOOK_S, Stores, Worker
from cloud.telemetry.live import Hub
from cloud.telemetry.reader import Incoming, Ticket
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender
from wire.topics import Down, Up, parse

A_MINUTE_S = 60.0


class Still:
    """A broker from which nothing comes but what lies there."""

    connected = True

    def __init__(self, *waiting: Incoming) -> None:
        self.waiting, self.sent = list(waiting), list[str]()

    def open(self) -> None:
        """There is nothing to open."""

    def close(self) -> None:
        """There is nothing to close."""

    def gather(self, _patience_s: float) -> list[Incoming]:
        found, self.waiting = self.waiting, []
        return found

    def acknowledge(self, tickets: Sequence[Ticket]) -> None:
        """There is nobody to tell."""

    def send(self, topic: str, payload: bytes, qos: int, *, retain: bool = False) -> None:
        del payload, qos, retain
        self.sent.append(topic)


@pytest.fixture
def still(seeded: Seeded) -> Still:
    """The device has just been born."""
    me = Sender(seeded.device.id)
    return Still(me.say(Up.BIRTH, me.birth()))


@pytest.fixture
def worker(engine: Engine, settings: Settings, clock: FixedClock, still: Still) -> Worker:
    worker = Worker(Stores(engine, open_vault(settings), Hub()), still, clock)
    worker.step()
    return worker


@pytest.fixture
def opened(engine: Engine) -> Iterator[list[bool]]:
    """For each transaction that begins whether it was opened to write."""
    found: list[bool] = []

    def begun(connection: Connection) -> None:
        found.append(bool(connection.get_execution_options().get("vuonso_writes", False)))

    event.listen(engine, "begin", begun)
    yield found
    event.remove(engine, "begin", begun)


def test_a_worker_with_nothing_to_do_asks_once_and_writes_nothing(
    worker: Worker, clock: FixedClock, opened: list[bool]
) -> None:
    clock.advance(seconds=EXPIRE_S)

    worker.step()

    assert opened == [False]


def test_a_wish_leaves_once_and_is_given_up_when_nobody_answers(
    worker: Worker, clock: FixedClock, engine: Engine, seeded: Seeded, still: Still
) -> None:
    with Session(writing(engine)) as session, session.begin():
        zone, amount = seeded.zones[0].public_id, Amount(seconds=60.0)
        asked = devices.request_water(
            session, seeded.farmer.principal, zone, amount, clock.now()
        ).id
    states = []
    for seconds in (LOOK_S, EXPIRE_S, A_MINUTE_S):
        clock.advance(seconds=seconds)
        worker.step()
        with Session(engine) as session:
            command = session.get(Command, asked)
            assert command is not None
            states.append(command.state)

    assert len([topic for topic in still.sent if parse(topic).kind is Down.CMD]) == 1
    assert states == [CommandState.SENDING, CommandState.SENDING, CommandState.EXPIRED]
