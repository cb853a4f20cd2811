"""An I²C bus with chips on it, register by register as in their datasheets, and its faults."""

import errno
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import smbus2

from edge.hardware.sht31 import crc8

READS: Final = 0x0001
"""I2C_M_RD of linux/i2c.h."""


class Chip(Protocol):
    """A device by what crosses the wire after its address."""

    def write(self, message: bytes) -> None: ...

    def read(self, length: int) -> bytes: ...


class SimI2c:
    """One bus as smbus2 shows it.

    Nobody acknowledges at `absent`; `stuck` is a held clock; `unplugged` an adapter that is gone.
    """

    def __init__(self, chips: Mapping[int, Chip]) -> None:
        self._chips = chips
        self.absent: set[int] = set()
        self.stuck = self.unplugged = False

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int]) -> None:
        self._chip(i2c_addr).write(bytes([register, *data]))

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]:
        chip = self._chip(i2c_addr)
        chip.write(bytes([register]))
        return list(chip.read(length))

    def i2c_rdwr(self, *i2c_msgs: smbus2.i2c_msg) -> None:
        for message in i2c_msgs:
            chip = self._chip(message.addr)
            if not message.flags & READS:
                chip.write(bytes(message))
                continue
            for place, byte in enumerate(chip.read(message.len)):
                message.buf[place] = byte

    def close(self) -> None:
        """The chips stay."""

    def _chip(self, address: int) -> Chip:
        if self.unplugged:
            raise OSError(errno.ENODEV, "No such device")
        if self.stuck:
            raise OSError(errno.ETIMEDOUT, "Connection timed out")
        if address in self.absent or address not in self._chips:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        return self._chips[address]


CONVERSION, CONFIG = 0, 1
START: Final = 0x8000
FULL_SCALE_V: Final = (6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256)
POWER_ON: Final = 0x8583
GROUND_REFERRED: Final = 4
TOP, BOTTOM = 32_767, -32_768


class Ads1115Chip:
    """The converter: `volts` of a channel, and how often it says that it is not ready yet."""

    def __init__(self, volts: Callable[[int], float], busy_reads: int = 1) -> None:
        self._volts, self.busy_reads = volts, busy_reads
        self._pointer, self._config, self._result, self._busy = CONVERSION, POWER_ON, 0, 0

    def write(self, message: bytes) -> None:
        self._pointer = message[0]
        if self._pointer == CONFIG and len(message) > 1:
            self._config = int.from_bytes(message[1:3])
            if self._config & START:
                self._result, self._busy = self._convert(), self.busy_reads

    def read(self, length: int) -> bytes:
        if self._pointer == CONVERSION:
            return self._result.to_bytes(length, signed=True)
        state = self._config & ~START if self._busy else self._config | START
        self._busy = max(0, self._busy - 1)
        return state.to_bytes(length)

    def _convert(self) -> int:
        inputs, gain = self._config >> 12 & 7, self._config >> 9 & 7
        volts = self._volts(inputs - GROUND_REFERRED) if inputs >= GROUND_REFERRED else 0.0
        return max(BOTTOM, min(TOP, round(volts / FULL_SCALE_V[gain] * -BOTTOM)))


MEASURE: Final = b"\x24\x00"


class Sht31Chip:
    """The sensor: °C and humidity as a fraction; `garbled` answers have a flipped bit."""

    def __init__(self, air: Callable[[], tuple[float, float]]) -> None:
        self._air = air
        self._answer = b""
        self.garbled = False

    def write(self, message: bytes) -> None:
        if message != MEASURE:
            raise OSError(errno.EREMOTEIO, "no such command")
        celsius, humidity = self._air()
        words = (round((celsius + 45.0) / 175.0 * 65_535), round(humidity * 65_535))
        self._answer = b"".join(
            bytes([*word.to_bytes(2), crc8(word.to_bytes(2))]) for word in words
        )

    def read(self, length: int) -> bytes:
        if not self._answer:
            raise OSError(errno.EREMOTEIO, "nothing measured")
        answer, self._answer = self._answer[:length], b""
        return bytes([answer[0] ^ 0x01, *answer[1:]]) if self.garbled else answer
