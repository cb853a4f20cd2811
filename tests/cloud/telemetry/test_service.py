"""Reading rows back: a zone's past may span devices, and only its own."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from cloud.clock import from_unix_ms
from cloud.cooperatives.models import Zone
from cloud.db import writing
from cloud.devices import link
from cloud.devices import service as devices
from cloud.devices.vault import open_vault
from cloud.settings import Settings
from cloud.telemetry import service
from cloud.telemetry.commit import commit
from cloud.telemetry.reader import Incoming
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import START_MS, Sender
from wire.codes import EventKind, Metric
from wire.identity import new_identity
from wire.topics import Up

SINCE = from_unix_ms(START_MS)
UNTIL = SINCE + timedelta(days=2)


@pytest.fixture
def feed(engine: Engine, clock: FixedClock) -> Callable[[Incoming], None]:
    def run(message: Incoming) -> None:
        with Session(engine) as session:
            known = link.known_devices(session)
        (outcome,) = commit(engine, [message], known, clock.now())
        assert outcome.rejected == 0

    return run


@pytest.fixture
def zone_id(seeded: Seeded) -> int:
    zone: Zone = seeded.zones[0]
    assert zone.id is not None
    return zone.id


def minute(number: int) -> datetime:
    return SINCE + timedelta(minutes=number)


def test_a_series_is_that_of_its_zone_its_metric_and_its_time(
    session: Session, seeded: Seeded, feed: Callable[[Incoming], None], zone_id: int
) -> None:
    me = Sender(seeded.device.id)
    rows = [
        me.sample("z1", fill=0.1),
        me.sample("z2", fill=0.2),
        me.sample(None, air_c=30.0),
        me.sample("z1", fill=0.4, vwc=0.2),
        me.sample("z1", vwc=0.3),
        me.sample("z1", fill=0.6),
    ]
    feed(me.say(Up.LIVE, *reversed(rows)))
    served = service.served(session, zone_id, minute(1), minute(6))
    found = service.series(session, served, Metric.FILL)
    assert [(one.at, one.value) for one in found] == [(minute(1), 0.1), (minute(4), 0.4)]


def test_the_summary_is_what_probes_and_meter_said(
    session: Session, seeded: Seeded, feed: Callable[[Incoming], None], zone_id: int
) -> None:
    me = Sender(seeded.device.id)
    feed(me.say(Up.LIVE, *(me.sample("z1", vwc=v, litres=2.5) for v in (0.2, 0.3, 0.4))))
    feed(me.say(Up.LIVE, me.sample("z2", vwc=0.9, litres=99.0)))
    feed(me.say(Up.EVENT, *(me.event(EventKind.DOSE_ENDED, {}, zone) for zone in ("z1", "z2"))))
    summary = service.irrigation_summary(session, zone_id, SINCE, UNTIL)
    assert summary.litres == pytest.approx(7.5)
    assert summary.moisture_mean == pytest.approx(0.3)
    assert (summary.doses, summary.samples, summary.days) == (1, 3, 1)
    assert (summary.first_at, summary.last_at) == (minute(1), minute(3))
    assert (summary.devices, summary.simulated) == ((me.device,), True)


def test_days_are_those_of_vietnam(
    session: Session, seeded: Seeded, feed: Callable[[Incoming], None], zone_id: int
) -> None:
    me = Sender(seeded.device.id)
    midnight = datetime.fromisoformat("2026-03-03T00:00:00+07:00")
    me.seq = int((midnight - SINCE).total_seconds() / 60) - 2
    feed(me.say(Up.LIVE, *me.samples(3)))
    assert service.irrigation_summary(session, zone_id, SINCE, UNTIL).days == 2


def test_nothing_measured_is_said_as_such(session: Session, zone_id: int) -> None:
    summary = service.irrigation_summary(session, zone_id, SINCE, UNTIL)
    assert (summary.litres, summary.samples, summary.doses, summary.days) == (0.0, 0, 0, 0)
    assert (summary.moisture_mean, summary.first_at, summary.last_at) == (None, None, None)


def test_a_zone_keeps_its_past_when_its_device_is_replaced(
    engine: Engine,
    settings: Settings,
    seeded: Seeded,
    feed: Callable[[Incoming], None],
    zone_id: int,
) -> None:
    old = Sender(seeded.device.id)
    identity = new_identity(("mqtt://127.0.0.1",), simulated=False)
    with Session(writing(engine)) as session, session.begin():
        fresh = devices.register(session, open_vault(settings), identity, seeded.greenhouse, SINCE)
        devices.bind_zone(session, seeded.zones[0], fresh, "z1", minute(3))
    new = Sender(identity.device)
    feed(old.say(Up.LIVE, *(old.sample("z1", vwc=0.1) for _ in range(5))))
    feed(new.say(Up.LIVE, *(new.sample("z1", vwc=0.2) for _ in range(5))))
    with Session(engine) as session:
        found = service.series(session, service.served(session, zone_id, SINCE, UNTIL), Metric.VWC)
        summary = service.irrigation_summary(session, zone_id, SINCE, UNTIL)
    assert [one.value for one in found] == [0.1, 0.1, 0.2, 0.2, 0.2]
    assert set(summary.devices) == {old.device, new.device}
    assert summary.simulated, "one simulated device makes the whole evidence simulated"


def test_a_cooperative_sees_its_devices_and_how_much_arrived(
    seeded: Seeded, session: Session, feed: Callable[[Incoming], None]
) -> None:
    me = Sender(seeded.device.id)
    feed(me.say(Up.BIRTH, me.birth()))
    feed(me.say(Up.LIVE, *me.samples(3)))
    feed(me.say(Up.EVENT, me.event(EventKind.BOOT)))
    (own,) = service.devices(session, seeded.farmer.principal)
    assert (own.id, own.rows, own.simulated) == (me.device, 4, True)
    assert own.heard_at is not None
    assert service.devices(session, seeded.neighbour.principal) == []
    assert service.all_devices(session) == [own]
