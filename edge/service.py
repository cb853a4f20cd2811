"""The agent as a service, from its files to its last valve shut.

Owns the signals: without a handler SIGTERM would leave a driven pin driven.
"""

import logging
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

from edge.clock import SystemClock
from edge.config_file import load
from edge.hardware.board import default_pins
from edge.runtime import build
from wire import identity

STORE: Final = "edge.db"


def run(config_file: Path, identity_file: Path, data: Path, say: Callable[[str], object]) -> int:
    """Water the greenhouse until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    stop = stop_on_signals()
    config, who = load(config_file), identity.load(identity_file)
    runtime = build(config, who, SystemClock(), default_pins(), data / STORE)
    say(f"device {who.device}: {len(config.zones)} zones, all shut; running")
    runtime.run(stop)
    say("all valves shut; ended")
    return 0


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    return stop
