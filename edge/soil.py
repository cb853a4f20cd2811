"""Every soil probe's memory, and what the probes of a zone say together."""

from dataclasses import dataclass
from typing import Final

from edge import probes
from edge.config import Hardware
from edge.probes import ProbeMemory, Quality, Vote
from edge.readings import Failure, Quantity, Receipt
from wire.codes import SensorFault

NEVER: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Heard:
    """One probe: what it said last, what is made of it, and how long ago that was received."""

    key: str
    raw: int | None
    """Counts or register of the latest answer, plausible or not."""
    vwc: float | None
    """Filtered, m³/m³."""
    age_s: float
    """Since the latest plausible answer."""


class Soil:
    """Mutable; only the control loop touches it."""

    def __init__(self, hardware: Hardware) -> None:
        self._zone_of = {probe.key: probe.zone for probe in hardware.probes}
        self._keys = {
            zone.key: tuple(probe.key for probe in hardware.probes_of(zone.key))
            for zone in hardware.zones
        }
        self._calibrations = {probe.key: probe.calibration for probe in hardware.probes}
        self._memories = {probe.key: ProbeMemory() for probe in hardware.probes}

    def __contains__(self, key: str) -> bool:
        return key in self._memories

    def take(self, receipt: Receipt, wetted: frozenset[str]) -> Failure | None:
        """Judge an answer; why it is none of a living probe in soil, if so."""
        if isinstance(receipt.outcome, Failure):
            return receipt.outcome
        key, reading = receipt.sensor, receipt.outcome[Quantity.MOISTURE]
        memory = probes.receive(
            self._memories[key],
            reading.raw,
            self._calibrations[key],
            receipt.at,
            wetted=self._zone_of[key] in wetted,
        )
        self._memories[key] = memory
        if memory.quality is not Quality.OUT_OF_RANGE:
            return None
        why = f"{reading.raw} counts ({reading.value:.2f}) cannot be soil"
        return Failure(SensorFault.IMPLAUSIBLE, why)

    def vote(self, zone: str, now: float, stale_s: float) -> Vote:
        """What the probes of a zone say together."""
        return probes.vote([self._memories[key] for key in self._keys[zone]], now, stale_s)

    def heard(self, zone: str, now: float) -> tuple[Heard, ...]:
        """Each probe of a zone by itself."""
        return tuple(_heard(key, self._memories[key], now) for key in self._keys[zone])


def _heard(key: str, memory: ProbeMemory, now: float) -> Heard:
    age = NEVER if memory.value is None else now - memory.at
    return Heard(key, memory.raw, memory.value, age)
