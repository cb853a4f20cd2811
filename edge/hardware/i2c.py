"""An I²C bus that is opened when first needed, and its errors in the words of the agent."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

import smbus2

from edge.errors import SensorError
from wire.codes import SensorFault

NOT_ACKNOWLEDGED: Final = {errno.ENXIO, errno.EREMOTEIO, errno.EIO}
"""What the adapters of different boards report when nobody answers to an address."""


class I2c(Protocol):
    """The part of an SMBus that the drivers use."""

    def write_i2c_block_data(self, i2c_addr: int, register: int, data: list[int]) -> None: ...

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]: ...

    def i2c_rdwr(self, *i2c_msgs: smbus2.i2c_msg) -> None: ...

    def close(self) -> None: ...


OpenI2c = Callable[[int], I2c]


class I2cBus:
    """One bus; a device that does not answer closes nothing, a bus that fails is opened anew."""

    def __init__(self, number: int, open_bus: OpenI2c) -> None:
        self._number, self._open = number, open_bus
        self._bus: I2c | None = None

    @contextmanager
    def talk(self, address: int) -> Iterator[I2c]:
        """The bus, for one conversation with one device.

        Raises:
            SensorError: there is no such bus, or nobody answers.
        """
        bus = self._opened()
        try:
            yield bus
        except OSError as error:
            if error.errno in NOT_ACKNOWLEDGED:
                why = f"nobody answers at 0x{address:02x}: look at its wires and its address"
                raise SensorError(SensorFault.SILENT, why) from error
            self.close()
            if error.errno == errno.ETIMEDOUT:
                why = f"bus {self._number} is held low: unplug its devices one by one"
                raise SensorError(SensorFault.SILENT, why) from error
            raise SensorError(SensorFault.BUS_MISSING, f"bus {self._number}: {error}") from error

    def close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.close()

    def _opened(self) -> I2c:
        if self._bus is None:
            try:
                self._bus = self._open(self._number)
            except OSError as error:
                why = f"no I²C bus {self._number}: add dtparam=i2c_arm=on to config.txt ({error})"
                raise SensorError(SensorFault.BUS_MISSING, why) from error
        return self._bus


def open_i2c(number: int) -> I2c:
    """The kernel's own bus."""
    bus: I2c = smbus2.SMBus(number)
    return bus
