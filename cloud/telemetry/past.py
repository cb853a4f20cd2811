"""Sums and curves over a zone's past, from the coarsest buckets that tell the truth.

Whole buckets count as rolled up. What a stretch cuts in two, and where rows came since, counts
row by row, from the samples or the archive: so a sum is exact at any moment.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlmodel import Session, col, select

from cloud.telemetry import archive, days
from cloud.telemetry.days import Level, Split
from cloud.telemetry.models import Rollup, RollupDue, Sample
from cloud.telemetry.packs import PackedRow
from cloud.telemetry.rollups import MOST, THE_HOUSE, THE_ROWS


@dataclass(frozen=True)
class Stretch:
    """A time in milliseconds, the end excluded, in which a device served a zone under a key."""

    device_id: str
    zone_key: str
    start: int
    end: int

    def since(self, start: int) -> "Stretch":
        """What of it lies after `start`; it ends with its beginning where nothing does."""
        return replace(self, start=min(max(self.start, start), self.end))

    @property
    def place(self) -> tuple[str, str]:
        return self.device_id, self.zone_key


def of_house(stretches: Iterable[Stretch]) -> list[Stretch]:
    """What the devices of these stretches measured meanwhile for all zones together."""
    return [replace(one, zone_key=THE_HOUSE) for one in stretches]


@dataclass(frozen=True)
class Bucket:
    """What a metric did in one bucket of time."""

    at: datetime
    low: float
    mean: float
    high: float
    total: float


@dataclass
class Sums:
    """What was measured in some stretches: rows, their days, and a sum for each metric."""

    rows: int = 0
    first: int | None = None
    last: int | None = None
    days: set[int] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)

    def add(self, metric: str, count: int, total: float) -> None:
        self.counts[metric] = self.counts.get(metric, 0) + count
        self.totals[metric] = self.totals.get(metric, 0.0) + total

    def add_rows(self, count: int, first: int, last: int, day: int) -> None:
        self.rows += count
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        self.days.add(day)

    def add_row(self, row: PackedRow, day: int, metrics: Collection[str]) -> None:
        self.add_rows(1, row.wall_ms, row.wall_ms, day)
        for metric in row.metrics.keys() & set(metrics):
            if abs(row.metrics[metric]) <= MOST:
                self.add(metric, 1, row.metrics[metric])


def sums(session: Session, stretches: Iterable[Stretch], metrics: Collection[str]) -> Sums:
    """Everything between the first and the last moment of these stretches, exactly."""
    found = Sums()
    for stretch in stretches:
        due = stale(session, [stretch.device_id], stretch.start, stretch.end, Level.DAY)
        split = days.split(
            stretch.start, stretch.end, Level.DAY, due.get(stretch.device_id, frozenset())
        )
        _add_whole_days(session, stretch, split.whole, metrics, found)
        for start, end in split.loose:
            _add_rows(session, stretch, range(start, end), metrics, found)
    return found


def curve(
    session: Session, stretches: Sequence[Stretch], metric: str, level: Level
) -> list[Bucket]:
    """The buckets that a stretch touches, in order of time, as far as they are rolled up."""
    rows = session.connection().execute(
        sa.select(
            col(Rollup.bucket),
            func.min(Rollup.low),
            func.sum(Rollup.total),
            func.sum(Rollup.count),
            func.max(Rollup.high),
        )
        .where(
            or_(false(), *(_touched(stretch, level) for stretch in stretches)),
            col(Rollup.metric) == metric,
        )
        .group_by(col(Rollup.bucket))
        .order_by(col(Rollup.bucket))
    )
    return [
        Bucket(days.start_of(bucket, level), low, total / count, high, total)
        for bucket, low, total, count, high in rows
    ]


def curves(
    session: Session,
    served: Mapping[int | None, Sequence[Stretch]],
    metrics: Collection[str],
    level: Level,
) -> Mapping[int | None, Mapping[str, list[Bucket]]]:
    """The same of several places and metrics, asked for at once."""
    wanted = [_touched(stretch, level) for stretches in served.values() for stretch in stretches]
    rows = session.exec(
        select(Rollup)
        .where(or_(false(), *wanted), col(Rollup.metric).in_(metrics))
        .order_by(col(Rollup.bucket))
    ).all()
    return {
        place: {
            metric: _joined([row for row in rows if row.metric == metric], stretches, level)
            for metric in metrics
        }
        for place, stretches in served.items()
    }


def amounts(
    session: Session, stretches: Sequence[Stretch], metric: str
) -> list[list[tuple[int, float]]]:
    """When how much of a metric came, for each stretch of days of which the samples are here.

    A quarter's amount stands at its first millisecond; nothing is said where nothing came.
    """
    if not stretches:
        return []
    start, end = min(one.start for one in stretches), max(one.end for one in stretches)
    due = stale(session, {one.device_id for one in stretches}, start, end, Level.QUARTER)
    splits = [
        days.split(one.start, one.end, Level.QUARTER, due[one.device_id]) for one in stretches
    ]
    quarters = _quarters(session, stretches, splits, metric)
    rows = _rows(session, stretches, splits, metric)
    return [
        [
            (days.start_ms(bucket, Level.QUARTER), amount)
            for device, zone, bucket, amount in quarters
            if (device, zone) == one.place
            and any(low <= bucket <= high for low, high in split.whole)
        ]
        + [
            (at, amount)
            for device, zone, at, amount in rows
            if (device, zone) == one.place and any(start <= at < end for start, end in split.loose)
        ]
        for one, split in zip(stretches, splits, strict=True)
    ]


def stale(
    session: Session, device_ids: Collection[str], start: int, end: int, level: Level
) -> Mapping[str, frozenset[int]]:
    """The buckets of each device into which rows came since they were rolled up."""
    quarters = days.touched(start, end, Level.QUARTER)
    found = session.exec(
        select(RollupDue).where(
            col(RollupDue.quarter).between(quarters.start, quarters.stop - 1),
            col(RollupDue.device_id).in_(device_ids),
        )
    ).all()
    return {
        device: frozenset(
            days.above(one.quarter, Level.QUARTER, level)
            for one in found
            if one.device_id == device
        )
        for device in device_ids
    }


def in_buckets(stretch: Stretch, level: Level, low: int, high: int) -> ColumnElement[bool]:
    """Roll-ups of this zone in these buckets, both included."""
    return and_(
        col(Rollup.level) == level,
        col(Rollup.device_id) == stretch.device_id,
        col(Rollup.bucket).between(low, high),
        col(Rollup.zone_key) == stretch.zone_key,
    )


def in_samples(stretch: Stretch) -> ColumnElement[bool]:
    """Samples of this zone, or of the house, in this time."""
    return and_(
        col(Sample.device_id) == stretch.device_id,
        col(Sample.day).in_(days.touched(stretch.start, stretch.end, Level.DAY)),
        col(Sample.zone_key) == (stretch.zone_key or None),
        col(Sample.wall_ms) >= stretch.start,
        col(Sample.wall_ms) < stretch.end,
    )


def _touched(stretch: Stretch, level: Level) -> ColumnElement[bool]:
    buckets = days.touched(stretch.start, stretch.end, level)
    return in_buckets(stretch, level, buckets.start, buckets.stop - 1)


def _joined(rows: Sequence[Rollup], stretches: Sequence[Stretch], level: Level) -> list[Bucket]:
    """Buckets of whichever devices served a place, those of one time as one."""
    touched = [(one.place, days.touched(one.start, one.end, level)) for one in stretches]
    together: dict[int, list[Rollup]] = {}
    for row in rows:
        if any((row.device_id, row.zone_key) == of and row.bucket in at for of, at in touched):
            together.setdefault(row.bucket, []).append(row)
    return [
        Bucket(
            days.start_of(bucket, level),
            min(one.low for one in found),
            sum(one.total for one in found) / sum(one.count for one in found),
            max(one.high for one in found),
            sum(one.total for one in found),
        )
        for bucket, found in together.items()
    ]


def _add_whole_days(
    session: Session,
    stretch: Stretch,
    whole: Iterable[tuple[int, int]],
    metrics: Collection[str],
    found: Sums,
) -> None:
    wanted = [in_buckets(stretch, Level.DAY, low, high) for low, high in whole]
    rows = session.exec(
        select(Rollup).where(or_(false(), *wanted), col(Rollup.metric).in_([THE_ROWS, *metrics]))
    )
    for row in rows:
        if row.metric == THE_ROWS:
            found.add_rows(row.count, int(row.low), int(row.high), row.bucket)
        else:
            found.add(row.metric, row.count, row.total)


def _add_rows(
    session: Session, stretch: Stretch, moments: range, metrics: Collection[str], found: Sums
) -> None:
    for day in days.touched(moments.start, moments.stop, Level.DAY):
        for row in archive.rows_of(session, stretch.device_id, day, stretch.zone_key):
            if row.wall_ms in moments:
                found.add_row(row, day, metrics)


def _quarters(
    session: Session, stretches: Sequence[Stretch], splits: Sequence[Split], metric: str
) -> Sequence[tuple[str, str, int, float]]:
    wanted = [
        in_buckets(one, Level.QUARTER, low, high)
        for one, split in zip(stretches, splits, strict=True)
        for low, high in split.whole
    ]
    return session.exec(
        select(Rollup.device_id, Rollup.zone_key, Rollup.bucket, Rollup.total).where(
            or_(false(), *wanted), Rollup.metric == metric, Rollup.total != 0
        )
    ).all()


def _rows(
    session: Session, stretches: Sequence[Stretch], splits: Sequence[Split], metric: str
) -> Sequence[tuple[str, str | None, int, float]]:
    value = col(Sample.metrics)[metric].as_float()
    wanted = [
        in_samples(replace(one, start=start, end=end))
        for one, split in zip(stretches, splits, strict=True)
        for start, end in split.loose
    ]
    return session.exec(
        select(Sample.device_id, Sample.zone_key, Sample.wall_ms, value).where(
            or_(false(), *wanted), value != 0, value.between(-MOST, MOST)
        )
    ).all()
