"""Real time: the control loop, the guard's own thread, the calendar and systemd's watchdog.

Timers of the calendar never own a valve: a scheduler on the wall clock stalls when it is set back.
"""

import os
import socket
import threading
from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from edge.agent import Agent
from edge.clock import LOCAL_OFFSET_MS
from edge.courier import Courier
from edge.errors import EdgeError
from edge.valves import ValveBank
from wire.codes import ClockQuality

TICK_S: Final = 1.0
GUARD_S: Final = 0.2
"""A lease may overrun by this much; a pump moves half a cup in it."""
EAR_S: Final = 0.1
"""How long STOP may lie unheard between two ticks."""
LATE_S: Final = 3600
"""A midnight job that was missed by less than this is still done."""
LOCAL_ZONE: Final = timezone(timedelta(milliseconds=LOCAL_OFFSET_MS))


class Calendar:
    """Jobs at times of day, only while the clock is trusted, set up anew whenever it was set."""

    def __init__(self, at_midnight: Callable[[], None]) -> None:
        self.at_midnight = at_midnight
        self._scheduler: BackgroundScheduler | None = None
        self._steps = 0

    def follow(self, quality: ClockQuality, steps: int) -> None:
        """Start, stop or rebuild according to what is known of the clock."""
        trusted = quality is ClockQuality.TRUSTED
        if self._scheduler is not None and (not trusted or steps != self._steps):
            self.close()
        if trusted and self._scheduler is None:
            self._steps = steps
            self._scheduler = BackgroundScheduler(timezone=LOCAL_ZONE, daemon=True)
            self._scheduler.add_job(
                self.at_midnight,
                "cron",
                hour=0,
                minute=0,
                second=30,
                coalesce=True,
                misfire_grace_time=LATE_S,
            )
            self._scheduler.start()
            self.at_midnight()  # one may have passed while the agent was off

    def close(self) -> None:
        """Forget all jobs."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=False)


class Loop:
    """Paces one agent by the monotonic clock."""

    def __init__(
        self, agent: Agent, valves: ValveBank, uplink: Courier, calendar: Calendar
    ) -> None:
        self._agent, self._valves, self._uplink, self._calendar = agent, valves, uplink, calendar
        self._over = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Tick once a second until told to stop; an error of any part ends the loop."""
        guard = threading.Thread(target=self._guard, name="guard", daemon=True)
        guard.start()
        notify("READY=1")
        try:
            while not stop.is_set():
                if not guard.is_alive():
                    raise EdgeError("the guard of the valves has died")
                self._pass()
                notify("WATCHDOG=1")
                self._rest(stop)
        finally:
            self._over.set()

    def _pass(self) -> None:
        self._agent.tick()
        self._uplink.start()
        self._calendar.follow(self._agent.clock_quality, self._agent.clock_steps)

    def _rest(self, stop: threading.Event) -> None:
        """Until the next tick, listening to the cloud meanwhile."""
        until = self._agent.last_tick + TICK_S
        while (left := until - self._agent.mono()) > 0 and not stop.wait(min(left, EAR_S)):
            if self._uplink.news.is_set():
                self._uplink.news.clear()
                self._agent.attend()

    def _guard(self) -> None:
        while not self._over.wait(GUARD_S):
            self._valves.guard()


def notify(state: str) -> None:
    """Tell systemd, where it listens (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), "\0" + address[1:] if address[0] == "@" else address)
