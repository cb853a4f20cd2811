"""From converter counts to one believed water content per zone: plausible, filtered, voted.

Pure; it refuses counts that no soil can give, and never lets the drier of two probes win.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Final

RAIL_LOW: Final = 155
RAIL_HIGH: Final = 899
"""0.5 V and 2.9 V of a 10-bit converter at 3.3 V: a broken wire, a pull-down or a short."""

VWC_LOW: Final = -0.05
VWC_HIGH: Final = 0.75
"""m³/m³; a little below zero is a dry probe with an old calibration, not a broken one."""

JUMP: Final = 0.05
"""m³/m³ that noise alone may move a probe from its filtered value."""

RATE: Final = 0.10 / 300.0
"""m³/m³ per second; soil moves faster only while and shortly after it is watered."""

MEDIAN_OF: Final = 5
EMA_WEIGHT: Final = 0.3
"""The median comes first: an average without it lets a spike through for half an hour."""

FORGET_S: Final = 180.0
"""After a silence of this the filter starts anew: what it held describes another moment."""

PAIR: Final = 2
DISPUTE: Final = 0.08
"""m³/m³ between two probes beyond which one of them lies."""


class Quality(StrEnum):
    """What is known of a probe's latest counts."""

    GOOD = "good"
    OUT_OF_RANGE = "out_of_range"
    TOO_FAST = "too_fast"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two points of a linear probe; capacitive ones read lower when wetter."""

    dry_raw: int
    wet_raw: int
    dry_vwc: float
    wet_vwc: float
    low_raw: int = RAIL_LOW
    high_raw: int = RAIL_HIGH
    """Counts outside of these come from no living probe."""


@dataclass(frozen=True, slots=True)
class ProbeMemory:
    """A probe's recent plausible values; `at` is when the latest of them was received."""

    recent: tuple[float, ...] = ()
    value: float | None = None
    """Filtered water content, m³/m³."""
    at: float = 0.0
    quality: Quality = Quality.GOOD
    raw: int | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """What the probes of a zone say together."""

    vwc: float | None = None
    age_s: float = 0.0
    probes: int = 0


def to_vwc(raw: int, calibration: Calibration) -> float:
    """Water content in m³/m³ on the line through both calibration points."""
    span = calibration.wet_raw - calibration.dry_raw
    share = (raw - calibration.dry_raw) / span
    return calibration.dry_vwc + share * (calibration.wet_vwc - calibration.dry_vwc)


def receive(
    memory: ProbeMemory, raw: int, calibration: Calibration, now: float, *, wetted: bool
) -> ProbeMemory:
    """Take one reading. `wetted`: the zone is or lately was watered, so a fast change is real."""
    vwc = to_vwc(raw, calibration)
    if not (calibration.low_raw <= raw <= calibration.high_raw and VWC_LOW <= vwc <= VWC_HIGH):
        return replace(memory, raw=raw, quality=Quality.OUT_OF_RANGE)
    if not wetted and _jumps(memory, vwc, now):
        return replace(memory, raw=raw, quality=Quality.TOO_FAST)
    if memory.value is None or now - memory.at > FORGET_S:
        return ProbeMemory((vwc,), vwc, now, Quality.GOOD, raw)
    recent = (*memory.recent, vwc)[-MEDIAN_OF:]
    middle, before = median(recent), memory.value
    value = before + EMA_WEIGHT * (middle - before)
    return ProbeMemory(recent, value, now, Quality.GOOD, raw)


def vote(probes: Sequence[ProbeMemory], now: float, stale_s: float) -> Vote:
    """One value of all probes heard within `stale_s`: median, the wetter of two, or nothing."""
    fresh = [p for p in probes if p.value is not None and 0.0 <= now - p.at <= stale_s]
    values = sorted(p.value for p in fresh if p.value is not None)
    if not values:
        return Vote()
    vwc = values[-1] if len(values) == PAIR else median(values)
    trusted = [value for value in values if abs(value - vwc) <= DISPUTE]
    age = max(now - p.at for p in fresh)
    return Vote(vwc, age, len(trusted))


def _jumps(memory: ProbeMemory, vwc: float, now: float) -> bool:
    """The allowance grows with silence, so a probe that was moved for good is heard again."""
    if memory.value is None:
        return False
    return abs(vwc - memory.value) > JUMP + RATE * (now - memory.at)
