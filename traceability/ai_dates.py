"""Dates and hours as GS1 values write them; refuses days that no calendar has."""

from calendar import monthrange
from typing import Final

MONTHS: Final = 12
HOURS: Final = 24
SIXTY: Final = 60


def day(text: str) -> str | None:
    """YYMMDD or YYYYMMDD."""
    return _date(text, first_day=1)


def day_or_month(text: str) -> str | None:
    """YYMMDD, where day 00 stands for the whole month."""
    return _date(text, first_day=0)


def clock(text: str) -> str | None:
    """HHMM."""
    return hour(text[:2]) or minute(text[2:])


def hour(text: str) -> str | None:
    return None if int(text) < HOURS else f"{text}: there is no such hour"


def minute(text: str) -> str | None:
    return None if int(text) < SIXTY else f"{text}: an hour and a minute end at 59"


def _date(text: str, *, first_day: int) -> str | None:
    year, month, number = int(text[:-4]), int(text[-4:-2]), int(text[-2:])
    if not 1 <= month <= MONTHS:
        return f"{text}: there is no month {month:02}"
    # A year of two digits is a leap year where it is one in both centuries it can mean.
    last = monthrange(year, month)[1]
    if not first_day <= number <= last:
        return f"{text}: there is no day {number:02} in that month"
    return None
