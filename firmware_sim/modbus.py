"""Modbus RTU devices behind a serial line: what they answer, rightly and wrongly, over a pty."""

import os
import select
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Thread
from typing import Final

REQUEST_BYTES: Final = 8
REFUSED: Final = 0x80
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS = 1, 2


class LineFault(StrEnum):
    """How an answer goes wrong."""

    SILENT = "silent"
    CRC = "crc"
    OTHER_ADDRESS = "other_address"
    CUT_SHORT = "cut_short"
    LATE = "late"


@dataclass
class Device:
    """One slave: its registers by number, the function they are read with, and how it fails."""

    registers: dict[int, int] = field(default_factory=dict)
    function: int = 3
    fault: LineFault | None = None


Find = Callable[[int], Device | None]
"""The device at an address, as it is now."""


def reply(request: bytes, find: Find) -> bytes:
    """The frame that comes back, b"" for none."""
    device = find(request[0])
    if device is None or device.fault is LineFault.SILENT or crc16(request[:-2]) != request[-2:]:
        return b""
    body = _body(request, device)
    if device.fault is LineFault.OTHER_ADDRESS:
        body = bytes([body[0] + 1, *body[1:]])
    frame = body + crc16(body)
    if device.fault is LineFault.CRC:
        return frame[:-1] + bytes([frame[-1] ^ 0xFF])
    return frame[:-1] if device.fault is LineFault.CUT_SHORT else frame


def crc16(message: bytes) -> bytes:
    """Polynomial 0xA001, start 0xFFFF, low byte first (Modbus over serial line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


class Line:
    """A pseudo-terminal with devices at its far end; `port` is what an adapter's name would be."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.port = os.ttyname(self._theirs)
        self.late = Event()
        """Lets the answers of a device that is late go."""
        self._wake_read, self._wake = os.pipe()
        self._thread = Thread(target=self._serve, name="modbus slaves", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.late.set()
        os.write(self._wake, b".")
        self._thread.join()
        for handle in (self._ours, self._theirs, self._wake_read, self._wake):
            os.close(handle)

    def _serve(self) -> None:
        waiting = b""
        while True:
            ready, _, _ = select.select([self._ours, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            waiting += os.read(self._ours, REQUEST_BYTES)
            while len(waiting) >= REQUEST_BYTES:
                request, waiting = waiting[:REQUEST_BYTES], waiting[REQUEST_BYTES:]
                self._answer(request)

    def _answer(self, request: bytes) -> None:
        device = self._find(request[0])
        if device is not None and device.fault is LineFault.LATE:
            self.late.wait()
        os.write(self._ours, reply(request, self._find))


class Port:
    """The same devices without a terminal: a serial port that answers within its own process."""

    is_open = True
    timeout = write_timeout = 0.0
    baudrate = 115_200
    """The fastest: the silence between two frames is the only time that really passes."""

    def __init__(self, port: str, find: Find) -> None:
        self.port, self._find = port, find
        self._answer = b""

    def open(self) -> None:
        """It always is."""

    def close(self) -> None:
        self._answer = b""

    def reset_input_buffer(self) -> None:
        self._answer = b""

    def reset_output_buffer(self) -> None:
        """Nothing waits to go out."""

    def write(self, request: bytes) -> int:
        self._answer = reply(request, self._find)
        return len(request)

    def read(self, size: int) -> bytes:
        answer, self._answer = self._answer[:size], self._answer[size:]
        return answer


def _body(request: bytes, device: Device) -> bytes:
    address, function = request[0], request[1]
    first, count = int.from_bytes(request[2:4]), int.from_bytes(request[4:6])
    if function != device.function:
        return bytes([address, function | REFUSED, ILLEGAL_FUNCTION])
    wanted = range(first, first + count)
    if not all(number in device.registers for number in wanted):
        return bytes([address, function | REFUSED, ILLEGAL_ADDRESS])
    words = b"".join(device.registers[number].to_bytes(2) for number in wanted)
    return bytes([address, function, len(words)]) + words
