"""The agent as a service, from its files to its last valve shut.

Owns the signals: without a handler SIGTERM would leave a driven pin driven.
"""

import math
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from edge import calibration
from edge.alone import alone
from edge.ballast import Ballast
from edge.belonging import take_over
from edge.clock import SystemClock
from edge.config_file import load
from edge.hardware.board import default_pins
from edge.hardware.sensors import Buses
from edge.lives import outlive
from edge.logs import speaking
from edge.loop import notify
from edge.runtime import Runtime, build
from wire import identity

STORE: Final = "edge.db"
BREATH_S: Final = 5.0
"""How often a waiting agent says that it lives; the watchdog's patience is six times longer."""


def run(config_file: Path, identity_file: Path, data: Path, say: Callable[[str], object]) -> int:
    """Water the greenhouse until told to stop."""
    with speaking():
        return _run(config_file, identity_file, data, say)


def _run(config_file: Path, identity_file: Path, data: Path, say: Callable[[str], object]) -> int:
    stop = stop_on_signals()
    book = calibration.read(data / calibration.FILE)
    config, who = calibration.applied(load(config_file), book), identity.load(identity_file)
    clock, pins, store = SystemClock(), default_pins(), data / STORE

    def begin() -> Runtime:
        aside = take_over(store, who.device)
        if aside is not None:
            say(f"the rows of the device that this box was are in {aside}; they are not sent")
        runtime = build(config, who, clock, pins, store, Buses())
        Ballast(store).lay_in()
        notify("STATUS=watering")
        say(f"device {who.device}: {len(config.zones)} zones, all shut; running")
        return runtime

    with alone(data):
        outlive(
            begin,
            lambda runtime, before: runtime.run(stop, before),
            lambda seconds: _rest(stop, seconds),
            clock.mono,
        )
    say("all valves shut; ended")
    return 0


def _rest(stop: threading.Event, seconds: float) -> bool:
    """Wait with all valves shut, in the sight of systemd; whether the agent is told to stop."""
    for _ in range(math.ceil(seconds / BREATH_S)):
        notify("READY=1\nWATCHDOG=1\nSTATUS=all valves shut: the card refuses to store")
        if stop.wait(min(seconds, BREATH_S)):
            return True
    return False


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set, and SIGHUP when the terminal has gone."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    return stop
