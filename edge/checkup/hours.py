"""The clock: whether anybody vouches for it, and whether it survives a power cut."""

from collections.abc import Iterator
from typing import Final

from edge.checkup.finding import Finding, look, off, ok
from edge.checkup.machine import Machine
from edge.clock import Wall
from wire.codes import ClockQuality

RTC: Final = "/dev/rtc0"


def look_at(machine: Machine, wall: Wall, floor_ms: int) -> Iterator[Finding]:
    """`floor_ms` is the last time that the agent wrote down."""
    if wall.unix_ms < floor_ms:
        yield look("clock_behind")
    elif wall.quality is ClockQuality.TRUSTED:
        yield ok("clock_trusted")
    else:
        yield look("clock_untrusted")
    if machine.exists(RTC):
        yield ok("battery_clock")
    else:
        yield off("no_battery_clock")
