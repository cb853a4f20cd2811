"""A box is born while somebody changes a setting: no version is given out twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from cloud.cooperatives.models import Zone
from cloud.db import writing
from cloud.devices import link as devices
from cloud.growing import service
from cloud.growing.models import DesiredSettings
from cloud.growing.service import Author
from cloud.telemetry import batch
from cloud.telemetry.commit import commit
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender
from tests.edge.broker import until
from wire.topics import Up

Step = Callable[[Session], object]


@pytest.fixture
def me(engine: Engine, seeded: Seeded, clock: FixedClock) -> Sender:
    """A box that was told its first document."""
    with Session(writing(engine)) as session, session.begin():
        service.welcome(session, session.merge(seeded.device), Author(), clock.now())
    return Sender(seeded.device.id)


@pytest.fixture
def is_born(engine: Engine, me: Sender, clock: FixedClock) -> Step:
    """It has heard the first version and lost it with its card: it is told the next one."""
    with Session(engine) as session:
        known = devices.known_devices(session)
    commit(engine, [me.say(Up.LIVE, me.sample())], known, clock.now())  # its epoch is no news
    birth = me.birth().model_copy(update={"settings_version": 1})
    said = [me.say(Up.BIRTH, birth)]
    return lambda session: batch.process(session, said, known, clock.now())


@pytest.fixture
def is_changed(seeded: Seeded, clock: FixedClock) -> Step:
    """Somebody says how many plants there are: that is the next version, too."""

    def change(session: Session) -> None:
        zone = session.get_one(Zone, seeded.zones[0].id)
        zone.plants += 1
        service._refresh(session, zone, Author(), clock.now())
        service.compose(session, seeded.device.id, clock.now())

    return change


def one_inside_the_other(engine: Engine, outer: Step, inner: Step) -> None:
    """The second begins before the first has committed; where it can be seen, until it waits."""

    def run() -> None:
        with Session(writing(engine)) as session, session.begin():
            inner(session)

    with ThreadPoolExecutor(1) as pool:
        with Session(writing(engine)) as session, session.begin():
            outer(session)
            other = pool.submit(run)
            if engine.dialect.name == "postgresql":
                until(lambda: other.done() or waits(engine))
        other.result()


def waits(engine: Engine) -> bool:
    found = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return bool(connection.execute(text(found)).scalar_one())


@pytest.mark.parametrize("is_birth_first", [True, False])
def test_a_birth_and_a_change_give_out_two_versions_whoever_is_first(
    engine: Engine, is_born: Step, is_changed: Step, *, is_birth_first: bool
) -> None:
    outer, inner = (is_born, is_changed) if is_birth_first else (is_changed, is_born)
    one_inside_the_other(engine, outer, inner)
    with Session(engine) as session:
        rows = select(DesiredSettings.version).order_by(col(DesiredSettings.version))
        found = list(session.exec(rows).all())
    assert found == ([1, 2, 3] if is_birth_first else [1, 2])
