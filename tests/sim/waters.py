"""A house's water by true local days, and on which of them its calendar could not be trusted."""

from collections import defaultdict
from dataclasses import dataclass

from firmware_sim.clock import local_day
from firmware_sim.watch import Watch


@dataclass(frozen=True, slots=True)
class DayWater:
    """One zone on one day."""

    day: int
    litres: float
    openings: int


class DayWaters:
    """Takes the watch's running accounts apart at each true midnight."""

    def __init__(self, watch: Watch) -> None:
        self.days: set[int] = set()
        self.astray: set[int] = set()
        self._watch, self._day = watch, -1
        self._before: dict[str, tuple[float, int]] = {}
        self._closed: defaultdict[str, list[DayWater]] = defaultdict(list)

    def see(self, true_ms: int, *, is_astray: bool) -> None:
        """The moment up to which the watch has seen."""
        day = local_day(true_ms)
        if is_astray:
            self.astray.add(day)
        if day == self._day:
            return
        for zone, account in self._watch.accounts.items():
            litres, openings = self._before.get(zone, (0.0, 0))
            self._before[zone] = (account.litres, account.openings)
            gone = DayWater(self._day, account.litres - litres, account.openings - openings)
            self._closed[zone].append(gone)
        self._day = day
        self.days.add(day)

    def steady(self, zone: str) -> list[DayWater]:
        """Days that are over, each told once; a wrong calendar spoils its day and the next."""
        closed, self._closed[zone] = self._closed[zone], []
        return [c for c in closed if not {c.day, c.day - 1} & self.astray]
