"""The clocks of a Pi and of the cloud over one true time: each drifts, and walls are set wrong."""

from datetime import UTC, datetime, timedelta
from typing import Final

from edge.clock import Wall
from tests.sim.agenda import Agenda
from wire.codes import ClockQuality

START: Final = datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
"""04:00 in Viet Nam: the first hours of a run have a morning's irrigation in them."""
START_MS: Final = int(START.timestamp() * 1000)
FORGOTTEN_MS: Final = -40 * 60_000
"""A Pi without a battery clock wakes with the time of its last shutdown, or an earlier one."""


def true_ms(agenda: Agenda) -> int:
    return START_MS + round(agenda.now * 1000.0)


class PiClock:
    """`mono` begins anew with the power; `wall` is whatever it was set to."""

    def __init__(self, agenda: Agenda, drift: float) -> None:
        self._agenda, self._rate = agenda, 1.0 + drift
        self._since, self.wrong_ms = 0.0, 0
        self.quality = ClockQuality.TRUSTED

    def mono(self) -> float:
        return (self._agenda.now - self._since) * self._rate

    def net(self) -> float:
        return self.mono()

    def wall(self) -> Wall:
        return Wall(true_ms(self._agenda) + self.wrong_ms, self.quality)

    def lose_power(self, dark_s: float) -> None:
        """When it is back after `dark_s`, nobody vouches for the time."""
        self._since = self._agenda.now
        self.wrong_ms = FORGOTTEN_MS - round(dark_s * 1000)
        self.quality = ClockQuality.NONE

    def set(self, wrong_ms: int) -> None:
        """Somebody or something sets the wall, and vouches for it."""
        self.wrong_ms, self.quality = wrong_ms, ClockQuality.TRUSTED


class CloudClock:
    """Near the truth as a server's clock is, with small steps."""

    def __init__(self, agenda: Agenda, wrong_s: float) -> None:
        self._agenda, self.wrong_s = agenda, wrong_s

    def now(self) -> datetime:
        return START + timedelta(seconds=self._agenda.now + self.wrong_s)

    def mono(self) -> float:
        return self._agenda.now
