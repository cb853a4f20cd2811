"""What the agent feels: sensors every ten seconds, flow every tick, the tank; and how old it is.

It asks and takes what has come, and never waits: a sensor that does not answer is simply not
heard, and its age does the rest.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final, Protocol

from edge import sensor_health
from edge.bus_reader import BusReader
from edge.config import Hardware
from edge.evaporation import Air
from edge.probes import Vote
from edge.readings import Failure
from edge.sensor_health import Health
from edge.soil import Heard, Soil
from edge.surroundings import Surroundings
from wire.codes import SensorFault

ASK_EVERY_S: Final = 10.0
"""Soil and air move slowly; a faster cadence only spends the bus."""
FLOW_WINDOW_S: Final = 5.0
"""A meter of 450 pulses per litre at the leak limit of 0.3 L/min gives eleven pulses in it."""
MINUTE_S: Final = 60.0
STANDS_STILL: Final = Failure(SensorFault.STUCK, "it does not move while the soil around it does")


class Meter(Protocol):
    """A flow meter."""

    def litres(self) -> float: ...


class Tank(Protocol):
    """A float switch."""

    def has_water(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class SensorNews:
    """A sensor that is not heard any more, or, without a failure, is heard again."""

    sensor: str
    failure: Failure | None
    lost: int
    """How many are told as lost after this."""


class Senses:
    """The latest believed state of soil, air, pipe and tank."""

    def __init__(
        self,
        hardware: Hardware,
        readers: Sequence[BusReader],
        meter: Meter | None,
        tank: Tank | None,
        now: float,
    ) -> None:
        self._readers, self._meter, self._float = readers, meter, tank
        self._soil, self._house = Soil(hardware), Surroundings(hardware)
        self._least_level = 0.0 if hardware.level is None else hardware.level.least
        keys = (key for reader in readers for key in sorted(reader.sensors))
        self._health = {key: Health(now) for key in keys}
        self._unasked = {sensor.key for sensor in (*hardware.node_probes, *hardware.node_air)}
        """They speak when they wake; their reader knows how long that may take."""
        self._silent: set[str] = set()
        self._doubted: dict[str, frozenset[str]] = {}
        self._doubts_told: frozenset[str] = frozenset()
        self._flow: deque[tuple[float, float]] = deque()
        self._due = float("-inf")
        self._now = now

    def look(self, now: float, wetted: frozenset[str]) -> None:
        """Take what has come; `wetted` are the zones that are or lately were watered."""
        self._now = now
        if self._meter is not None:
            self._flow.append((now, self._meter.litres()))
            while now - self._flow[0][0] > FLOW_WINDOW_S:
                self._flow.popleft()
        self._take(wetted)
        if now >= self._due:
            self._due = now + ASK_EVERY_S
            self._ask()
            self._take(wetted)

    def news(self) -> list[SensorNews]:
        """Sensors lost and found since the last call."""
        told = []
        for key, health in self._health.items():
            self._health[key], failure, is_well = sensor_health.news(health, self._now)
            if failure is not None or is_well:
                told.append(SensorNews(key, failure, self._lost()))
        return told + self._news_of_doubts()

    def doubt(self, zone: str, probes: frozenset[int]) -> None:
        """These probes of a zone, counted from 1, answer but do not move with the soil."""
        keys = enumerate((heard.key for heard in self._soil.heard(zone, self._now)), 1)
        self._doubted[zone] = frozenset(key for number, key in keys if number in probes)

    def vote(self, zone: str, now: float, stale_s: float) -> Vote:
        """What the probes of a zone say together."""
        return self._soil.vote(zone, now, stale_s)

    def heard(self, zone: str, now: float) -> tuple[Heard, ...]:
        """Each probe of a zone: raw, filtered, age of receipt."""
        return self._soil.heard(zone, now)

    def values(self, zone: str, now: float, stale_s: float) -> tuple[float | None, ...]:
        """Each probe's own water content, None for one not heard lately."""
        return tuple(p.vwc if p.age_s <= stale_s else None for p in self.heard(zone, now))

    def air(self, now: float) -> Air:
        """Temperature, humidity and radiation in the house."""
        return self._house.air(now)

    def charge(self) -> float | None:
        """The weakest battery of all nodes, per cent; None where none tells it."""
        told = (reader.charge() for reader in self._readers)
        return min((level for level in told if level is not None), default=None)

    def flow_lpm(self) -> float | None:
        """Litres a minute over the last seconds; None without a meter."""
        if self._meter is None:
            return None
        if not self._flow:
            return 0.0
        (then, before), (now, litres) = self._flow[0], self._flow[-1]
        return (litres - before) / (now - then) * MINUTE_S if now > then else 0.0

    def litres(self) -> float | None:
        """All litres through the meter."""
        return None if self._meter is None else self._meter.litres()

    def tank_ok(self) -> bool:
        """Whether the pump may run: no switch says empty, and a level, where fitted, is known."""
        if self._float is not None and not self._float.has_water():
            return False
        if not self._house.has_level:
            return True
        level = self._house.level(self._now)
        return self._float is not None if level is None else level > self._least_level

    def tank_share(self) -> float | None:
        """How full the tank is; a float switch knows only 0 and 1."""
        level = self._house.level(self._now)
        if level is not None:
            return level
        return None if self._float is None else float(self._float.has_water())

    def close(self) -> None:
        """Ask nothing more."""
        with ExitStack() as leaving:
            for reader in self._readers:
                leaving.callback(reader.close)

    def _news_of_doubts(self) -> list[SensorNews]:
        doubted: frozenset[str] = frozenset().union(*self._doubted.values())
        changed = sorted(doubted ^ self._doubts_told)
        self._doubts_told = doubted
        return [
            SensorNews(key, STANDS_STILL if key in doubted else None, self._lost())
            for key in changed
        ]

    def _lost(self) -> int:
        silent = {key for key, health in self._health.items() if health.told is not None}
        return len(silent | self._doubts_told)

    def _ask(self) -> None:
        for key in self._silent:
            self._health[key] = sensor_health.asked(self._health[key])
        self._silent = self._health.keys() - self._unasked
        for reader in self._readers:
            reader.ask()

    def _take(self, wetted: frozenset[str]) -> None:
        for reader in self._readers:
            for receipt in reader.take():
                key = receipt.sensor
                own = key in self._soil
                failure = self._soil.take(receipt, wetted) if own else self._house.take(receipt)
                self._health[key] = sensor_health.heard(self._health[key], receipt.at, failure)
                self._silent.discard(key)
