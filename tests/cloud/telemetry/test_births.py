"""A birth that a broker kept and delivers late, or again, does not become the present."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.devices.rules import precedes
from cloud.devices.service import current_session
from tests.cloud.telemetry.conftest import Feed
from tests.cloud.telemetry.sender import Sender
from wire import codec
from wire.messages import Birth, Will
from wire.topics import Up

FIRST, SECOND, THIRD = (letter * 16 for letter in "abc")
OTHER = "otherotherother2"


def nonce_of_now(engine: Engine, me: Sender) -> str:
    with Session(engine) as session:
        connection = current_session(session, me.device)
    assert connection is not None
    return Birth.model_validate(connection.birth, strict=False).nonce


def is_connected(engine: Engine, me: Sender) -> bool:
    with Session(engine) as session:
        connection = current_session(session, me.device)
    return connection is not None and connection.ended_at is None


def test_a_birth_of_an_earlier_start_is_not_the_newest(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    earlier, later = me.birth(session=4, nonce=FIRST), me.birth(session=5, nonce=SECOND)
    feed(me.say(Up.BIRTH, later), me.say(Up.BIRTH, earlier))
    assert nonce_of_now(engine, me) == SECOND


def test_a_birth_of_an_earlier_connection_is_not_the_newest(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    earlier = me.birth(nonce=FIRST)
    me.samples(3)
    feed(me.say(Up.BIRTH, me.birth(nonce=SECOND)))
    feed(me.say(Up.BIRTH, earlier))
    assert nonce_of_now(engine, me) == SECOND


def test_of_two_connections_without_a_row_between_the_later_counts_once(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    first, second = me.birth(nonce=FIRST), me.birth(nonce=SECOND)
    feed(me.say(Up.BIRTH, first), me.say(Up.BIRTH, second), me.say(Up.BIRTH, first))
    assert nonce_of_now(engine, me) == SECOND


def test_a_birth_that_comes_again_does_not_bring_a_lost_connection_back(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    birth = me.say(Up.BIRTH, me.birth())
    feed(birth, me.raw(Up.WILL, codec.encode(Will(session=1))))
    assert not is_connected(engine, me)
    feed(birth)
    assert not is_connected(engine, me)
    feed(me.say(Up.BIRTH, me.birth(nonce=SECOND)))
    assert is_connected(engine, me)


@pytest.mark.parametrize("heard", [True, False])
def test_a_birth_before_the_card_was_lost_is_not_the_newest(
    engine: Engine, me: Sender, feed: Feed, *, heard: bool
) -> None:
    """Whether or not it was heard at its time; the new database names the one before it."""
    old = me.say(Up.BIRTH, me.birth(session=4, nonce=FIRST))
    anew = Sender(me.device, epoch=OTHER).birth(session=5, nonce=SECOND)
    if heard:
        feed(old)
    feed(me.say(Up.BIRTH, anew.model_copy(update={"prev_epoch": me.epoch})), old)
    assert nonce_of_now(engine, me) == SECOND


def test_of_two_epochs_that_know_nothing_of_each_other_the_one_heard_first_is_over(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    """A new card counts its starts from one."""
    old = me.say(Up.BIRTH, me.birth(session=40, nonce=FIRST))
    other = Sender(me.device, epoch=OTHER)
    feed(old, other.say(Up.BIRTH, other.birth(session=1, nonce=SECOND)), old)
    assert nonce_of_now(engine, me) == SECOND


def test_an_old_card_that_is_put_back_in_counts_from_its_next_start(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    other = Sender(me.device, epoch=OTHER)
    feed(me.say(Up.BIRTH, me.birth(session=4, nonce=FIRST)))
    feed(other.say(Up.BIRTH, other.birth(session=1, nonce=SECOND)))
    feed(me.say(Up.BIRTH, me.birth(session=5, nonce=THIRD)))
    assert nonce_of_now(engine, me) == THIRD


def test_an_old_birth_is_answered_all_the_same(me: Sender, feed: Feed) -> None:
    """Whoever asks hears; the device itself listens for its newest nonce only."""
    feed(me.say(Up.BIRTH, me.birth(session=5, nonce=SECOND)))
    (outcome,) = feed(me.say(Up.BIRTH, me.birth(session=4, nonce=FIRST)))
    assert [ack.nonce for _device, ack in outcome.births] == [FIRST]


COUNTS = st.tuples(st.integers(1, 5), st.integers(0, 5))


@given(COUNTS, COUNTS)
def test_of_two_births_of_an_epoch_at_most_one_was_first(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    first, second = (
        Sender("d", seq=last).birth(session=session) for session, last in (one, other)
    )
    assert precedes(first, second) == (one < other)
    assert not (precedes(first, second) and precedes(second, first))
