"""A year of nights: samples go, what they prove stays, and no table grows for ever."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Engine, event, func
from sqlalchemy.engine import Connection
from sqlmodel import Session, SQLModel, col, select

from cloud.clock import unix_ms
from cloud.db import writing
from cloud.devices import link
from cloud.devices.models import DeviceSession
from cloud.telemetry import archive, days, past, retention, rollups, store
from cloud.telemetry.days import Level
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import EpochState, Quarantine, Rollup, RollupDue, Sample, SamplePack
from cloud.telemetry.packs import PackError
from cloud.telemetry.past import Stretch, Sums
from cloud.telemetry.reader import Rejected
from cloud.telemetry.service import IrrigationSummary, all_devices, irrigation_summary
from tests.cloud.conftest import START, Seeded
from tests.cloud.telemetry.sender import EPOCH, Sender
from wire import messages

KEEP = Keep(raw_days=14, hour_days=30, pack_days=100)
DAYS = 20


@dataclass
class House:
    """A device that tells a row every two hours, and a cloud that lives through its nights."""

    engine: Engine
    seeded: Seeded

    @property
    def device(self) -> str:
        return self.seeded.device.id

    def row(self, hour: int, litres: float = 0.5) -> messages.Sample:
        row = Sender(self.device, seq=max(hour, 0)).sample("z1", litres=litres, vwc=0.25)
        at = unix_ms(START - timedelta(days=DAYS)) + hour * 3_600_000
        return row.model_copy(update={"t": at, "e": EPOCH})

    def arrive(self, rows: list[messages.Sample]) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            samples = [(self.device, row) for row in rows]
            store.insert_samples(session, samples)
            rollups.mark(session, samples)

    def live(self) -> None:
        self.arrive([self.row(hour) for hour in range(0, 24 * DAYS, 2)])

    def night(self, days_on: int = 0) -> None:
        now = START + timedelta(days=days_on)
        rollups.work(self.engine, now, KEEP)
        retention.tidy(self.engine, now, KEEP)

    def evidence(self, now: datetime = START) -> IrrigationSummary:
        zone_id = cast("int", self.seeded.zones[0].id)
        with Session(self.engine) as session:
            return irrigation_summary(session, zone_id, START - timedelta(days=60), now)

    def count(self, model: type[SQLModel]) -> int:
        with Session(self.engine) as session:
            return session.exec(select(func.count()).select_from(model)).one()


@pytest.fixture
def house(engine: Engine, seeded: Seeded) -> House:
    return House(engine, seeded)


def test_evidence_is_the_same_before_and_after_the_samples_are_gone(house: House) -> None:
    house.live()
    fresh = house.evidence()
    house.night()
    assert house.evidence() == fresh
    house.night(DAYS + KEEP.raw_days + 1)
    assert house.count(Sample) == 0
    assert house.evidence() == fresh
    assert (fresh.litres, fresh.samples, fresh.moisture_mean) == (120.0, 240, 0.25)


def test_evidence_that_begins_in_the_middle_of_a_packed_day_counts_its_rows(house: House) -> None:
    house.live()
    start, end = (unix_ms(START - timedelta(days=ago, hours=5)) for ago in (18, 1))
    stretch = Stretch(house.device, "z1", start, end)

    def sums() -> Sums:
        with Session(house.engine) as session:
            return past.sums(session, [stretch], ["litres"])

    before = sums()
    house.night(40)
    assert house.count(Sample) == 0
    assert sums() == before
    assert before.rows == 17 * 12


def test_rows_of_an_outage_count_though_their_day_is_packed(house: House) -> None:
    rows = [house.row(hour) for hour in range(24 * DAYS)]
    house.arrive(rows[:100] + rows[200:])
    house.night(25)
    assert house.count(Sample) == 0
    house.arrive(rows[90:210])  # some of them once more
    at_once = house.evidence()
    house.night(25)
    assert (at_once.litres, at_once.samples) == (240.0, 480)
    assert house.evidence() == at_once
    assert house.count(Sample) == 0
    (device,) = list_devices(house)
    assert device == 480


def list_devices(house: House) -> list[int]:
    with Session(house.engine) as session:
        return [one.rows for one in all_devices(session)]


def test_rows_in_the_samples_and_in_the_archive_count_once(house: House) -> None:
    house.live()
    house.night(25)
    assert list_devices(house) == [240]
    house.arrive([house.row(2), house.row(3)])
    assert list_devices(house) == [241]


def test_a_pack_that_does_not_give_its_rows_back_leaves_them_where_they_are(house: House) -> None:
    house.live()
    with Session(writing(house.engine)) as session, session.begin():
        day = days.today(START) - 18
        session.add(
            SamplePack(
                device_id=house.device, day=day, count=1, digest="", body=b"rot", packed_at=START
            )
        )
    with pytest.raises(PackError):
        retention.tidy(house.engine, START, KEEP)
    with Session(house.engine) as session:
        left = session.exec(select(Sample.day).distinct().order_by(col(Sample.day))).all()
    assert left[0] == day, "its rows stay"
    assert left[1] == days.today(START) - KEEP.raw_days, "all others had their turn"


def test_a_crash_in_the_middle_of_packing_loses_nothing(house: House) -> None:
    house.live()
    day = days.today(START) - 18
    with Session(house.engine) as session:
        before = archive.rows_of(session, house.device, day)
    with Session(writing(house.engine)) as session:
        archive.pack_day(session, house.device, day, START)
        session.rollback()
    with Session(house.engine) as session:
        assert archive.rows_of(session, house.device, day) == before
    assert house.count(SamplePack) == 0


@pytest.fixture
def deleted(engine: Engine) -> Iterator[list[int]]:
    """How many rows each DELETE took."""
    counts: list[int] = []

    def note(_c: Connection, cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE FROM sample ") or "DELETE FROM sample\n" in statement:
            counts.append(getattr(cursor, "rowcount", 0))

    event.listen(engine, "after_cursor_execute", note)
    yield counts
    event.remove(engine, "after_cursor_execute", note)


def test_samples_leave_a_day_of_a_device_at_a_time(house: House, deleted: list[int]) -> None:
    house.live()
    house.night(40)
    assert house.count(Sample) == 0
    assert len(deleted) == DAYS + 1


def test_a_clock_that_is_wrong_fills_no_table_for_ever(house: House) -> None:
    odd = [house.row(24 * day, 1.0) for day in (-20_000, -5_000, 200, 3_000, 30_000)]
    rows = [row.model_copy(update={"s": 1_000 + i}) for i, row in enumerate(odd)]
    house.arrive(rows)
    house.night()
    assert (house.count(Sample), house.count(RollupDue), house.count(Rollup)) == (0, 0, 0)
    assert house.count(SamplePack) == 5
    house.night(KEEP.pack_days + 1)
    assert house.count(SamplePack) == 0


def test_rows_from_ahead_count_when_their_day_has_come(house: House) -> None:
    ahead = house.row(24 * (DAYS + 5))
    house.arrive([ahead])
    house.night()
    with Session(house.engine) as session:
        day = days.day_of(ahead.t)
        assert len(archive.rows_of(session, house.device, day)) == 1
    house.arrive([house.row(24 * (DAYS + 5) + 1)])
    house.night(6)
    assert house.evidence(START + timedelta(days=6)).samples == 2


def test_hours_go_before_days_and_days_stay(house: House) -> None:
    house.live()

    def levels() -> list[int]:
        with Session(house.engine) as session:
            return list(session.exec(select(Rollup.level).distinct().order_by(col(Rollup.level))))

    house.night()
    assert levels() == [Level.QUARTER, Level.HOUR, Level.DAY]
    house.night(20)
    assert levels() == [Level.HOUR, Level.DAY]
    house.night(2 * KEEP.hour_days)
    assert levels() == [Level.DAY]
    house.night(300)
    assert levels() == [Level.DAY]


def test_what_a_device_says_of_itself_is_kept_for_a_while(
    house: House, say: Callable[[datetime], None]
) -> None:
    for days_on in (0, 1, 200):
        say(START + timedelta(days=days_on))
    house.night(201)
    assert (house.count(DeviceSession), house.count(Quarantine), house.count(EpochState)) == (
        1,
        1,
        1,
    )
    house.night(500)
    assert house.count(DeviceSession) == 1, "the newest tells when it was last heard"
    assert house.count(Quarantine) == 0


@pytest.fixture
def say(house: House) -> Callable[[datetime], None]:
    """A birth, a row of an epoch and something that cannot be understood."""

    def once(now: datetime) -> None:
        me = Sender(house.device)
        with Session(writing(house.engine)) as session, session.begin():
            birth = me.birth(session=(now - START).days + 1)
            link.record_birth(session, house.device, birth, now)
            store.close_ranges(session, {(house.device, f"epoch{now.day}"): [(1, 1)]}, now)
            reason = f"reason{now.day}"
            store.quarantine(session, [Rejected(house.device, "t", reason, "", b"")], now)

    return once


def test_of_a_line_that_breaks_all_the_time_the_last_breaks_are_kept(house: House) -> None:
    me = Sender(house.device)
    with Session(writing(house.engine)) as session, session.begin():
        session.add_all(connection(me, number + 1) for number in range(link.SESSIONS + 5))
        session.flush()
        link.forget_sessions(session, house.device, START)
    assert house.count(DeviceSession) == link.SESSIONS


def connection(me: Sender, number: int) -> DeviceSession:
    birth = me.birth(session=number)
    return DeviceSession(
        device_id=me.device,
        epoch=birth.epoch,
        boot=birth.boot,
        session=number,
        born_at=START,
        heard_at=START,
        birth=birth.model_dump(mode="json"),
    )
