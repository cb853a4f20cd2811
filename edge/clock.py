"""The agent's three clocks, and the only adapter that asks the machine for the time."""

import ctypes
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wire.codes import ClockQuality

TIMESYNC_MARK = Path("/run/systemd/timesync/synchronized")
RTC_SET_CLOCK = Path("/sys/class/rtc/rtc0/hctosys")
ADJTIMEX_BYTES = 256  # struct timex is 208 bytes on 64-bit Linux, less on 32-bit
TIME_ERROR = 5  # adjtimex(2): the kernel's clock is not synchronised
LOCAL_OFFSET_MS = 7 * 3_600_000
"""Viet Nam keeps UTC+7 all year, so the Pi needs no zone database."""
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Wall:
    """Calendar time and how far it may be believed."""

    unix_ms: int
    quality: ClockQuality

    @property
    def day(self) -> int | None:
        """Ordinal of the local day; None while nobody vouches for the clock."""
        return None if self.quality is ClockQuality.NONE else self._local_ms // DAY_MS

    @property
    def minute(self) -> int | None:
        """Minute of the local day; None while nobody vouches for the clock."""
        return None if self.quality is ClockQuality.NONE else self._local_ms % DAY_MS // 60_000

    @property
    def _local_ms(self) -> int:
        return self.unix_ms + LOCAL_OFFSET_MS


class Clock(Protocol):
    """Durations that decide safety come from `mono`, never from `wall`."""

    def mono(self) -> float:
        """Seconds for leases, soaks and balances; scaled in a simulation."""
        ...

    def net(self) -> float:
        """Seconds for handshakes, keepalive and acks; always real."""
        ...

    def wall(self) -> Wall:
        """Time for people and calendars."""
        ...


class SystemClock:
    """The clocks of the machine the agent runs on."""

    def mono(self) -> float:
        return time.monotonic()

    def net(self) -> float:
        return time.monotonic()

    def wall(self) -> Wall:
        quality = ClockQuality.TRUSTED if _synchronised() else ClockQuality.NONE
        return Wall(time.time_ns() // 1_000_000, quality)


@dataclass
class _CloudTime:
    unix_ms: int
    at_net: float


class Timekeeper:
    """A clock whose untrusted wall is corrected by the cloud and never believed below a floor.

    A Pi without a battery clock boots with the time of its last shutdown; `floor_ms` is the
    last time this agent wrote down, so a wall behind it is certainly wrong.
    """

    def __init__(self, clock: Clock, floor_ms: int = 0) -> None:
        self._clock, self._floor_ms = clock, floor_ms
        self._cloud: _CloudTime | None = None

    def mono(self) -> float:
        return self._clock.mono()

    def net(self) -> float:
        return self._clock.net()

    def wall(self) -> Wall:
        wall = self._clock.wall()
        if wall.quality is ClockQuality.TRUSTED and wall.unix_ms >= self._floor_ms:
            return wall
        if self._cloud is not None:
            elapsed = self._clock.net() - self._cloud.at_net
            return Wall(self._cloud.unix_ms + int(elapsed * 1000), ClockQuality.CLOUD)
        return Wall(wall.unix_ms, ClockQuality.NONE)

    def discipline(self, cloud_ms: int) -> None:
        """Take the cloud's time; the caller has checked that it answers a fresh nonce."""
        self._cloud = _CloudTime(cloud_ms, self._clock.net())


def _synchronised() -> bool:
    return TIMESYNC_MARK.exists() or _kernel_synchronised() or _set_from_rtc()


def _kernel_synchronised() -> bool:
    buffer = ctypes.create_string_buffer(ADJTIMEX_BYTES)
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    return adjtimex is not None and 0 <= adjtimex(buffer) < TIME_ERROR


def _set_from_rtc() -> bool:
    try:
        return RTC_SET_CLOCK.read_text().strip() == "1"
    except OSError:
        return False
