"""Back up, go on, lose everything, put back; in the end the cloud has what was produced."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Command, CommandState
from tests.cloud.backup.conftest import NAME
from tests.cloud.backup.installation import Installation, Line, produced
from tests.cloud.postgres import administer
from tests.edge.rig import Rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    folder = tmp_path / "pi"
    folder.mkdir()
    rig = Rig(folder)
    yield rig
    rig.close()


@pytest.fixture
def line(place: Installation, rig: Rig) -> Line:
    return Line(place, rig)


def lose_everything(place: Installation, request: pytest.FixtureRequest) -> None:
    """The machine is gone; another one begins with an empty database and an empty folder."""
    place.engine.dispose()
    if place.engine.dialect.name == "postgresql":
        server: str = request.getfixturevalue("postgres_url")
        administer(server, f"DROP DATABASE {NAME} WITH (FORCE)")
        administer(server, f"CREATE DATABASE {NAME}")
    shutil.rmtree(place.settings.data_dir)


def test_what_the_backup_had_not_the_greenhouse_sends_again(
    place: Installation, rig: Rig, line: Line, request: pytest.FixtureRequest
) -> None:
    seeded = place.fill()
    line.join(seeded)
    line.connect()
    rig.seconds(300)
    line.drain()
    device = rig.identity.device
    in_backup = len(place.rows(device))
    backup = place.back_up()
    rig.seconds(600)
    line.drain()
    rig.seconds(5)
    assert len(place.rows(device)) > in_backup > 0
    lose_everything(place, request)
    done = place.restore(backup)
    assert done.aside == []
    assert len(place.rows(device)) == in_backup
    line.connect()
    line.drain()
    assert place.rows(device) == produced(rig)
    assert rig.runtime.store.acked == rig.runtime.store.last


def test_stop_stops_after_a_restore_though_the_device_counts_further(
    place: Installation, rig: Rig, line: Line, request: pytest.FixtureRequest
) -> None:
    seeded = place.fill()
    line.join(seeded)
    line.connect()
    backup = place.back_up()

    def stop() -> str:
        with Session(writing(place.engine)) as session, session.begin():
            principal, house = seeded.manager.principal, seeded.greenhouse.public_id
            made = devices.request_stop(session, principal, house, place.clock.now())
            name = made.public_id
        line.command()
        return name

    for _ in range(3):
        stop()
    line.drain()
    obeyed = rig.runtime.agent._house.stop_n
    assert obeyed == 3
    lose_everything(place, request)
    place.restore(backup)
    rig.runtime.agent._house.hold = False
    line.connect()
    name = stop()  # before the history of the device has told of the others
    assert rig.runtime.agent._house.hold
    assert rig.runtime.agent._house.stop_n > obeyed
    line.drain()
    with Session(place.engine) as session:
        command = session.exec(select(Command).where(Command.public_id == name)).one()
        assert command.state is CommandState.DONE
