"""Which days one can write about, and what was said in one entry. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cloud.diary.models import Work
from cloud.i18n import TIME_ZONE

DAYS_BACK: Final = 30
"""Whoever was without a line for weeks still gets everything in; later it would be invented."""
CHOICES: Final = 3
"""Today, yesterday and the day before, by one tap."""


@dataclass(frozen=True)
class Used:
    """A pesticide or fertiliser as its label says; days without harvest are None where untold."""

    product: str
    registration: str = ""
    dose: str = ""
    phi_days: int | None = None
    ingredient: str = ""

    def with_label(self, label: "Used") -> "Used":
        """As the cooperative's list has it; what was typed may be stricter, never laxer."""
        days = [one for one in (self.phi_days, label.phi_days) if one is not None]
        return Used(
            label.product,
            label.registration or self.registration,
            self.dose or label.dose,
            max(days, default=None),
            label.ingredient,
        )

    def harvest_from(self, day: date) -> date | None:
        """The first day on which what got it on `day` may be harvested."""
        return None if self.phi_days is None else day + timedelta(days=self.phi_days)


@dataclass(frozen=True)
class Said:
    """What somebody says was done."""

    key: str
    work: Work
    day: date
    note: str
    used: Used | None = None
    supply: str = ""
    """The public id of a product of the cooperative's list."""


def today(now: datetime) -> date:
    return now.astimezone(TIME_ZONE).date()


def is_plausible(day: date, now: datetime) -> bool:
    return 0 <= (today(now) - day).days <= DAYS_BACK


def choices(now: datetime) -> list[date]:
    """The days offered, the newest first."""
    return [today(now) - timedelta(days=back) for back in range(CHOICES)]
