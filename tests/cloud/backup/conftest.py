"""An installation on each kind of database, that a restore may rename and replace."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from cloud.db import make_engine
from cloud.settings import Settings
from tests.cloud.backup.installation import Installation
from tests.cloud.conftest import FixedClock
from tests.cloud.postgres import administer

NAME = "vuonso_drill"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock
) -> Iterator[Installation]:
    server, url = "", ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_url")
        _sweep(server)
        administer(server, f"CREATE DATABASE {NAME}")
        url = make_url(server).set(database=NAME).render_as_string(hide_password=False)
    settings = Settings(data_dir=tmp_path / "cloud", database_url=url, demo=True)
    settings.data_dir.mkdir()
    place = Installation(settings, clock, tmp_path / "backups")
    yield place
    place.engine.dispose()
    if server:
        _sweep(server)


def _sweep(server: str) -> None:
    engine = make_engine(server)
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT datname FROM pg_database WHERE datname LIKE :name"), {"name": f"{NAME}%"}
        ).scalars()
        found = list(names)
    engine.dispose()
    for name in found:
        administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')
