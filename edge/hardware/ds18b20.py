"""The DS18B20 through the kernel's one-wire driver, which reads and checks it (w1_therm)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from edge.errors import SensorError
from edge.readings import Answer, Quantity, Reading
from wire.codes import SensorFault

DEVICES: Final = Path("/sys/bus/w1/devices")
SENTINELS: Final = {
    85_000: "85.0 °C is what it says before it has measured: look at its supply",
    127_937: "127.9 °C is what a bad connection says: look at its wires",
    -127_000: "-127 °C is what a bad connection says: look at its wires",
}
"""Millidegrees that no greenhouse has."""
NOTHING: Final = "00 00 00 00 00 00 00 00 00"
"""A data line shorted to ground; its checksum, 0 as well, is right."""


KernelText = Callable[[str], str]
"""The text that the kernel has for a device."""


class Ds18b20:
    """One sensor by its id; the kernel takes 0.75 s to answer."""

    def __init__(self, device: str, kernel_text: KernelText) -> None:
        self._device, self._kernel_text = device, kernel_text

    def read(self) -> Answer:
        millidegrees = decode(self._kernel_text(self._device))
        return {Quantity.AIR_C: Reading(millidegrees, millidegrees / 1000.0)}

    def close(self) -> None:
        """The kernel holds the wire, not we."""


def read_w1_slave(device: str, folder: Path = DEVICES) -> str:
    """Let the kernel ask the sensor.

    Raises:
        SensorError: it does not answer, or there is no such bus.
    """
    try:
        return (folder / device / "w1_slave").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError as error:
        if not folder.exists():
            why = "no one-wire bus: add dtoverlay=w1-gpio to config.txt"
            raise SensorError(SensorFault.BUS_MISSING, why) from error
        why = f"{device} is not on the wire: look at its plug and its id"
        raise SensorError(SensorFault.SILENT, why) from error
    except OSError as error:
        raise SensorError(SensorFault.SILENT, f"the kernel reads nothing: {error}") from error


def decode(text: str) -> int:
    """Millidegrees from the kernel's two lines.

    Raises:
        SensorError: the checksum is wrong, or the value is one of those that mean a fault.
    """
    found = re.search(r"t=(-?\d+)", text)
    if found is None or " YES" not in text:
        raise SensorError(SensorFault.GARBLED, "the checksum is wrong: look at the 4.7 kΩ pull-up")
    millidegrees = int(found[1])
    if text.startswith(NOTHING):
        raise SensorError(SensorFault.IMPLAUSIBLE, "its data wire has a short to ground")
    if millidegrees in SENTINELS:
        raise SensorError(SensorFault.IMPLAUSIBLE, SENTINELS[millidegrees])
    return millidegrees
