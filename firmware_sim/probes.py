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
IN_AIR_VWC: Final = 0.0
HOUR_S: Final = 3600.0


def count_at(vwc: float) -> int:
    """Counts that a perfect probe gives: the demo's calibration points."""
    return round(_volts(vwc) / SUPPLY_V * TOP_COUNT)


def ads1115_count_at(vwc: float) -> int:
    """The same by the converter of 16 bits, 0.125 mV a count."""
    return round(_volts(vwc) * 8000.0)


@dataclass(slots=True)
class Probe:
    """One probe between the roots; the fields after `celsius` make it lie."""

    chance: Random
    offset: float
    gain: float
    felt: float
    """What the probe body has taken on so far, m³/m³."""
    celsius: float = CALIBRATED_C
    stuck_raw: int | None = None
    in_air: bool = False
    """Somebody pulled it out."""
    drift_per_h: float = 0.0
    """m³/m³ by which its offset grows in an hour."""
    spikes: float = 0.0
    """Share of its conversions that are any count at all."""

    def soak(self, dt: float, theta: float, celsius: float) -> None:
        """Stand in the medium for `dt` seconds."""
        around = IN_AIR_VWC if self.in_air else theta
        self.felt += (around - self.felt) * (1.0 - exp(-dt / LAG_S))
        self.offset += self.drift_per_h * dt / HOUR_S
        self.celsius = celsius

    def raw(self) -> int:
        """Counts of a 10-bit converter at the probe's own supply."""
        return round(self.volts() / SUPPLY_V * TOP_COUNT)

    def volts(self) -> float:
        """What any converter sees."""
        if self.stuck_raw is not None:
            return self.stuck_raw / TOP_COUNT * SUPPLY_V
        if self.spikes and self.chance.random() < self.spikes:
            return self.chance.randint(0, TOP_COUNT) / TOP_COUNT * SUPPLY_V
        warmth = PER_CELSIUS * (self.celsius - CALIBRATED_C)
        volts = _volts(self.felt * self.gain + self.offset + warmth)
        return max(0.0, min(SUPPLY_V, volts + self.chance.gauss(0.0, NOISE_V)))

    def vwc(self) -> float:
        """What a digital probe makes of it, m³/m³."""
        return (self.volts() - DRY_V) * WET_VWC / (WET_V - DRY_V)


def new_probe(chance: Random, theta: float) -> Probe:
    """A probe out of the box, each with its own error."""
    return Probe(chance, chance.gauss(0.0, OFFSET_SD), chance.gauss(1.0, GAIN_SD), theta)


def _volts(vwc: float) -> float:
    return DRY_V + (WET_V - DRY_V) * vwc / WET_VWC
