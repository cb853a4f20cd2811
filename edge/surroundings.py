"""Air, light and tank level of the house, from whatever sensors measure them."""

from typing import Final

from edge.config import Hardware
from edge.evaporation import Air
from edge.gauges import (
    PLAUSIBLE,
    STALE_S,
    Gauge,
    Pace,
    Scale,
    feel,
    is_plausible,
    together,
)
from edge.readings import Failure, Quantity, Reading, Receipt
from wire.codes import SensorFault

LAST_ONLY: Final = 1
"""A node's word has no sparks in it, and is minutes old already."""


class Surroundings:
    """Mutable; only the control loop touches it."""

    def __init__(self, hardware: Hardware) -> None:
        self._gauges: dict[tuple[str, Quantity], Gauge] = {}
        self._scales = scales(hardware)
        self._paces = {
            sensor.key: Pace(max(STALE_S, sensor.least_patience_s), LAST_ONLY)
            for sensor in hardware.node_air
        }
        self.has_level = hardware.level is not None

    def take(self, receipt: Receipt) -> Failure | None:
        """Judge an answer; what of it nothing can measure is no answer at all."""
        if isinstance(receipt.outcome, Failure):
            return receipt.outcome
        failure = None
        for quantity, reading in receipt.outcome.items():
            if quantity not in PLAUSIBLE:
                continue
            value = self._value(receipt.sensor, reading)
            if not is_plausible(quantity, value):
                why = f"{quantity} {value:.2f} (raw {reading.raw}) cannot be"
                failure = Failure(SensorFault.IMPLAUSIBLE, why)
                continue
            key = receipt.sensor, quantity
            before = self._gauges.get(key) or Gauge(self._paces.get(receipt.sensor, Pace()))
            self._gauges[key] = feel(before, value, receipt.at)
        return failure

    def air(self, now: float) -> Air:
        return Air(
            self._together(Quantity.AIR_C, now),
            self._together(Quantity.RH, now),
            self._together(Quantity.RADIATION, now),
        )

    def level(self, now: float) -> float | None:
        """Share of a full tank."""
        return self._together(Quantity.LEVEL, now)

    def _together(self, quantity: Quantity, now: float) -> float | None:
        own = (gauge for (_, of), gauge in self._gauges.items() if of is quantity)
        return together(quantity, own, now)

    def _value(self, sensor: str, reading: Reading) -> float:
        scale = self._scales.get(sensor)
        return reading.value if scale is None else scale.at(reading.raw)


def scales(hardware: Hardware) -> dict[str, Scale]:
    """What the counts of a converter's channel mean, by the key of the sensor."""
    found = {}
    light, level = hardware.radiation, hardware.level
    if light is not None:
        found[light.key] = Scale(light.dark_raw, light.bright_raw, 0.0, light.bright_w_m2)
    if level is not None:
        found[level.key] = Scale(level.empty_raw, level.full_raw, 0.0, 1.0)
    return found
