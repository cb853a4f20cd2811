"""A cheap capacitive probe: late, a little wrong, noisy, and lower in volts the wetter it is."""

from dataclasses import dataclass
from math import exp
from random import Random
from typing import Final

SUPPLY_V: Final = 3.3
TOP_COUNT: Final = 1023
DRY_V: Final = 2.30
WET_V: Final = 0.90
WET_VWC: Final = 0.55
"""Volts in air and at a full medium: what a two-point calibration of this probe would note."""

LAG_S: Final = 120.0
NOISE_V: Final = 0.006
OFFSET_SD: Final = 0.012
GAIN_SD: Final = 0.03
PER_CELSIUS: Final = 0.0012
"""Apparent m³/m³ per °C away from the calibration's 25 °C."""

CALIBRATED_C: Final = 25.0


def count_at(vwc: float) -> int:
    """Counts that a perfect probe gives: the demo's calibration points."""
    return round(_volts(vwc) / SUPPLY_V * TOP_COUNT)


@dataclass(slots=True)
class Probe:
    """One probe between the roots; `stuck_raw` makes it lie."""

    chance: Random
    offset: float
    gain: float
    felt: float
    """What the probe body has taken on so far, m³/m³."""
    celsius: float = CALIBRATED_C
    stuck_raw: int | None = None

    def soak(self, dt: float, theta: float, celsius: float) -> None:
        """Stand in the medium for `dt` seconds."""
        self.felt += (theta - self.felt) * (1.0 - exp(-dt / LAG_S))
        self.celsius = celsius

    def raw(self) -> int:
        """Convert once."""
        if self.stuck_raw is not None:
            return self.stuck_raw
        warmth = PER_CELSIUS * (self.celsius - CALIBRATED_C)
        volts = _volts(self.felt * self.gain + self.offset + warmth)
        noisy = volts + self.chance.gauss(0.0, NOISE_V)
        return max(0, min(TOP_COUNT, round(noisy / SUPPLY_V * TOP_COUNT)))


def new_probe(chance: Random, theta: float) -> Probe:
    """A probe out of the box, each with its own error."""
    return Probe(chance, chance.gauss(0.0, OFFSET_SD), chance.gauss(1.0, GAIN_SD), theta)


def _volts(vwc: float) -> float:
    return DRY_V + (WET_V - DRY_V) * vwc / WET_VWC
