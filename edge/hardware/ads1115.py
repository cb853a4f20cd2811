"""The ADS1115: four channels of 16 bits on I²C (datasheet SBAS444, tables 8 to 10)."""

from collections.abc import Callable
from typing import Final

from edge.errors import SensorError
from edge.hardware.i2c import I2cBus
from edge.readings import Answer, Quantity, Reading
from wire.codes import SensorFault

CONVERSION: Final = 0
CONFIG: Final = 1
READY: Final = 0x8000
"""Written: convert once. Read: no conversion is under way."""
SINGLE_ENDED: Final = 0x4000
RANGE_4096_MV: Final = 0x0200
ONE_SHOT: Final = 0x0100
SAMPLES_128: Final = 0x0080
NO_COMPARATOR: Final = 0x0003
VOLTS_PER_COUNT: Final = 4.096 / 32_768

CONVERSION_S: Final = 0.008
PATIENCE: Final = 5
"""Conversions that one may take: the chip's clock is right to a tenth."""


class Ads1115:
    """One channel; every conversion says anew which, so that four drivers share a chip."""

    def __init__(
        self,
        bus: I2cBus,
        address: int,
        channel: int,
        quantity: Quantity,
        pause: Callable[[float], object],
    ) -> None:
        self._bus, self._address, self._channel = bus, address, channel
        self._quantity, self._pause = quantity, pause

    def read(self) -> Answer:
        command = (
            READY
            | SINGLE_ENDED
            | self._channel << 12
            | RANGE_4096_MV
            | ONE_SHOT
            | SAMPLES_128
            | NO_COMPARATOR
        )
        with self._bus.talk(self._address) as bus:
            bus.write_i2c_block_data(self._address, CONFIG, [*command.to_bytes(2)])
            for _ in range(PATIENCE):
                self._pause(CONVERSION_S)
                state = int.from_bytes(bus.read_i2c_block_data(self._address, CONFIG, 2))
                if state & READY:
                    break
            else:
                raise SensorError(SensorFault.SILENT, "the converter never ends a conversion")
            if state != command:
                raise SensorError(SensorFault.GARBLED, f"asked {command:#06x}, kept {state:#06x}")
            answer = bus.read_i2c_block_data(self._address, CONVERSION, 2)
        raw = int.from_bytes(answer, signed=True)
        return {self._quantity: Reading(raw, raw * VOLTS_PER_COUNT)}

    def close(self) -> None:
        self._bus.close()
