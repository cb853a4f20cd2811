"""Single devices on gpiozero: a relay, a pulse counter, a float switch, a probe on the MCP3008."""

from dataclasses import dataclass
from typing import TypeAlias

import gpiozero

from edge.errors import HardwareError

PinFactory: TypeAlias = gpiozero.Factory
"""Whatever makes pins: a real board's, or a simulated one's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One conversion of the MCP3008."""

    raw: int
    volts: float


class Relay:
    """An output that is off from the moment it is claimed."""

    def __init__(self, pin: int, pin_factory: PinFactory, *, active_high: bool) -> None:
        self._device = gpiozero.OutputDevice(
            pin, active_high=active_high, initial_value=False, pin_factory=pin_factory
        )

    def on(self) -> None:
        self._device.on()

    def off(self) -> None:
        self._device.off()

    def close(self) -> None:
        self._device.close()


class FlowCounter:
    """Counts the pulses of a hall meter whose open collector pulls the pin low."""

    def __init__(self, pin: int, pulses_per_litre: float, pin_factory: PinFactory) -> None:
        self._pulses = 0
        self._pulses_per_litre = pulses_per_litre
        self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)
        self._device.when_activated = self._count

    def litres(self) -> float:
        """All litres since the counter was made."""
        return self._pulses / self._pulses_per_litre

    def close(self) -> None:
        self._device.close()

    def _count(self) -> None:
        self._pulses += 1


class TankSwitch:
    """A float switch to ground, closed while there is water."""

    def __init__(self, pin: int, pin_factory: PinFactory) -> None:
        self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)

    def has_water(self) -> bool:
        return bool(self._device.is_active)

    def close(self) -> None:
        self._device.close()


class AnalogProbe:
    """One channel of the MCP3008; the chip reports no errors, so the counts must be judged."""

    def __init__(self, channel: int, pin_factory: PinFactory) -> None:
        self._device = gpiozero.MCP3008(channel, pin_factory=pin_factory)

    def read(self) -> Reading:
        """Convert once.

        Raises:
            HardwareError: the bus does not answer.
        """
        try:
            raw = int(self._device.raw_value)
        except (OSError, gpiozero.GPIOZeroError) as error:
            raise HardwareError(f"the converter does not answer: {error}") from error
        return Reading(raw, raw / 1023 * float(self._device.max_voltage))

    def close(self) -> None:
        self._device.close()
