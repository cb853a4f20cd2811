"""Back everything up while the service runs."""

import argparse
import sys
from pathlib import Path
from typing import Final

from cloud.backup import making
from cloud.clock import SystemClock
from cloud.errors import ConfigurationError
from cloud.settings import Settings

KEEP: Final = 14
"""Backups: two weeks of nights, half of what the page of privacy promises at most."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where backups lie, each in a folder of its own")
    parser.add_argument("--keep", type=int, default=KEEP, help=f"how many backups stay ({KEEP})")


def run(settings: Settings, args: argparse.Namespace) -> None:
    if args.keep < 1:
        raise ConfigurationError("--keep: at least 1")
    print(making.make(settings, args.folder, args.keep, SystemClock()))
    print(
        "It holds the keys of all devices and stamps, and what is known of people: "
        "encrypt it before it leaves this machine, and delete it after 30 days.",
        file=sys.stderr,
    )
