"""Who holds which pin, by the kernel's own account (linux/gpio.h); looking disturbs nobody.

Asks with the first version of the interface, the one that lgpio itself needs.
"""

import fcntl
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHIP_INFO: Final = struct.Struct("=32s32sI")
"""struct gpiochip_info: name, label, number of lines."""
LINE_INFO: Final = struct.Struct("=II32s32s")
"""struct gpioline_info: offset, flags, name, consumer."""
READS, WRITES = 2, 1
HEADER: Final = "pinctrl-"
"""What the label of the chip behind the 40-pin header begins with; others drive LEDs."""
USED, OUTPUT = 1, 2
PINS: Final = 28


@dataclass(frozen=True)
class Line:
    """One pin as the kernel sees it."""

    used: bool
    is_output: bool
    consumer: str


def request(direction: int, number: int, layout: struct.Struct) -> int:
    """The number of an ioctl of this interface (asm-generic/ioctl.h)."""
    return direction << 30 | layout.size << 16 | 0xB4 << 8 | number


CHIP_INFO_REQUEST: Final = request(READS, 1, CHIP_INFO)
LINE_INFO_REQUEST: Final = request(READS | WRITES, 2, LINE_INFO)


def header_lines(devices: Path = Path("/dev")) -> dict[int, Line]:
    """The lines of the 40-pin header; none where the machine has no such chip."""
    for chip in sorted(devices.glob("gpiochip*")):
        try:
            handle = os.open(chip, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            label = fcntl.ioctl(handle, CHIP_INFO_REQUEST, bytes(CHIP_INFO.size))
            if text(CHIP_INFO.unpack(label)[1]).startswith(HEADER):
                return {pin: _line(handle, pin) for pin in range(PINS)}
        except OSError:
            continue
        finally:
            os.close(handle)
    return {}


def line(info: bytes) -> Line:
    """A line from the kernel's answer."""
    _, flags, _, consumer = LINE_INFO.unpack(info)
    return Line(bool(flags & USED), bool(flags & OUTPUT), text(consumer))


def text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode(errors="replace")


def _line(handle: int, pin: int) -> Line:
    return line(fcntl.ioctl(handle, LINE_INFO_REQUEST, LINE_INFO.pack(pin, 0, b"", b"")))
