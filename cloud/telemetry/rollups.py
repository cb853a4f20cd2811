"""Rolling rows up to quarters of an hour, hours and days, anew wherever rows came.

A batch marks the quarters it touched in its own transaction; later, in others, a bucket is made
of all its rows at once. So rows count once in any order of arrival, and a kill loses nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy import Engine, Float, Subquery, and_, cast, false, func, literal, not_, or_
from sqlmodel import Session, col, select

from cloud.bulk import each_of, insert_into, touch
from cloud.clock import unix_ms
from cloud.db import writing
from cloud.telemetry import archive, days
from cloud.telemetry.archive import DamagedPackError
from cloud.telemetry.days import Level
from cloud.telemetry.keep import Keep
from cloud.telemetry.models import Rollup, RollupDue, Sample
from wire import messages

SLICE: Final = 64
"""Quarters in one transaction: SQLite's one writer is free again after a tenth of a second."""
THE_ROWS: Final = ""
"""The metric under which the rows themselves are counted, from the first moment to the last."""
MOST: Final = 1e12
"""Beyond any quantity of a farm; a broken device's number must not overflow everybody's sums."""
THE_HOUSE: Final = ""
"""The zone of rows that belong to none."""

_KEYS: Final = ("level", "device_id", "bucket", "zone_key", "metric")
_VALUES: Final = ("count", "low", "high", "total")


def mark(session: Session, samples: Iterable[tuple[str, messages.Sample]]) -> None:
    """Remember which quarters these rows touch.

    A mark that is there is locked, not left alone: whoever takes it waits for these rows.
    """
    marks = {(days.bucket_of(row.t, Level.QUARTER), device) for device, row in samples}
    touch(session, RollupDue, [{"quarter": one, "device_id": device} for one, device in marks])


def work(engine: Engine, now: datetime, keep: Keep) -> int:
    """Roll up what is due in quarters that are over; how many marks were taken.

    Rows of a day whose rows need not all be here any more stay as they came: only a clock that is
    wrong dates them so.

    Raises:
        DamagedPackError: of a day that cannot be made anew; its marks stay, all others are done.
    """
    done = 0
    spared: list[DamagedPackError] = []
    while True:
        try:
            taken = _work_slice(engine, now, keep.first_rolled(now), spared)
        except DamagedPackError as error:
            spared.append(error)
            continue
        if not taken:
            break
        done += taken
    if spared:
        raise spared[0]
    return done


def _work_slice(
    engine: Engine, now: datetime, oldest: int, spared: Sequence[DamagedPackError]
) -> int:
    with Session(writing(engine)) as session, session.begin():
        archive.hold(session)
        marks = take(session, days.bucket_of(unix_ms(now), Level.QUARTER), spared)
        if marks and _day(marks[0]) >= oldest:
            roll(session, marks)
        for one in marks:
            session.delete(one)
        return len(marks)


def take(
    session: Session, open_quarter: int, spared: Sequence[DamagedPackError] = ()
) -> list[RollupDue]:
    """The oldest marks, all of one day; those that a batch is holding get their turn later."""
    damaged = [
        and_(
            col(RollupDue.device_id) == one.device_id,
            col(RollupDue.quarter).in_(days.parts([one.day], Level.DAY, Level.QUARTER)),
        )
        for one in spared
    ]
    found = session.exec(
        select(RollupDue)
        .where(col(RollupDue.quarter) < open_quarter, not_(or_(false(), *damaged)))
        .order_by(col(RollupDue.quarter), col(RollupDue.device_id))
        .limit(SLICE)
        .with_for_update(skip_locked=True)
    ).all()
    return [one for one in found if _day(one) == _day(found[0])]


def roll(session: Session, marks: Collection[RollupDue]) -> None:
    """All buckets above these quarters of one day, for all these devices.

    More quarters than were marked may be made anew; that changes nothing in them.
    """
    quarters = {one.quarter for one in marks}
    devices = sorted({one.device_id for one in marks})
    day = days.above(min(quarters), Level.QUARTER, Level.DAY)
    whole_day = range(day, day + 1)
    if archive.thaw(session, devices, day):
        # Of a packed day no quarters are kept: its hours are made of all of them.
        quarters = set(days.parts(whole_day, Level.DAY, Level.QUARTER))
    hours = {days.above(quarter, Level.QUARTER, Level.HOUR) for quarter in quarters}
    _write(session, Level.QUARTER, _rows(session, day, devices, quarters))
    _write(session, Level.HOUR, _finer(Level.QUARTER, Level.HOUR, devices, hours))
    _write(session, Level.DAY, _finer(Level.HOUR, Level.DAY, devices, whole_day))


def _rows(
    session: Session, day: int, devices: Collection[str], quarters: Collection[int]
) -> Subquery:
    """Every reading in these quarters, and every row under the metric that stands for rows."""
    quarter = days.bucket_in_sql(col(Sample.wall_ms), Level.QUARTER)
    place = (
        col(Sample.device_id),
        quarter.label("bucket"),
        func.coalesce(Sample.zone_key, THE_HOUSE).label("zone_key"),
    )
    where = (
        col(Sample.device_id).in_(devices),
        col(Sample.day) == day,
        quarter.in_(sorted(quarters)),
    )
    reading = each_of(session, col(Sample.metrics))
    value, time = cast(reading.c.value, Float), cast(col(Sample.wall_ms), Float)
    one = literal(1).label("count")
    readings = (
        sa.select(
            *place,
            reading.c.key.label("metric"),
            one,
            value.label("low"),
            value.label("high"),
            value.label("total"),
        )
        .join_from(Sample, reading, sa.true())
        .where(*where, value.between(-MOST, MOST))
    )
    rows = sa.select(
        *place,
        literal(THE_ROWS).label("metric"),
        one,
        time.label("low"),
        time.label("high"),
        literal(1.0).label("total"),
    ).where(*where)
    return sa.union_all(readings, rows).subquery()


def _finer(
    finer: Level, level: Level, devices: Collection[str], buckets: Collection[int]
) -> Subquery:
    """The finer buckets within these, under the numbers of the coarser ones."""
    parts = days.parts(buckets, level, finer)
    return (
        sa.select(
            col(Rollup.device_id),
            (col(Rollup.bucket) // (level // finer)).label("bucket"),
            *(col(column) for column in (Rollup.zone_key, Rollup.metric, Rollup.count)),
            *(col(column) for column in (Rollup.low, Rollup.high, Rollup.total)),
        )
        .where(
            col(Rollup.level) == finer,
            col(Rollup.device_id).in_(devices),
            col(Rollup.bucket).in_(parts),
        )
        .subquery()
    )


def _write(session: Session, level: Level, of: Subquery) -> None:
    """Make buckets of these parts, in the place of those that were there.

    Rows only ever join a bucket, so one that would shrink is left as it is.
    """
    place = [of.c[name] for name in ("device_id", "bucket", "zone_key", "metric")]
    made = sa.select(
        literal(int(level)),
        *place,
        func.sum(of.c["count"]),
        func.min(of.c.low),
        func.max(of.c.high),
        func.sum(of.c.total),
    ).group_by(*place)
    insert = insert_into(session, Rollup)
    session.connection().execute(
        insert.from_select([*_KEYS, *_VALUES], made).on_conflict_do_update(
            index_elements=_KEYS,
            set_={name: insert.excluded[name] for name in _VALUES},
            where=insert.excluded["count"] >= col(Rollup.count),
        )
    )


def _day(one: RollupDue) -> int:
    return days.above(one.quarter, Level.QUARTER, Level.DAY)
