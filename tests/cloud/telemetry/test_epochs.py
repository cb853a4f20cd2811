"""Epochs that a device makes up end at a bound each day; those of an honest one are all kept."""

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from cloud.devices.models import DeviceSession
from cloud.telemetry.epochs import MOST
from cloud.telemetry.models import EpochState, Quarantine
from tests.cloud.conftest import FixedClock
from tests.cloud.telemetry.conftest import Feed
from tests.cloud.telemetry.sender import Sender
from wire.codes import EventKind
from wire.topics import Up

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def invented(me: Sender, number: int) -> Sender:
    high, low = divmod(number, len(LETTERS))
    return Sender(me.device, epoch="inventedepoch2" + LETTERS[high] + LETTERS[low])


def kept(engine: Engine) -> tuple[int, dict[str, int]]:
    """Epochs of which something is remembered, and what was set aside."""
    with Session(engine) as session:
        states = session.exec(select(func.count()).select_from(EpochState)).one()
        return states, {row.reason: row.count for row in session.exec(select(Quarantine))}


@pytest.fixture
def wild(me: Sender, feed: Feed) -> Sender:
    """It has had all the epochs of its day, but for the one that it is honest in."""
    feed(me.say(Up.LIVE, me.sample()))
    others = [invented(me, number) for number in range(MOST - 1)]
    feed(*(other.say(Up.LIVE, other.sample()) for other in others))
    return me


def test_what_is_said_in_one_epoch_too_many_is_set_aside_unanswered(
    engine: Engine, wild: Sender, feed: Feed
) -> None:
    more = invented(wild, 99)
    sample, event = more.sample(), more.event(EventKind.BOOT)
    (outcome,) = feed(
        more.say(Up.LIVE, sample),
        more.say(Up.EVENT, event),
        more.say(Up.BIRTH, more.birth()),
        more.pack(more.sample()),
    )
    assert (outcome.acks, outcome.births, outcome.rejected) == ({}, [], 4)
    assert kept(engine) == (MOST, {"too_many_epochs": 4})
    with Session(engine) as session:
        assert session.exec(select(DeviceSession)).all() == []


def test_the_epochs_that_a_device_has_go_on(engine: Engine, wild: Sender, feed: Feed) -> None:
    more = invented(wild, 99)
    row = wild.sample()
    (outcome,) = feed(more.say(Up.LIVE, more.sample()), wild.say(Up.LIVE, row))
    assert [ack.upto for ack in outcome.acks.values()] == [row.s]
    assert kept(engine)[0] == MOST


def test_a_day_later_there_is_room_again(
    engine: Engine, wild: Sender, feed: Feed, clock: FixedClock
) -> None:
    more = invented(wild, 99)
    message = more.say(Up.LIVE, more.sample())
    feed(message)
    clock.advance(days=1, seconds=1)
    (outcome,) = feed(message)
    assert [ack.upto for ack in outcome.acks.values()] == [1]
    assert kept(engine)[0] == MOST + 1


def test_a_flood_in_one_batch_ends_at_the_bound(engine: Engine, me: Sender, feed: Feed) -> None:
    others = [invented(me, number) for number in range(200)]
    feed(*(other.say(Up.LIVE, other.sample()) for other in others))
    assert kept(engine) == (MOST, {"too_many_epochs": 200 - MOST})
