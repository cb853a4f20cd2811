"""Single devices on gpiozero: a relay, a pulse counter, a float switch, an MCP3008's channel."""

import warnings
from typing import TypeAlias

import gpiozero

from edge.errors import SensorError
from edge.readings import Answer, Quantity, Reading
from wire.codes import SensorFault

PinFactory: TypeAlias = gpiozero.Factory
"""Whatever makes pins: a real board's, or a simulated one's."""


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
        self.pulses = 0
        """All pulses since the counter was made."""
        self._pulses_per_litre = pulses_per_litre
        self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)
        self._device.when_activated = self._count

    def litres(self) -> float:
        """All litres since the counter was made."""
        return self.pulses / self._pulses_per_litre

    def close(self) -> None:
        self._device.close()

    def _count(self) -> None:
        self.pulses += 1


class TankSwitch:
    """A float switch to ground, closed while there is water."""

    def __init__(self, pin: int, pin_factory: PinFactory) -> None:
        self._device = gpiozero.DigitalInputDevice(pin, pull_up=True, pin_factory=pin_factory)

    def has_water(self) -> bool:
        return bool(self._device.is_active)

    def close(self) -> None:
        self._device.close()


class Mcp3008:
    """One channel of the MCP3008; the chip reports no errors, so the counts must be judged.

    A bit-banged bus is refused: it means that the kernel's SPI is switched off, and readings
    would be unreliable.
    """

    def __init__(self, channel: int, pin_factory: PinFactory, quantity: Quantity) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error", category=gpiozero.SPISoftwareFallback)
            try:
                self._device = gpiozero.MCP3008(channel, pin_factory=pin_factory)
            except gpiozero.SPISoftwareFallback as fallback:
                why = "SPI is off: add dtparam=spi=on to config.txt"
                raise SensorError(SensorFault.BUS_MISSING, why) from fallback
        self._quantity = quantity

    def read(self) -> Answer:
        try:
            raw = int(self._device.raw_value)
        except (OSError, gpiozero.GPIOZeroError) as error:
            why = f"the converter does not answer: {error}"
            raise SensorError(SensorFault.SILENT, why) from error
        return {self._quantity: Reading(raw, raw / 1023 * float(self._device.max_voltage))}

    def close(self) -> None:
        self._device.close()
