"""A batch in one transaction: once each, gap-free answers, and nothing blocked by poison."""

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from cloud.telemetry.commit import DatabaseAway
from cloud.telemetry.models import EpochState, Event, Quarantine, Sample
from cloud.telemetry.store import MAX_KEPT
from tests.cloud.conftest import FixedClock
from tests.cloud.telemetry.conftest import Feed
from tests.cloud.telemetry.sender import EPOCH, NONCE, Sender
from wire.codes import EventKind
from wire.topics import Up


def seqs(engine: Engine, model: type[Sample | Event] = Sample) -> list[int]:
    with Session(engine) as session:
        return list(session.exec(select(model.seq).order_by(col(model.seq))))


def quarantined(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {row.reason: row.count for row in session.exec(select(Quarantine))}


def test_rows_are_stored_as_they_were_measured(engine: Engine, me: Sender, feed: Feed) -> None:
    sent = me.sample("z1", vwc=0.31, fill=0.87, litres=1.25)
    house = me.sample(None, air_c=31.5)
    feed(me.say(Up.LIVE, sent, house))
    with Session(engine) as session:
        row, in_house = session.exec(select(Sample).order_by(col(Sample.seq))).all()
    assert (row.device_id, row.epoch, row.seq) == (me.device, sent.e, sent.s)
    assert (row.boot, row.uptime_ms, row.wall_ms, row.quality) == (sent.b, sent.u, sent.t, sent.q)
    assert row.metrics == {"vwc": 0.31, "fill": 0.87, "litres": 1.25}
    assert in_house.zone_key is None


def test_whatever_is_repeated_is_stored_once(engine: Engine, me: Sender, feed: Feed) -> None:
    rows = me.samples(3)
    events = [me.event(EventKind.BOOT)]
    message, chunk = me.say(Up.LIVE, *rows), me.pack(*rows, *events)
    feed(message, message, chunk)
    feed(chunk, me.say(Up.EVENT, *events))
    assert seqs(engine) == [1, 2, 3]
    assert seqs(engine, Event) == [4]


def test_a_repetition_never_overwrites(engine: Engine, me: Sender, feed: Feed) -> None:
    feed(me.say(Up.LIVE, me.sample(vwc=0.3)))
    liar = Sender(me.device)
    feed(me.say(Up.LIVE, liar.sample(vwc=0.9)))
    with Session(engine) as session:
        assert session.exec(select(Sample)).one().metrics == {"vwc": 0.3}


def test_the_answer_says_what_is_durable(me: Sender, feed: Feed) -> None:
    first, second, third, fourth = me.samples(4)
    key = (me.device, EPOCH)
    (outcome,) = feed(me.say(Up.LIVE, first), me.say(Up.LIVE, fourth))
    assert (outcome.acks[key].upto, outcome.acks[key].have) == (1, ((4, 4),))
    (outcome,) = feed(me.say(Up.LIVE, third))
    assert (outcome.acks[key].upto, outcome.acks[key].have) == (1, ((3, 4),))
    (outcome,) = feed(me.say(Up.LIVE, second))
    assert (outcome.acks[key].upto, outcome.acks[key].have) == (4, ())


def test_rows_given_up_close_their_gap(me: Sender, feed: Feed) -> None:
    me.seq = 9
    dropped = me.event(EventKind.ROWS_DROPPED, {"from": 1, "to": 9, "reason": "full"})
    (outcome,) = feed(me.say(Up.EVENT, dropped))
    assert outcome.acks[me.device, EPOCH].upto == 10


def test_a_device_cannot_give_up_rows_it_has_not_written(me: Sender, feed: Feed) -> None:
    dropped = me.event(EventKind.ROWS_DROPPED, {"from": 1, "to": 10**12})
    (outcome,) = feed(me.say(Up.EVENT, dropped))
    assert outcome.acks[me.device, EPOCH].upto == 1


def test_a_birth_hears_at_once_where_its_epoch_stands(
    me: Sender, feed: Feed, clock: FixedClock
) -> None:
    feed(me.say(Up.LIVE, *me.samples(5)))
    (outcome,) = feed(me.say(Up.BIRTH, me.birth(oldest=1)))
    ((device, ack),) = outcome.births
    assert (device, ack.e, ack.upto, ack.nonce) == (me.device, EPOCH, 5, NONCE)
    assert ack.now == int(clock.now().timestamp() * 1000)


def test_what_a_device_no_longer_has_is_not_waited_for(me: Sender, feed: Feed) -> None:
    (outcome,) = feed(me.say(Up.BIRTH, me.birth(oldest=8)))
    assert outcome.births[0][1].upto == 7


def test_rotten_messages_are_counted_and_the_rest_is_stored(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    (outcome,) = feed(
        me.raw(Up.LIVE, b"rotten"),
        me.say(Up.LIVE, me.sample()),
        me.raw(Up.EVENT, b"rotten too"),
        me.raw(Up.LIVE, b"x" * 70_000),
    )
    assert seqs(engine) == [1]
    assert quarantined(engine) == {"not_json": 2, "too_large": 1}
    assert outcome.rejected == 3


def test_a_kept_payload_is_short_and_printable_text_stays_text(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    feed(me.raw(Up.LIVE, b"x" * 70_000), me.raw(Up.BIRTH, b'{"\\u0000":1}'))
    with Session(engine) as session:
        found = {row.reason: row for row in session.exec(select(Quarantine))}
    assert len(found["too_large"].payload) == MAX_KEPT
    assert found["too_large"].size == 70_000
    assert "\0" not in found["invalid"].detail


def test_a_value_the_database_refuses_blocks_no_other(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    """PostgreSQL holds no zero octet in its JSON; SQLite does."""
    poison = me.event(EventKind.ALARM, {"text": "\0"})
    rows = me.samples(5)
    feed(me.say(Up.LIVE, *rows[:2]), me.say(Up.EVENT, poison), me.say(Up.LIVE, *rows[2:]))
    assert seqs(engine) == [row.s for row in rows]
    expected = {"database": 1} if engine.dialect.name == "postgresql" else {}
    assert quarantined(engine) == expected


def test_while_the_database_is_away_nothing_is_durable_and_nothing_lost(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    def away(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the server is gone"))

    message = me.say(Up.LIVE, me.sample())
    event.listen(engine, "commit", away)
    with pytest.raises(DatabaseAway):
        feed(message)
    event.remove(engine, "commit", away)
    assert seqs(engine) == []
    feed(message)
    assert seqs(engine) == [1]


def test_two_epochs_of_one_device_do_not_meet(engine: Engine, me: Sender, feed: Feed) -> None:
    other = Sender(me.device, epoch="otherotherother2")
    feed(me.say(Up.LIVE, me.sample()), other.say(Up.LIVE, *other.samples(2)))
    with Session(engine) as session:
        states = {row.epoch: row.upto for row in session.exec(select(EpochState))}
    assert states == {EPOCH: 1, "otherotherother2": 2}
    assert len(seqs(engine)) == 3
