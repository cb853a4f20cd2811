"""PostgreSQL's partitions: made before their day, dropped when they are empty."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from cloud.db import writing
from cloud.telemetry import days, partitions
from cloud.telemetry.models import Sample

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
TODAY = days.today(NOW)

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def store(engine: Engine, *days_from_now: int) -> None:
    with Session(writing(engine)) as session, session.begin():
        for seq, day in enumerate(days_from_now, 1):
            session.add(sample(seq, NOW + timedelta(days=day)))


def sample(seq: int, at: datetime) -> Sample:
    return Sample(
        device_id="d",
        epoch="e",
        seq=seq,
        boot="b",
        uptime_ms=0,
        wall_ms=int(at.timestamp() * 1000),
        quality=2,
        zone_key="z1",
        metrics={"vwc": 0.3},
    )


def where(engine: Engine) -> dict[int, str]:
    """The partition of each row."""
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT seq, tableoid::regclass::text AS tableoid FROM sample")
        )
        return {row.seq: row.tableoid for row in found}


def partitions_of(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT inhrelid::regclass::text FROM pg_inherits ORDER BY 1")
        )
        return [name for (name,) in found]


def test_a_week_and_more_is_made_ahead_and_once(engine: Engine) -> None:
    for _ in range(2):
        partitions.prepare(engine, NOW)
    named = [f"parts.sample_{day}" for day in range(TODAY - 1, TODAY + 9)]
    assert set(named) <= set(partitions_of(engine))


def test_a_row_lies_with_its_day_and_one_of_an_odd_clock_with_the_others(engine: Engine) -> None:
    partitions.prepare(engine, NOW)
    before = partitions_of(engine)
    store(engine, 0, 1, -200, 20_000)
    assert where(engine) == {
        1: f"parts.sample_{TODAY}",
        2: f"parts.sample_{TODAY + 1}",
        3: "parts.sample_other",
        4: "parts.sample_other",
    }
    assert partitions_of(engine) == before


def test_rows_that_came_before_their_partition_move_in(engine: Engine) -> None:
    later = NOW + timedelta(days=300)
    store(engine, 300, 301, 400)
    assert set(where(engine).values()) == {"parts.sample_other"}
    partitions.prepare(engine, later)
    assert where(engine) == {
        1: f"parts.sample_{TODAY + 300}",
        2: f"parts.sample_{TODAY + 301}",
        3: "parts.sample_other",
    }


def test_a_partition_is_dropped_when_it_is_empty_and_stays_while_it_is_not(engine: Engine) -> None:
    start = NOW + timedelta(days=600)
    partitions.prepare(engine, start)
    store(engine, 601)
    partitions.drop_empty(engine, TODAY + 603)
    left = partitions_of(engine)
    assert f"parts.sample_{TODAY + 600}" not in left
    assert f"parts.sample_{TODAY + 601}" in left
    assert f"parts.sample_{TODAY + 603}" in left
    assert list(where(engine)) == [1]
