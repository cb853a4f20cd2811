"""Zones that a device makes up come to an end; those of an honest device are all kept."""

import pytest
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.devices.zone_keys import MAX_ZONE_KEYS
from cloud.settings import Settings
from cloud.telemetry import rollups
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import Quarantine, Rollup, Sample
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.conftest import Feed
from tests.cloud.telemetry.sender import Sender
from wire import messages
from wire.codes import EventKind
from wire.identity import new_identity
from wire.topics import Up

KEEP = Keep(raw_days=14, hour_days=90, pack_days=730)


def zones(engine: Engine, model: type[Sample] | type[Rollup] = Sample) -> set[str | None]:
    with Session(engine) as session:
        return set(session.exec(select(model.zone_key).distinct()))


def set_aside(engine: Engine) -> dict[str, int]:
    with Session(engine) as session:
        return {row.reason: row.count for row in session.exec(select(Quarantine))}


@pytest.fixture
def another(engine: Engine, settings: Settings, seeded: Seeded, clock: FixedClock) -> Sender:
    """A second device in the same house."""
    identity = new_identity(("mqtt://127.0.0.1:1883",), simulated=False)
    with Session(writing(engine)) as session, session.begin():
        devices.register(session, open_vault(settings), identity, seeded.greenhouse, clock.now())
    return Sender(identity.device)


def invented(me: Sender, first: int, count: int) -> list[messages.Sample]:
    return [me.sample(f"x{number}") for number in range(first, first + count)]


def test_invented_zones_end_at_the_bound_and_make_no_more_rollups(
    engine: Engine, me: Sender, feed: Feed, clock: FixedClock
) -> None:
    feed(me.say(Up.LIVE, me.sample("z1")))
    for first in range(0, 600, 60):
        feed(me.say(Up.LIVE, *invented(me, first, 60)))
    assert set_aside(engine) == {"too_many_zones": 601 - MAX_ZONE_KEYS}
    clock.advance(days=1)
    rollups.work(engine, clock.now(), KEEP)
    assert len(zones(engine)) == len(zones(engine, Rollup)) == MAX_ZONE_KEYS


def test_rows_beyond_the_bound_are_kept_by_the_device(me: Sender, feed: Feed) -> None:
    feed(me.pack(*invented(me, 0, MAX_ZONE_KEYS)))
    (outcome,) = feed(me.say(Up.LIVE, me.sample("one-more"), me.sample("x0"), me.sample(None)))
    ((_epoch, ack),) = outcome.acks.items()
    assert (ack.upto, ack.have) == (MAX_ZONE_KEYS, ((MAX_ZONE_KEYS + 2, MAX_ZONE_KEYS + 3),))
    assert (outcome.rows, outcome.rejected) == (2, 1)


def test_events_of_invented_zones_are_bounded_with_the_samples(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    feed(me.pack(*invented(me, 0, MAX_ZONE_KEYS)))
    feed(me.say(Up.EVENT, me.event(EventKind.ALARM, {"code": "dry"}, "one-more")))
    assert set_aside(engine) == {"too_many_zones": 1}


def test_a_device_at_its_bound_goes_on_with_the_zones_it_has(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    feed(me.say(Up.LIVE, me.sample("z1"), me.sample("z2")))
    for first in range(0, 600, 60):
        feed(me.say(Up.LIVE, *invented(me, first, 60), me.sample("z1"), me.sample("z2")))
    with Session(engine) as session:
        own = col(Sample.zone_key).in_(["z1", "z2"])
        assert session.exec(select(func.count()).select_from(Sample).where(own)).one() == 22


def test_one_devices_inventions_take_nothing_from_another(
    engine: Engine, me: Sender, another: Sender, feed: Feed
) -> None:
    for first in range(0, 600, 60):
        feed(me.say(Up.LIVE, *invented(me, first, 60)))
    feed(another.say(Up.LIVE, another.sample("x599")))
    assert "x599" in zones(engine)


@pytest.mark.parametrize("born", ["before", "after", "never"])
def test_a_zone_counts_whenever_its_birth_comes(
    engine: Engine, me: Sender, feed: Feed, born: str
) -> None:
    """A zone that was added at the box speaks before the birth that names it is heard."""
    birth, row = me.say(Up.BIRTH, me.birth()), me.say(Up.LIVE, me.sample("new"))
    for message in {"before": [birth, row], "after": [row, birth], "never": [row]}[born]:
        feed(message)
    assert zones(engine) == {"new"}
    assert set_aside(engine) == {}


def test_late_rows_of_a_zone_that_was_removed_are_stored(
    engine: Engine, me: Sender, feed: Feed
) -> None:
    """Never heard of while it was there, and no birth names it any more."""
    late = me.sample("removed")
    feed(me.say(Up.BIRTH, me.birth(session=2)), me.say(Up.LIVE, me.sample("z1")))
    feed(me.pack(late))
    assert zones(engine) == {"z1", "removed"}
