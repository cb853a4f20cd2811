"""Bring the database to this version's schema."""

import argparse

from cloud.db import make_engine
from cloud.schema import migrate
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(make_engine(settings.database))
