"""Several workers at one database at the same time: nothing twice, nothing back, no deadlock."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from cloud.telemetry.commit import commit
from cloud.telemetry.models import EpochState, Quarantine, Sample
from cloud.telemetry.reader import Incoming
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import EPOCH, Sender
from wire.codes import EventKind
from wire.messages import Ack
from wire.topics import Up

WORKERS = 3
ROWS = 240
PER_BATCH = 40

Batch = Sequence[Incoming]
Work = Callable[[Sequence[Batch]], list[Ack]]


@pytest.fixture
def me(seeded: Seeded) -> Sender:
    return Sender(seeded.device.id)


@pytest.fixture
def work(engine: Engine, seeded: Seeded, clock: FixedClock) -> Work:
    """A worker's whole life: its batches one after another; the acks it would send."""

    def run(batches: Sequence[Batch]) -> list[Ack]:
        with Session(engine) as session:
            known = link.known_devices(session)
        outcomes = [commit(engine, batch, known, clock.now()) for batch in batches]
        return [ack for outcome in chain(*outcomes) for ack in outcome.acks.values()]

    assert seeded.device.id
    return run


def test_the_same_rows_in_any_order_are_stored_once_and_told_in_order(
    engine: Engine, me: Sender, work: Work
) -> None:
    messages = [me.say(Up.LIVE, row) for row in me.samples(ROWS)]
    there = in_batches(messages)
    back = [batch[::-1] for batch in there[::-1]]
    with ThreadPoolExecutor(WORKERS) as pool:
        told = [*chain(*pool.map(work, [there, back, there[1::2] + there[::2]]))]
    with Session(engine) as session:
        stored = session.exec(select(Sample.seq).order_by(col(Sample.seq))).all()
        state = session.exec(select(EpochState)).one()
    assert list(stored) == list(range(1, ROWS + 1))
    assert (state.epoch, state.upto, state.have) == (EPOCH, ROWS, [])
    assert max(Counter(ack.n for ack in told).values()) == 1, "no two acks have one number"
    in_order = [ack.upto for ack in sorted(told, key=lambda ack: ack.n)]
    assert in_order == sorted(in_order), "a later number never says less"


def test_a_command_goes_out_by_one_worker_only(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    for _ in range(20):
        wish(engine, seeded, clock)

    def claim(_worker: int) -> list[str]:
        with Session(writing(engine)) as session, session.begin():
            return [one.public_id for one in link.claim_outgoing(session, clock.now())]

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = [*chain(*pool.map(claim, range(WORKERS)))]
    assert len(claimed) == len(set(claimed)) == 20


def test_a_word_that_comes_late_through_another_worker_takes_nothing_back(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    now, device = clock.now(), seeded.device.id
    for _ in range(10):
        data = {"id": wish(engine, seeded, clock)}

        def tell(kind: EventKind, data: dict[str, str] = data) -> None:
            with Session(writing(engine)) as session, session.begin():
                link.record_told(session, device, kind, dict(data), now)

        with ThreadPoolExecutor(WORKERS) as pool:
            words = (EventKind.COMMAND_DONE, EventKind.DOSE_STARTED, EventKind.COMMAND_ACCEPTED)
            list(pool.map(tell, words))
    with Session(engine) as session:
        states = session.exec(select(Command.state)).all()
    assert set(states) == {CommandState.DONE}


def test_what_several_set_aside_is_counted_together(
    engine: Engine, me: Sender, work: Work
) -> None:
    rotten = [[me.raw(Up.LIVE, b"rotten"), me.raw(Up.EVENT, b'"text"')] * 5 for _ in range(6)]
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, [rotten] * WORKERS))
    with Session(engine) as session:
        counted = {row.reason: row.count for row in session.exec(select(Quarantine))}
    assert counted == {"not_json": 30 * WORKERS, "not_object": 30 * WORKERS}


def wish(engine: Engine, seeded: Seeded, clock: FixedClock) -> str:
    """A person asks for something."""
    house, principal = seeded.greenhouse.public_id, seeded.farmer.principal
    with Session(writing(engine)) as session, session.begin():
        return devices.request_resume(session, principal, house, clock.now()).public_id


def in_batches(messages: Sequence[Incoming]) -> list[Batch]:
    return [messages[at : at + PER_BATCH] for at in range(0, len(messages), PER_BATCH)]
