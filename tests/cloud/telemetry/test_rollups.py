"""Roll-ups of rows in any order of arrival are those of the whole, wherever the rows lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, seed
from hypothesis import settings as trials
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from cloud.clock import unix_ms
from cloud.db import writing
from cloud.telemetry import archive, days, rollups, store
from cloud.telemetry.days import Level
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import Rollup, RollupDue, Sample, SamplePack
from wire import messages
from wire.codes import ClockQuality, Metric

DEVICE = "devicedevicedev2"
KEEP = Keep(raw_days=14, hour_days=90, pack_days=730)
NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LONG_AFTER = NOON + timedelta(days=60)

Place = tuple[int, str, int, str, str]
Made = tuple[int, float, float, float]


@dataclass(frozen=True)
class Minute:
    """A row by its minute after noon; eighths of litres add up exactly in any order."""

    seq: int
    minute: int
    zone: str | None
    eighths: int

    @property
    def row(self) -> messages.Sample:
        return messages.Sample(
            e="epochepochepoch2",
            s=self.seq,
            b="bootbootbootboo2",
            u=self.seq * 1_000,
            t=unix_ms(NOON) + self.minute * 60_000,
            q=ClockQuality.TRUSTED,
            z=self.zone,
            m={Metric.LITRES: self.eighths / 8, Metric.OPEN_S: 1.0},
        )


def arrive(engine: Engine, rows: Sequence[Minute]) -> None:
    with Session(writing(engine)) as session, session.begin():
        samples = [(DEVICE, one.row) for one in rows]
        store.insert_samples(session, samples)
        rollups.mark(session, samples)


def work(engine: Engine, now: datetime = LONG_AFTER) -> int:
    return rollups.work(engine, now, KEEP)


def pack(engine: Engine) -> None:
    """All days there are leave the samples."""
    with Session(engine) as session:
        found = session.exec(select(Sample.day).distinct()).all()
    for day in found:
        with Session(writing(engine)) as session, session.begin():
            archive.pack_day(session, DEVICE, day, LONG_AFTER)


def made(engine: Engine, *levels: Level) -> dict[Place, Made]:
    with Session(engine) as session:
        found = session.exec(select(Rollup).where(col(Rollup.level).in_(levels or list(Level))))
        return {
            (row.level, row.device_id, row.bucket, row.zone_key, row.metric): (
                row.count,
                row.low,
                row.high,
                row.total,
            )
            for row in found
        }


def expected(rows: Sequence[Minute], *levels: Level) -> dict[Place, Made]:
    """The same by the book, from the whole at once."""
    parts: dict[Place, list[tuple[float, float]]] = {}
    for row in {one.seq: one.row for one in rows}.values():
        values = [(name.value, value, value) for name, value in row.m.items()]
        for level in levels or list(Level):
            for name, value, part in [*values, (rollups.THE_ROWS, float(row.t), 1.0)]:
                place = (level, DEVICE, days.bucket_of(row.t, level), row.z or "", name)
                parts.setdefault(place, []).append((value, part))
    return {
        place: (
            len(found),
            min(value for value, _part in found),
            max(value for value, _part in found),
            sum(part for _value, part in found),
        )
        for place, found in parts.items()
    }


def empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in ("sample", "rollup", "rollup_due", "sample_pack"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # four names


ARRIVALS = st.lists(
    st.builds(
        Minute,
        seq=st.integers(1, 60),
        minute=st.integers(-1_500, 1_500),
        zone=st.sampled_from([None, "z1", "z2"]),
        eighths=st.integers(-1_000, 1_000),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda row: row.seq,
)
HANDS = st.lists(st.sampled_from(["work", "pack", "wait"]), min_size=1, max_size=6)
"""What the cloud does after each part of the rows came."""


@seed(20261129)
@trials(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ARRIVALS, hands=HANDS, again=st.integers(0, 3))
@example(rows=[Minute(1, 0, "z1", 8), Minute(2, 20, "z1", 8)], hands=["work", "pack"], again=0)
def test_any_order_of_arrival_rolls_up_to_the_whole(
    engine: Engine, rows: list[Minute], hands: list[str], again: int
) -> None:
    empty(engine)
    size = -(-len(rows) // len(hands))
    for i, hand in enumerate(hands):
        arrive(engine, rows[i * size : (i + 1) * size])
        if hand != "wait":
            work(engine)
        if hand == "pack":
            pack(engine)
    arrive(engine, rows[:again])  # a device that missed an acknowledgement sends once more
    work(engine)
    levels = (Level.HOUR, Level.DAY)
    assert made(engine, *levels) == expected(rows, *levels)


def test_quarters_hours_and_days_hold_the_least_the_most_and_the_sum(engine: Engine) -> None:
    rows = [Minute(i, 7 * i, zone, i) for i, zone in enumerate(["z1", None, "z2"] * 20, 1)]
    arrive(engine, rows)
    work(engine)
    assert made(engine) == expected(rows)


def test_the_quarter_that_goes_on_waits_for_its_end(engine: Engine) -> None:
    arrive(engine, [Minute(1, 1, "z1", 8)])
    assert work(engine, NOON + timedelta(minutes=14)) == 0
    assert made(engine) == {}
    assert work(engine, NOON + timedelta(minutes=15)) == 1
    assert made(engine) == expected([Minute(1, 1, "z1", 8)])


def test_what_is_rolled_up_is_marked_no_longer(engine: Engine) -> None:
    arrive(engine, [Minute(1, 1, "z1", 8)])
    work(engine)
    assert work(engine) == 0


def test_a_crash_before_the_commit_leaves_mark_and_buckets_as_they_were(engine: Engine) -> None:
    rows = [Minute(i, i, "z1", 8) for i in range(1, 40)]
    arrive(engine, rows)
    with Session(writing(engine)) as session:
        archive.hold(session)
        rollups.roll(session, rollups.take(session, days.bucket_of(2**48, Level.QUARTER)))
        session.rollback()
    assert made(engine) == {}
    work(engine)
    assert made(engine) == expected(rows)


def test_more_marks_than_one_transaction_takes_are_all_worked_off(engine: Engine) -> None:
    rows = [Minute(i, 15 * i, "z1", i) for i in range(1, 3 * rollups.SLICE)]
    arrive(engine, rows)
    assert work(engine) == len(rows)
    assert made(engine) == expected(rows)


def test_a_row_from_before_all_that_is_kept_makes_no_bucket(engine: Engine) -> None:
    arrive(engine, [Minute(1, -KEEP.pack_days * 1_440, "z1", 8)])
    work(engine, NOON + timedelta(days=1))
    assert made(engine) == {}
    with Session(engine) as session:
        assert session.exec(select(RollupDue)).all() == []


def test_a_bucket_never_loses_rows(engine: Engine) -> None:
    """Should a packed day be gone, what was made of it stays."""
    rows = [Minute(i, i, "z1", 8) for i in range(1, 30)]
    arrive(engine, rows)
    work(engine)
    pack(engine)
    with Session(writing(engine)) as session, session.begin():
        session.delete(session.exec(select(SamplePack)).one())
    arrive(engine, [Minute(99, 3, "z1", 8)])
    work(engine)
    assert made(engine, Level.DAY) == expected(rows, Level.DAY)


def test_a_damaged_pack_keeps_its_marks_and_keeps_no_other_from_its_turn(engine: Engine) -> None:
    day = 24 * 60
    old, other = Minute(1, 0, "z1", 8), Minute(2, day, "z1", 8)
    arrive(engine, [old])
    work(engine)
    pack(engine)
    with Session(writing(engine)) as session, session.begin():
        session.exec(select(SamplePack)).one().body = b"rot"
    late = Minute(3, 1, "z1", 8)
    arrive(engine, [late, other])
    with pytest.raises(archive.DamagedPackError):
        work(engine)
    assert made(engine, Level.DAY) == expected([old], Level.DAY) | expected([other], Level.DAY)
    with Session(engine) as session:
        (left,) = session.exec(select(RollupDue)).all()
        assert left.quarter == days.bucket_of(late.row.t, Level.QUARTER)


def test_a_number_beyond_all_measure_overflows_no_sum(engine: Engine) -> None:
    rows = [Minute(1, 1, "z1", 8), Minute(2, 2, "z1", 8)]
    huge = [Minute(seq, seq, "z2", int(1e308)) for seq in (3, 4, 5)]
    arrive(engine, rows + huge)
    work(engine)
    found = made(engine, Level.DAY)
    of_z1 = {place: value for place, value in found.items() if place[3] == "z1"}
    assert of_z1 == expected(rows, Level.DAY)
    assert not any(place[3:] == ("z2", "litres") for place in found)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_mark_that_a_batch_holds_is_taken_after_its_commit(engine: Engine) -> None:
    """Else the rows of the batch would be in no bucket and under no mark."""
    first, late = Minute(1, 1, "z1", 8), Minute(2, 2, "z1", 16)
    arrive(engine, [first])
    with Session(writing(engine)) as session, session.begin():
        samples = [(DEVICE, late.row)]
        store.insert_samples(session, samples)
        rollups.mark(session, samples)
        assert work(engine) == 0
    assert work(engine) == 1
    assert made(engine) == expected([first, late])
