"""From a source to the box: kept with its age, told once, gone when it is stale."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.growing import service as growing
from cloud.growing.models import DesiredSettings
from cloud.growing.outlook import Outlook
from cloud.growing.service import Author
from cloud.i18n import TIME_ZONE
from cloud.weather import rules, service
from cloud.weather.models import ForecastDay
from cloud.weather.source import Day, NoForecastError, Persistence, SourceName
from tests.cloud.conftest import FixedClock, Seeded

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Window:
    """A source that a test sees through."""

    clock: FixedClock
    ahead: float | None = 4.4
    asked: int = 0
    name: SourceName = field(default=SourceName.OPEN_METEO)

    def days(self) -> Sequence[Day]:
        self.asked += 1
        if self.ahead is None:
            raise NoForecastError("away")
        today = self.clock.now().astimezone(TIME_ZONE).date()
        told = [4.0] * rules.BEFORE_DAYS + [self.ahead] * rules.AHEAD_DAYS
        first = today - timedelta(days=rules.BEFORE_DAYS)
        return [Day(first + timedelta(days=n), mm) for n, mm in enumerate(told)]


@pytest.fixture
def window(clock: FixedClock) -> Window:
    return Window(clock)


@pytest.fixture
def outlook(window: Window, engine: Engine, seeded: Seeded, clock: FixedClock) -> Outlook:
    """With a box that has its first document."""
    with Session(writing(engine)) as session, session.begin():
        growing.welcome(session, session.merge(seeded.device), Author(), clock.now())
    return Outlook(window)


def told(engine: Engine) -> list[object]:
    with Session(engine) as session:
        rows = session.exec(select(DesiredSettings).order_by(col(DesiredSettings.version))).all()
        return [row.doc.get("forecast") for row in rows]


def test_a_box_is_told_of_today_and_tomorrow_once(
    outlook: Outlook, window: Window, engine: Engine, clock: FixedClock
) -> None:
    outlook.round(engine, clock.now())
    today = clock.now().astimezone(TIME_ZONE).date()
    news = {today.isoformat(): 1.1, (today + timedelta(days=1)).isoformat(): 1.1}
    assert told(engine) == [None, news]
    outlook.round(engine, clock.now())
    clock.advance(seconds=rules.AGAIN.total_seconds() - 1)
    outlook.round(engine, clock.now())
    assert window.asked == 1
    clock.advance(seconds=1)
    outlook.round(engine, clock.now())
    assert window.asked == 2
    assert len(told(engine)) == 2
    Outlook(window).round(engine, clock.now())
    assert len(told(engine)) == 2, "what is no news is not said again by a process that began"


def test_another_forecast_and_another_day_are_news(
    outlook: Outlook, window: Window, engine: Engine, clock: FixedClock
) -> None:
    outlook.round(engine, clock.now())
    window.ahead = 3.6
    clock.advance(days=1)
    outlook.round(engine, clock.now())
    assert [sorted(set(one.values())) for one in told(engine) if isinstance(one, dict)] == [
        [1.1],
        [0.9],
    ]


def test_a_source_that_is_away_leaves_what_was_known_until_it_is_stale(
    outlook: Outlook, window: Window, engine: Engine, clock: FixedClock
) -> None:
    outlook.round(engine, clock.now())
    window.ahead = None
    clock.advance(hours=20)
    outlook.round(engine, clock.now())
    with Session(engine) as session:
        assert service.newest(session, clock.now()) is not None
        clock.advance(hours=5)
        assert service.newest(session, clock.now()) is None
    before = len(told(engine))
    outlook.round(engine, clock.now())
    assert len(told(engine)) == before


def test_what_is_composed_from_a_stale_forecast_has_none(
    outlook: Outlook, engine: Engine, seeded: Seeded, clock: FixedClock
) -> None:
    outlook.round(engine, clock.now())
    clock.advance(days=2)
    with Session(writing(engine)) as session, session.begin():
        growing.compose(session, seeded.device.id, clock.now())
    assert told(engine)[-1] is None


def test_switched_off_it_is_forgotten_and_nobody_is_asked(
    outlook: Outlook, engine: Engine, clock: FixedClock
) -> None:
    outlook.round(engine, clock.now())
    Outlook(Persistence()).round(engine, clock.now())
    with Session(engine) as session:
        assert session.exec(select(ForecastDay)).all() == []


def test_nobody_waits_on_the_network_with_a_transaction_open(
    engine: Engine, clock: FixedClock
) -> None:
    @dataclass
    class Looking(Window):
        def days(self) -> Sequence[Day]:
            with Session(writing(engine)) as session, session.begin():
                session.exec(select(ForecastDay)).all()  # a writer gets in meanwhile
            return super().days()

    Outlook(Looking(clock)).round(engine, clock.now())
    with Session(engine) as session:
        assert service.newest(session, clock.now()) is not None
