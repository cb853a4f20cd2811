"""`vuonso edge run`: the agent as a service, from its files to its last valve shut.

Owns the signals: without a handler SIGTERM would leave a driven pin driven.
"""

import argparse
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

from edge import alloff, config_file
from edge.clock import SystemClock
from edge.config import Hardware
from edge.errors import ConfigError
from edge.hardware.board import default_pins
from edge.runtime import build
from wire import identity
from wire.errors import IdentityError

STORE: Final = "edge.db"


def main(argv: Sequence[str], say: Callable[[str], object]) -> int:
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    stop = stop_on_signals()
    config, who = _read(args.config, args.identity)
    runtime = build(config, who, SystemClock(), default_pins(), args.data / STORE)
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


def _read(config: Path, identity_file: Path) -> tuple[Hardware, identity.Identity]:
    """Both files; where one cannot be used, everything is shut before that is told."""
    try:
        return config_file.load(config), identity.load(identity_file)
    except (ConfigError, IdentityError):
        alloff.shut(config)
        raise


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vuonso edge run", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="hardware.toml")
    parser.add_argument("--identity", type=Path, required=True, help="identity.json")
    parser.add_argument("--data", type=Path, required=True, help="folder of the store")
    return parser
