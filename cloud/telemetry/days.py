"""Local days, hours and quarters of an hour as whole numbers: pure arithmetic on milliseconds.

Vietnam's clock is seven hours ahead all year round, so a bucket's number is a division and its
parent's number another one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from sqlalchemy import ColumnElement, SQLColumnExpression

from cloud.clock import from_unix_ms, unix_ms
from cloud.telemetry.rules import Range, ranges_of

_MINUTE_MS: Final = 60_000
_OFFSET_MS: Final = 7 * 3_600_000


class Level(IntEnum):
    """Lengths of buckets in minutes; each is a whole number of the one before."""

    QUARTER = 15
    HOUR = 60
    DAY = 1_440


def bucket_of(wall_ms: int, level: Level) -> int:
    """The number of the bucket that holds this moment."""
    return (wall_ms + _OFFSET_MS) // (level * _MINUTE_MS)


def bucket_in_sql(wall_ms: SQLColumnExpression[int], level: Level) -> ColumnElement[int]:
    """The same in the database."""
    return (wall_ms + _OFFSET_MS) // (level * _MINUTE_MS)


def start_ms(bucket: int, level: Level) -> int:
    """The first moment of a bucket."""
    return bucket * level * _MINUTE_MS - _OFFSET_MS


def start_of(bucket: int, level: Level) -> datetime:
    return from_unix_ms(start_ms(bucket, level))


def day_of(wall_ms: int) -> int:
    return bucket_of(wall_ms, Level.DAY)


def today(now: datetime) -> int:
    return day_of(unix_ms(now))


def above(bucket: int, level: Level, coarser: Level) -> int:
    """The coarser bucket that holds this one."""
    return bucket // (coarser // level)


def parts(buckets: Iterable[int], level: Level, finer: Level) -> list[int]:
    """The finer buckets within these buckets."""
    ratio = level // finer
    return [bucket * ratio + part for bucket in sorted(buckets) for part in range(ratio)]


def whole(start: int, end: int, level: Level) -> range:
    """The buckets that lie wholly between two moments in milliseconds."""
    size = level * _MINUTE_MS
    first = -((-start - _OFFSET_MS) // size)
    return range(first, max(first, (end + _OFFSET_MS) // size))


def touched(start: int, end: int, level: Level) -> range:
    """The buckets of which any part lies between two moments in milliseconds."""
    if end <= start:
        return range(0)
    return range(bucket_of(start, level), bucket_of(end - 1, level) + 1)


@dataclass(frozen=True)
class Split:
    """A stretch of time as whole buckets, and what is left: from one moment to before another."""

    whole: list[Range]
    loose: list[tuple[int, int]]


def split(start: int, end: int, level: Level, stale: Collection[int] = ()) -> Split:
    """Part what lies between two moments in milliseconds; no stale bucket counts as whole."""
    kept = ranges_of(bucket for bucket in whole(start, end, level) if bucket not in stale)
    loose: list[tuple[int, int]] = []
    at = start
    for low, high in kept:
        loose.append((at, start_ms(low, level)))
        at = start_ms(high + 1, level)
    loose.append((at, end))
    return Split(kept, [(low, high) for low, high in loose if low < high])
