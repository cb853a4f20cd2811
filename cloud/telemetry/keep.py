"""How many days each level of what was measured is kept. Pure."""

from dataclasses import dataclass
from datetime import datetime

from cloud.telemetry import days


@dataclass(frozen=True)
class Keep:
    """Days for which each level stays; a device's days for ever."""

    raw_days: int
    hour_days: int
    pack_days: int

    def first_raw(self, now: datetime) -> int:
        return days.today(now) - self.raw_days

    def first_hour(self, now: datetime) -> int:
        """Hours stay at least as long as the rows that a day is made of."""
        return days.today(now) - max(self.hour_days, self.raw_days)

    def first_rolled(self, now: datetime) -> int:
        """The first day that is rolled up: of all later ones every row is still somewhere."""
        return days.today(now) - self.pack_days
