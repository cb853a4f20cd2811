"""When something is tried again, and how much may be sent in how long. Pure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from cloud.i18n import TIME_ZONE


class Fault(StrEnum):
    """What kind of refusal a channel gave; each asks for something else."""

    RETRY = "retry"
    """It did not answer, or asks for patience."""
    AUTH = "auth"
    """It does not know us any more: the channel stands still until somebody connects again."""
    FIX = "fix"
    """It wants the goods described otherwise; sending the same again would change nothing."""
    LIMIT = "limit"
    """Enough for today."""


@dataclass(frozen=True)
class Pace:
    """What a channel takes: a number at once, so many more a minute, so many a day."""

    burst: int
    per_minute: int
    per_day: int


@dataclass(frozen=True)
class Purse:
    """What may still be sent; thousandths, so that no fraction is lost between two looks."""

    milli: int
    filled_at: datetime
    day: date
    spent: int


_MILLI: Final = 1_000
_FIRST_MIN: Final = 1
_LAST_MIN: Final = 60
_DOUBLINGS: Final = 6
"""1, 2, 4 … 32, then an hour each."""
_DAY_OF_HOURS: Final = 29
"""Tries after which a day is over; from then on once a day."""


def again(fault: Fault, attempts: int, now: datetime, jitter: float) -> datetime | None:
    """When to try the next time, or never by itself.

    `attempts` counts failures, this one included; `jitter` is in [0, 1): a channel that was away
    does not get everything in one moment.
    """
    if fault is Fault.LIMIT:
        return tomorrow(now)
    if fault is not Fault.RETRY:
        return None
    if attempts > _DAY_OF_HOURS:
        return now + timedelta(days=1) + timedelta(minutes=_LAST_MIN * jitter)
    minutes = min(_FIRST_MIN * 2 ** min(attempts - 1, _DOUBLINGS), _LAST_MIN)
    return now + timedelta(minutes=minutes * (1 + jitter / 4))


def tomorrow(now: datetime) -> datetime:
    """The next midnight in Việt Nam, where the channels count their days."""
    local = now.astimezone(TIME_ZONE)
    return datetime.combine(local.date() + timedelta(days=1), time(), TIME_ZONE)


def full(pace: Pace, now: datetime) -> Purse:
    return Purse(pace.burst * _MILLI, now, now.astimezone(TIME_ZONE).date(), 0)


def spend(purse: Purse, pace: Pace, now: datetime) -> Purse | None:
    """The purse after one call, or None where that has to wait."""
    today = now.astimezone(TIME_ZONE).date()
    if today != purse.day:
        purse = replace(purse, day=today, spent=0)
    gone = max(timedelta(), now - purse.filled_at)
    earned = int(gone.total_seconds() * pace.per_minute * _MILLI / 60)
    milli = min(pace.burst * _MILLI, purse.milli + earned)
    if milli < _MILLI or purse.spent >= pace.per_day:
        return None
    return Purse(milli - _MILLI, now, today, purse.spent + 1)
