"""Which faults happen when: drawn from a seed, counted one by one, silent while it is calm."""

from dataclasses import dataclass
from random import Random

from tests.sim.tally import Tally


@dataclass(frozen=True)
class Rates:
    """Shares of messages, and events a day for each device or for the cloud."""

    lost: float = 0.06
    """The broker had confirmed it, and forgets it."""
    doubled: float = 0.25
    delayed: float = 0.12
    """By up to `delay_s`, so that later ones overtake it."""
    delay_s: float = 1800.0
    replayed: float = 0.02
    """A word to a device is heard once more, up to hours later."""
    confirm_lost: float = 0.02
    cut_off: float = 4.0
    cut_s: float = 6 * 3600.0
    killed: float = 4.0
    power_cut: float = 2.0
    dark_s: float = 2 * 3600.0
    clock_set: float = 3.0
    broker_killed: float = 3.0
    broker_s: float = 120.0
    worker_killed: float = 12.0
    database_away: float = 4.0
    away_s: float = 300.0


class Storm:
    """One stream of chance for all faults of a run."""

    def __init__(self, rates: Rates, chance: Random, tally: Tally) -> None:
        self.rates, self.chance, self.calm = rates, chance, False
        self._tally = tally

    def strikes(self, kind: str, share: float, on: str = "") -> bool:
        """Whether this one is hit; told and counted if so."""
        if self.calm or self.chance.random() >= share:
            return False
        self._tally.fault(kind, on)
        return True

    def pause_s(self, a_day: float) -> float:
        """Until the next of so many a day."""
        return self.chance.expovariate(a_day / 86_400.0)

    def lasts_s(self, most_s: float) -> float:
        """Mostly short, seldom long."""
        return float(round(most_s * self.chance.random() ** 4)) + 1.0

    def latency_s(self) -> float:
        return 0.05 if self.calm else self.chance.uniform(0.02, 0.6)
