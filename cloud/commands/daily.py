"""Do the chores of the night now."""

import argparse

from cloud import daily
from cloud.clock import SystemClock
from cloud.commands.answers import BROKEN
from cloud.revisions import open_database
from cloud.serve import rounds_of
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> int:
    """0 when every chore was done, 1 when one failed; what failed stands in the log."""
    engine, nightly = open_database(settings), rounds_of(settings)
    return BROKEN if daily.work(engine, SystemClock(), rounds=nightly) else 0
