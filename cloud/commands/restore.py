"""Put a backup back while the service stands."""

import argparse
from pathlib import Path

from cloud.backup import restoring
from cloud.clock import SystemClock
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("backup", type=Path, help="the folder of one backup")
    parser.add_argument(
        "--replace", action="store_true", help="a database that is there is moved aside"
    )


def run(settings: Settings, args: argparse.Namespace) -> None:
    done = restoring.restore(settings, args.backup, SystemClock(), replace=args.replace)
    for line in restoring.told(done):
        print(line)
