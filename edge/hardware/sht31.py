"""The SHT31: air temperature and humidity on I²C, each with a checksum (Sensirion SHT3x-DIS)."""

from collections.abc import Callable
from typing import Final

import smbus2

from edge.errors import SensorError
from edge.hardware.i2c import I2cBus
from edge.readings import Answer, Quantity, Reading
from wire.codes import SensorFault

MEASURE: Final = (0x24, 0x00)
"""Once, high repeatability, without stretching the clock: a stretched one can hold up a bus."""
MEASURE_S: Final = 0.016
ANSWER_BYTES: Final = 6
TOP: Final = 65_535


class Sht31:
    """One sensor."""

    def __init__(self, bus: I2cBus, address: int, pause: Callable[[float], object]) -> None:
        self._bus, self._address, self._pause = bus, address, pause

    def read(self) -> Answer:
        with self._bus.talk(self._address) as bus:
            bus.write_i2c_block_data(self._address, MEASURE[0], [MEASURE[1]])
            self._pause(MEASURE_S)
            message = smbus2.i2c_msg.read(self._address, ANSWER_BYTES)
            bus.i2c_rdwr(message)
        answer = bytes(message)
        celsius, humidity = word(answer[:3]), word(answer[3:])
        return {
            Quantity.AIR_C: Reading(celsius, 175.0 * celsius / TOP - 45.0),
            Quantity.RH: Reading(humidity, humidity / TOP),
        }

    def close(self) -> None:
        self._bus.close()


def word(triple: bytes) -> int:
    """Two bytes and their checksum.

    Raises:
        SensorError: the checksum is another one.
    """
    if crc8(triple[:2]) != triple[2]:
        why = "the checksum of the answer is wrong: shorten the cable, keep it off valve wires"
        raise SensorError(SensorFault.GARBLED, why)
    return int.from_bytes(triple[:2])


def crc8(message: bytes) -> int:
    """Polynomial 0x31, start 0xFF, nothing reflected (section 4.12); of 0xBEEF it is 0x92."""
    crc = 0xFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x31) & 0xFF if crc & 0x80 else crc << 1
    return crc
