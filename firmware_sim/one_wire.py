"""The kernel's folder of one-wire thermometers, with files as its driver w1_therm writes them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

PER_CELSIUS: Final = 16
REST: Final = bytes((0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10))
"""Alarm thresholds, 12-bit resolution, reserved bytes: what a new sensor has."""


def w1_slave(celsius: float) -> str:
    """What the driver has to say of a sensor that measures."""
    counts = round(celsius * PER_CELSIUS)
    scratchpad = counts.to_bytes(2, "little", signed=True) + REST
    return _text(scratchpad, crc8(scratchpad))


@dataclass(frozen=True)
class OneWire:
    """A bus of DS18B20, as a folder."""

    folder: Path

    def say(self, device: str, celsius: float) -> None:
        """Let a sensor measure."""
        self._write(device, w1_slave(celsius))

    def garble(self, device: str) -> None:
        """Let a bit fall over on the way."""
        self._write(device, _text(bytes((0x51, 0x01, *REST)), crc8(bytes((0x50, 0x01, *REST)))))

    def short(self, device: str) -> None:
        """Tie the data wire to ground: every bit, the checksum's as well, reads 0."""
        self._write(device, _text(bytes(8), 0))

    def _write(self, device: str, text: str) -> None:
        file = self.folder / device / "w1_slave"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="ascii")


def _text(scratchpad: bytes, crc: int) -> str:
    shown = " ".join(f"{byte:02x}" for byte in (*scratchpad, crc))
    verdict = "YES" if crc8(scratchpad) == crc else "NO"
    millidegrees = int.from_bytes(scratchpad[:2], "little", signed=True) * 1000 // PER_CELSIUS
    return f"{shown} : crc={crc:02x} {verdict}\n{shown} t={millidegrees}\n"


def crc8(message: bytes) -> int:
    """x⁸ + x⁵ + x⁴ + 1, bits reversed (Maxim application note 27)."""
    crc = 0
    for byte in message:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8C if crc & 1 else crc >> 1
    return crc
