"""Modbus RTU sensors on RS-485 by their register maps; one line, one thread, bounded answers."""

import termios
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

import minimalmodbus
import serial

from edge.errors import SensorError
from edge.readings import Answer, Reading
from edge.register_maps import Register, RegisterMap
from wire.codes import SensorFault

ANSWER_S: Final = 0.3
"""The slowest probes take 0.1 s; eight silent ones on a line must not fill the ten seconds."""
SIGN: Final = 0x8000


class SerialPort(Protocol):
    """The part of pyserial's port that we and minimalmodbus hold on to."""

    def close(self) -> None: ...

    def read(self, size: int) -> bytes: ...

    def write(self, request: bytes) -> int: ...


OpenSerial = Callable[[str, int], SerialPort]


class ModbusLine:
    """One serial port, opened when first needed and again after an adapter was unplugged."""

    def __init__(self, port: str, baud: int, open_serial: OpenSerial) -> None:
        self._port, self._baud, self._open = port, baud, open_serial
        self._serial: SerialPort | None = None

    def registers(self, address: int, function: int, first: int, count: int) -> list[int]:
        """Raw 16-bit registers of one device.

        Raises:
            SensorError: with the reason that a person can look for.
        """
        try:
            words = self._ask(address, function, first, count)
        except minimalmodbus.NoResponseError as error:
            why = f"nobody answers at address {address}: look at A, B, 12 V, address and baud"
            raise SensorError(SensorFault.SILENT, why) from error
        except minimalmodbus.SlaveReportedException as error:
            why = f"the device refuses register {first:#06x}: is it another profile? ({error})"
            raise SensorError(SensorFault.REFUSED, why) from error
        except (minimalmodbus.ModbusException, ValueError) as error:
            why = f"the answer is damaged: look at baud, A and B, 120 Ω at both ends ({error})"
            raise SensorError(SensorFault.GARBLED, why) from error
        except (OSError, termios.error) as error:
            self.close()
            why = f"no serial port {self._port}: look at the adapter's plug ({error})"
            raise SensorError(SensorFault.BUS_MISSING, why) from error
        return words

    def close(self) -> None:
        port, self._serial = self._serial, None
        if port is not None:
            port.close()

    def _ask(self, address: int, function: int, first: int, count: int) -> list[int]:
        if self._serial is None:
            self._serial = self._open(self._port, self._baud)
        instrument = minimalmodbus.Instrument(self._serial, address)
        words: list[int] = instrument.read_registers(first, count, functioncode=function)
        return words


class ModbusSensor:
    """One device: everything that its map knows, in as few questions as the map allows."""

    def __init__(self, line: ModbusLine, address: int, device: RegisterMap) -> None:
        self._line, self._address, self._device = line, address, device

    def read(self) -> Answer:
        answer = {}
        for block in blocks(self._device.registers):
            first, count = block[0].number, block[-1].number - block[0].number + 1
            words = self._line.registers(self._address, self._device.function, first, count)
            for place in block:
                raw = signed(words[place.number - first], place)
                answer[place.quantity] = Reading(raw, raw * place.per_count)
        return answer

    def close(self) -> None:
        self._line.close()


def blocks(registers: Sequence[Register]) -> Iterator[list[Register]]:
    """Registers side by side are read together; a gap may be one that the device refuses."""
    block: list[Register] = []
    for place in sorted(registers, key=lambda register: register.number):
        if block and place.number != block[-1].number + 1:
            yield block
            block = []
        block.append(place)
    if block:
        yield block


def signed(word: int, place: Register) -> int:
    """A register's count; a temperature below zero comes as a two's complement."""
    return word - 2 * SIGN if place.signed and word & SIGN else word


def open_serial(port: str, baud: int) -> SerialPort:
    """The machine's own port, for nobody else meanwhile."""
    opened: SerialPort = serial.Serial(
        port, baud, timeout=ANSWER_S, write_timeout=ANSWER_S, exclusive=True
    )
    return opened
