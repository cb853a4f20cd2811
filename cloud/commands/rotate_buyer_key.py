"""Seal what is known of buyers under a new key."""

import argparse
import sys

from cloud import sealing
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> None:
    """May be stopped and run again; the service goes on meanwhile."""
    number, rows = sealing.rotate(open_database(settings))
    print(f"buyer-key-{number}: {rows} rows sealed anew")
    print("Older keys stay beside it for a process that still runs with one.", file=sys.stderr)
