"""Samples of an older version are sorted into days and rolled up, none lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, make_url, text
from sqlmodel import Session, col, select

import cloud
from cloud.clock import unix_ms
from cloud.db import make_engine
from cloud.schema import migrate
from cloud.telemetry import partitions, rollups
from cloud.telemetry.days import day_of
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import Rollup, Sample
from tests.cloud.conftest import START
from tests.cloud.postgres import administer

BEFORE = "0013"
ROWS = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the schema in which samples had no days, with hourly rows in it."""
    url = f"sqlite:///{tmp_path / 'older.db'}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgres_url")
        administer(server, "DROP DATABASE IF EXISTS vuonso_older WITH (FORCE)")
        administer(server, "CREATE DATABASE vuonso_older")
        url = make_url(server).set(database="vuonso_older").render_as_string(hide_password=False)
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(cloud.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        connection.execute(
            text(
                "INSERT INTO sample (device_id, epoch, seq, boot, uptime_ms, wall_ms, quality,"
                " zone_key, metrics) VALUES ('d', 'e', :seq, 'b', 0, :wall_ms, 2, 'z1', :metrics)"
            ),
            [
                {"seq": n, "wall_ms": unix_ms(START) + n * 3_600_000, "metrics": '{"vwc": 0.25}'}
                for n in range(ROWS)
            ],
        )
    yield engine
    engine.dispose()


def test_every_row_keeps_its_place_and_gets_its_day(older: Engine) -> None:
    migrate(older)
    partitions.prepare(older, START)
    with Session(older) as session:
        rows = session.exec(select(Sample).order_by(col(Sample.seq))).all()
    assert [row.seq for row in rows] == list(range(ROWS))
    assert all(row.day == day_of(row.wall_ms) and row.metrics == {"vwc": 0.25} for row in rows)


def test_what_was_there_is_rolled_up(older: Engine) -> None:
    migrate(older)
    rollups.work(older, START + timedelta(days=5), Keep(14, 90, 730))
    with Session(older) as session:
        days = session.exec(select(Rollup).where(Rollup.level == 1_440, Rollup.metric == "vwc"))
        assert sum(day.count for day in days) == ROWS
