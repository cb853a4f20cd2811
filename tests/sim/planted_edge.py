"""Mistakes that an agent could be designed with, each put in through a seam of the real one."""

import sqlite3
from contextlib import closing
from typing import Final

from edge.config import Hardware
from edge.uplink import Confirmed, Dial, Link, Received, Signal
from firmware_sim.pins import SimPin
from firmware_sim.world import World
from tests.sim.house import House
from tests.sim.tap import ROWS, Tap, numbers
from wire import codec
from wire.messages import Ask, Command
from wire.topics import Down, Up, parse

FAR_TOO_LONG_S: Final = 36_000.0
FAR_TOO_MUCH_L: Final = 1e6


class AckOnPuback(Tap):
    """What the broker took is struck off."""

    def __init__(self, house: House, beyond: Dial) -> None:
        super().__init__(house, beyond)
        self._sent: dict[int, tuple[str, int]] = {}

    def said(self, link: Link, kind: Up, payload: bytes) -> int | None:
        mid = super().said(link, kind, payload)
        if mid is not None and kind in ROWS:
            self._sent[mid] = max(numbers(kind, payload))
        return mid

    def heard(self, signal: Signal, generation: int) -> None:
        super().heard(signal, generation)
        if isinstance(signal, Confirmed) and signal.message in self._sent:
            self.forge_ack(*self._sent.pop(signal.message))


class NoQuestion(Tap):
    """The raw clock of the Pi decides whether a command is still wanted, not the cloud."""

    def __init__(self, house: House, beyond: Dial) -> None:
        super().__init__(house, beyond)
        self._ends: dict[str, int] = {}

    def heard(self, signal: Signal, generation: int) -> None:
        if isinstance(signal, Received) and parse(signal.topic).kind is Down.CMD:
            command = codec.decode(Command, signal.payload)
            self._ends[command.id] = command.exp
        super().heard(signal, generation)

    def said(self, link: Link, kind: Up, payload: bytes) -> int | None:
        if kind is not Up.ASK:
            return super().said(link, kind, payload)
        ask = codec.decode(Ask, payload)
        if self.house.clock.wall().unix_ms < self._ends[ask.id]:
            self.forge_go(ask.id, ask.nonce)
        return 0


class NoMemory(Tap):
    """No command is remembered."""

    def heard(self, signal: Signal, generation: int) -> None:
        if isinstance(signal, Received) and parse(signal.topic).kind is Down.CMD:
            with closing(sqlite3.connect(self.house.path, isolation_level=None)) as database:
                database.execute("DELETE FROM seen_command")
        super().heard(signal, generation)


class NeverAgain(Tap):
    """Each row is sent once: the transport is reliable, is it not."""

    def __init__(self, house: House, beyond: Dial) -> None:
        super().__init__(house, beyond)
        self._sent: set[tuple[str, int]] = set()

    def said(self, link: Link, kind: Up, payload: bytes) -> int | None:
        if kind not in ROWS:
            return super().said(link, kind, payload)
        found = set(numbers(kind, payload))
        if found <= self._sent:
            self.heard(Confirmed(0), self.generation)
            return 0
        self._sent |= found
        return super().said(link, kind, payload)


class BelievingPin(SimPin):
    """Its driver writes only what changes what it believes, and believes all is off at a start."""

    is_left_on = False

    def driven(self, *, active_high: bool) -> bool:
        return self.is_left_on or super().driven(active_high=active_high)

    def _change_state(self, value: bool) -> bool:  # noqa: FBT001 - gpiozero's own signature
        self.is_left_on &= not value
        changed: bool = super()._change_state(value)
        return changed


class NotShutAtStart(World):
    """Neither the closer of the service nor the start of the agent shuts what was left open."""

    def replug(self) -> None:
        left = [relay.pin for relay in self._wire.valves.values() if relay.on]
        if self._wire.pump is not None and self._wire.pump.on:
            left.append(self._wire.pump.pin)
        numbers_left = [pin.info.name for pin in left]
        super().replug()
        self.factory.pin_class = BelievingPin
        self.factory.pins.clear()
        self._wire = type(self._wire).of(self.factory, self._hardware)
        for name in numbers_left:
            self.factory.pin(name).is_left_on = True


def forgets_its_pause(house: House) -> None:
    """A pause is kept in memory alone."""
    with closing(sqlite3.connect(house.path, isolation_level=None)) as database:
        database.execute("DELETE FROM meta WHERE key IN ('pause', 'pause_left_s')")


def unbounded(hardware: Hardware) -> Hardware:
    """No lease ends by time, nor by litres."""
    zones = [
        zone.model_copy(update={"max_lease_s": FAR_TOO_LONG_S, "max_lease_l": zone.day_budget_l})
        for zone in hardware.zones
    ]
    return hardware.model_copy(update={"zones": tuple(zones)})


def uncapped(hardware: Hardware) -> Hardware:
    """A day gives as much as anybody asks for."""
    zones = [zone.model_copy(update={"day_budget_l": FAR_TOO_MUCH_L}) for zone in hardware.zones]
    return hardware.model_copy(update={"zones": tuple(zones)})
