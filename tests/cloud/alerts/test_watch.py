"""What the round through the houses keeps: each trouble once, and written only when it changed."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from cloud.alerts import service
from cloud.alerts.kinds import Kind
from cloud.alerts.models import Alert
from cloud.alerts.watch import Watch, look_round
from cloud.db import writing
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.greenhouses.garden import Garden
from wire.codes import EventKind


class Round:
    """The round, and what there is after it."""

    def __init__(self, engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        assert seeded.greenhouse.id is not None
        self.house = seeded.greenhouse.id

    def __call__(self) -> list[Alert]:
        look_round(self.engine, self.clock.now())
        with Session(self.engine) as session:
            return list(session.exec(select(Alert).order_by(Alert.kind)))

    def has_news(self) -> bool:
        with Session(self.engine) as session:
            now = self.clock.now()
            looks = service.looks(session, [self.house], now)
            return service.with_news(session, looks, now) == [self.house]


@pytest.fixture
def look(engine: Engine, seeded: Seeded, clock: FixedClock) -> Round:
    return Round(engine, seeded, clock)


def burst(garden: Garden) -> None:
    garden.event(EventKind.FAULT, fault="burst", flow_lpm=20.0)


def test_a_fault_is_one_alert_however_often_it_is_looked_at(
    garden: Garden, look: Round, seeded: Seeded, clock: FixedClock
) -> None:
    burst(garden)
    (first,) = look()
    clock.advance(seconds=20)
    (again,) = look()
    assert (first.kind, first.zone_id) == (Kind.BURST, seeded.zones[0].id)
    assert first.cooperative_id == seeded.cooperative.id
    assert again == first


def test_a_look_that_changes_nothing_writes_nothing(
    garden: Garden, look: Round, clock: FixedClock
) -> None:
    assert not look.has_news()
    burst(garden)
    assert look.has_news()
    look()
    clock.advance(seconds=20)
    assert not look.has_news()
    garden.event(EventKind.FAULT_CLEARED, fault="burst")
    assert look.has_news()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_house_with_nothing_new_is_looked_at_once_a_minute(
    garden: Garden, engine: Engine, clock: FixedClock
) -> None:
    watch, asked = Watch(), []
    event.listen(engine, "before_cursor_execute", lambda *words: asked.append(words[2]))

    def questions() -> int:
        asked.clear()
        watch.round(engine, clock.now())
        return len(asked)

    first = questions()
    clock.advance(seconds=20)
    assert questions() < first / 2
    clock.advance(seconds=20)
    burst(garden)
    assert questions() > first
    for wait, looks in ((20, False), (20, False), (20, True)):
        clock.advance(seconds=wait)
        assert (questions() > first / 2) is looks


def test_it_is_over_once_it_was_well_for_a_while(
    garden: Garden, look: Round, clock: FixedClock
) -> None:
    burst(garden)
    look()
    garden.event(EventKind.FAULT_CLEARED, fault="burst")
    cleared = clock.now()
    (well,) = look()
    assert (well.well_at, well.resolved_at) == (cleared, None)
    clock.advance(minutes=5)
    garden.sample(fill=0.8)
    (over,) = look()
    assert over.resolved_at == clock.now()
    burst(garden)
    assert len(look()) == 2


def test_two_looks_at_once_cannot_make_two_alerts_of_one_trouble(
    garden: Garden, look: Round, engine: Engine
) -> None:
    burst(garden)
    (row,) = look()
    twin = Alert(**row.model_dump(exclude={"id", "public_id"}))
    with Session(writing(engine)) as session:
        session.add(twin)
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_house_whose_box_was_struck_off_has_nothing_to_see_to(
    garden: Garden, look: Round, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    burst(garden)
    look()
    with Session(writing(engine)) as session, session.begin():
        device = session.merge(seeded.device)
        device.struck_off_at = clock.now()
    clock.advance(minutes=1)
    look()
    clock.advance(minutes=6)
    (over,) = look()
    assert over.resolved_at is not None


def test_what_has_long_been_over_is_forgotten(
    garden: Garden, look: Round, engine: Engine, clock: FixedClock
) -> None:
    burst(garden)
    look()
    garden.event(EventKind.FAULT_CLEARED, fault="burst")
    look()
    clock.advance(minutes=5)
    garden.sample(fill=0.8)
    look()
    for wait, left in ((service.KEPT - timedelta(days=1), 1), (timedelta(days=2), 0)):
        clock.advance(seconds=wait.total_seconds())
        with Session(writing(engine)) as session, session.begin():
            service.sweep(session, clock.now())
            assert len(session.exec(select(Alert)).all()) == left
