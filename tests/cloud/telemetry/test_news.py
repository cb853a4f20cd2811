"""Pages hear of rows that workers in other processes stored."""

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.devices import link
from cloud.telemetry.commit import commit
from cloud.telemetry.live import Hub
from cloud.telemetry.news import Watcher
from tests.cloud.conftest import FixedClock, Seeded
from tests.cloud.telemetry.sender import Sender
from wire.topics import Up


def test_news_is_told_once(engine: Engine, seeded: Seeded, clock: FixedClock) -> None:
    hub, me = Hub(), Sender(seeded.device.id)
    watcher, house = Watcher(engine, hub), seeded.greenhouse.id
    assert house is not None
    with Session(engine) as session:
        known = link.known_devices(session)

    def versions() -> int:
        watcher.look()
        return hub.version(house)

    before = versions()
    commit(engine, [me.say(Up.LIVE, me.sample())], known, clock.now())
    assert versions() == before + 1
    assert versions() == before + 1
    commit(engine, [me.say(Up.LIVE, me.sample())], known, clock.now())
    assert versions() == before + 2
