"""The firmware of a battery soil node: wake, boot, sample, say it, sleep; until the cell is flat.

It speaks any shipped profile. It knows no time but its own sleepy clock, and asks for no receipt:
what the air swallows is lost.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from edge.config_nodes import NodeProbe
from edge.node_profiles import UNITS, filled, node_profile
from firmware_sim.farm_broker import FarmBroker

BOOT_S: Final = 4.0
"""Radio, address, broker: an ESP32 after deep sleep."""
AWAKE_MA: Final = 90.0
ASLEEP_MA: Final = 0.05
CAPACITY_MAH: Final = 2600.0
"""One 18650 cell: 18 days at a report every minute, five months at one every ten."""
CLOCK_SD: Final = 0.02
"""The sleep clock of an ESP32 runs on a resistor and a capacitor."""
LOST_SHARE: Final = 0.02
"""Reports that never arrive, in a house of wet leaves and steel."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of a node."""

    topic: str
    payload: str
    retain: bool = False


class SoilNode:
    """One node, awake for a few seconds at a time."""

    def __init__(
        self, table: NodeProbe, vwc: Callable[[], float], broker: FarmBroker, chance: Random
    ) -> None:
        self._table, self._vwc, self._broker, self._chance = table, vwc, broker, chance
        self._period_s = table.every_s * max(0.9, chance.gauss(1.0, CLOCK_SD))
        self._left_s = chance.uniform(0.0, self._period_s)
        self._is_awake = False
        self.left_mah = CAPACITY_MAH
        self.lost_share = LOST_SHARE
        self.is_dead = False
        """Somebody has taken its battery out, or water has come into it."""

    @property
    def battery(self) -> float:
        """Per cent."""
        return 100.0 * self.left_mah / CAPACITY_MAH

    def step(self, dt: float) -> None:
        """Let `dt` seconds pass."""
        if self.is_dead or self.left_mah <= 0.0:
            self._is_awake = False
            return
        self.left_mah -= (AWAKE_MA if self._is_awake else ASLEEP_MA) * dt / 3600.0
        self._left_s -= dt
        if self._left_s > 0.0:
            return
        if self._is_awake:
            self._report()
        self._is_awake = not self._is_awake
        self._left_s = BOOT_S if self._is_awake else self._period_s - BOOT_S

    def _report(self) -> None:
        for saying in sayings(self._table, self._vwc(), self.battery):
            if self._chance.random() >= self.lost_share:
                self._broker.publish(saying.topic, saying.payload.encode(), retain=saying.retain)


def sayings(table: NodeProbe, vwc: float, battery: float) -> Iterator[Saying]:
    """All that a node of this profile says in one waking; ESPHome keeps its states by default."""
    profile = node_profile(table.profile)
    there = profile.availability
    yield Saying(filled(there.topic, node=table.node), there.online, retain=True)
    level = round(battery)
    value = _value(table, vwc)
    (spot,) = table.spots
    if spot.path is None:
        yield Saying(spot.topic, f"{value:g}", retain=True)
        if profile.battery is not None:
            yield Saying(filled(profile.battery.topic, node=table.node), f"{level}", retain=True)
        return
    report: dict[str, object] = {"linkquality": 88}
    if profile.battery is not None and profile.battery.path is not None:
        report[profile.battery.path] = level
    _put(report, spot.path.split("."), value)
    yield Saying(spot.topic, json.dumps(report))


def _value(table: NodeProbe, vwc: float) -> float:
    """What a perfect sensor with these two points would say."""
    points, unit = table.calibration, UNITS[table.unit_name]
    share = (vwc - points.dry_vwc) / (points.wet_vwc - points.dry_vwc)
    raw = points.dry_raw + share * (points.wet_raw - points.dry_raw)
    return max(0.0, round(raw) / unit.per_unit)


def _put(report: dict[str, object], path: list[str], value: float) -> None:
    *outer, last = path
    for name in outer:
        inner: dict[str, object] = {}
        report[name] = inner
        report = inner
    report[last] = value
