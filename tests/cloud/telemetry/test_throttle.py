"""A device gone wild is held back and told of; others, and honest backlogs, are not."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.devices import link
from cloud.telemetry.commit import commit
from cloud.telemetry.models import Quarantine
from cloud.telemetry.throttle import BURST, COSTS, RATE, Throttle
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import EPOCH, Sender
from wire.topics import Up

WILD, CALM = "abcdefghijklmnop", "ponmlkjihgfedcba"
WEEK_OF_CHUNKS = 21


def admitted(throttle: Throttle, count: int, now: float, kind: Up = Up.LIVE) -> int:
    return sum(throttle.admits(WILD, kind, now) for _ in range(count))


def test_a_flood_is_cut_to_the_bound() -> None:
    throttle = Throttle()
    assert admitted(throttle, 100_000, now=0) == BURST
    assert admitted(throttle, 100_000, now=10) == 10 * RATE
    assert admitted(throttle, 100_000, now=10) == 0


def test_a_flood_costs_nobody_else_anything() -> None:
    throttle = Throttle()
    admitted(throttle, 100_000, now=0)
    assert throttle.admits(CALM, Up.LIVE, 0)


def test_a_week_of_backlog_passes_at_once() -> None:
    throttle = Throttle()
    assert admitted(throttle, 1, now=0, kind=Up.BIRTH) == 1
    assert admitted(throttle, WEEK_OF_CHUNKS, now=0, kind=Up.BACKFILL) == WEEK_OF_CHUNKS


def test_what_is_dear_counts_for_more() -> None:
    assert admitted(Throttle(), 10_000, now=0, kind=Up.BACKFILL) == BURST // COSTS[Up.BACKFILL]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_held_back_is_counted_not_told_and_stored_when_it_comes_again(
    engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    me = Sender(seeded.device.id)
    first, second, third = (me.say(Up.LIVE, me.sample()) for _ in range(3))
    with Session(engine) as session:
        known = link.known_devices(session)
    held = [first, replace(second, is_excess=True), third]
    (outcome,) = commit(engine, held, known, clock.now())
    assert (outcome.rows, outcome.rejected) == (2, 1)
    ack = outcome.acks[me.device, EPOCH]
    assert (ack.upto, ack.have) == (1, ((3, 3),)), "the device keeps the second"
    with Session(engine) as session:
        row = session.exec(select(Quarantine)).one()
    assert (row.device_id, row.reason, row.count) == (me.device, "too_many", 1)
    (outcome,) = commit(engine, [second], known, clock.now())
    assert outcome.acks[me.device, EPOCH].upto == 3
