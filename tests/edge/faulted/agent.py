"""A process with the real agent on dry soil, lived through second by second by hand.

What it last did with its pins, drew from the tank and was promised by the store lies in shared
memory, so that it is still there when the process is killed between two instructions.
"""

import mmap
import struct
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import gpiozero

from edge import alloff
from edge.config_file import load
from edge.lives import outlive
from edge.runtime import Runtime, build
from edge.standby import Barred
from firmware_sim.pins import SimFactory, SimPin
from tests.edge.fakes import HandClock
from wire import identity

PINS, SIZE = 28, 4096
ACCOUNTS = struct.Struct("=qd")
METER, PULSES_PER_S, PULSES_PER_L = 6, 30, 450.0
DRY = 480


@dataclass
class Remains:
    """What is left of the process, in a file mapped into memory."""

    memory: mmap.mmap

    @classmethod
    def at(cls, path: Path) -> "Remains":
        if not path.exists():
            path.write_bytes(bytes(SIZE))
        with path.open("r+b") as file:
            return cls(mmap.mmap(file.fileno(), SIZE))

    def drive(self, pin: int, *, on: bool) -> None:
        self.memory[pin] = on

    def driven(self) -> set[int]:
        """Pins whose last order was on."""
        return {pin for pin in range(PINS) if self.memory[pin]}

    @property
    def accounts(self) -> tuple[int, float]:
        """The highest row that the store has promised to keep, and all litres drawn."""
        last, litres = ACCOUNTS.unpack_from(self.memory, PINS)
        return int(last), float(litres)

    def book(self, last: int, litres: float) -> None:
        ACCOUNTS.pack_into(self.memory, PINS, last, litres)


def pins(remains: Remains) -> SimFactory:
    """Pins that a relay board would obey: driven high is on, an input is off."""

    class RememberedPin(SimPin):
        def _set_state(self, value: object) -> None:
            super()._set_state(value)
            self._remember()

        def _set_function(self, value: str) -> None:
            super()._set_function(value)
            self._remember()

        def _remember(self) -> None:
            remains.drive(int(self.info.name[4:]), on=self.driven(active_high=True))

    factory = SimFactory(lambda _channel: DRY)
    factory.pin_class = RememberedPin
    return factory


def live(folder: Path, seconds: int) -> None:
    remains = Remains.at(folder / "remains")
    clock, factory = HandClock(), pins(remains)
    who = identity.load(folder / "identity.json")
    hardware = load(folder / "hardware.toml")

    def begin() -> Runtime:
        return build(hardware, who, clock, factory, folder / "edge.db")

    def through(runtime: Runtime, before: Barred) -> None:
        with closing(runtime):
            runtime.agent.bar(before)
            runtime.start()
            while clock.now < seconds:
                second(runtime)

    def second(runtime: Runtime) -> None:
        clock.advance(1.0)
        _, litres = remains.accounts
        if remains.driven():
            factory.pin(METER).pulses(PULSES_PER_S)
            litres += PULSES_PER_S / PULSES_PER_L
        runtime.guard()
        runtime.tick()
        remains.book(runtime.store.last, litres)

    def rest(pause_s: float) -> bool:
        assert not remains.driven()
        clock.advance(pause_s)
        return clock.now >= seconds

    outlive(begin, through, rest, clock.mono)


def close(folder: Path) -> None:
    """What systemd starts after any end of the service."""
    gpiozero.Device.pin_factory = pins(Remains.at(folder / "remains"))
    assert alloff.shut(folder / "hardware.toml") == []


if __name__ == "__main__":
    live(Path(sys.argv[1]), int(sys.argv[2]))
