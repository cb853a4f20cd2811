"""What a harvest must be, and how a lot is named."""

from datetime import date, datetime, time
from typing import Final

from cloud.i18n import TIME_ZONE

MAX_AGE_DAYS: Final = 7
"""A harvest is written down within the week, while it can still be checked."""


def local_day(moment: datetime) -> date:
    return moment.astimezone(TIME_ZONE).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), TIME_ZONE)


def is_plausible(harvested_on: date, today: date) -> bool:
    return 0 <= (today - harvested_on).days <= MAX_AGE_DAYS


def code_stem(harvested_on: date, zone: int) -> str:
    """The start of a lot's name for people: the day and the zone's number."""
    return f"{harvested_on:%Y%m%d}-Z{zone}-"


def code(stem: str, number: int) -> str:
    """Unique in the cooperative: zones of other houses with the same number count along."""
    return f"{stem}{number:02d}"
