"""Bring the database to this version's schema."""

import argparse

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.products import window
from cloud.schema import migrate
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = make_engine(settings.database)
    migrate(engine)
    with Session(writing(engine)) as session, session.begin():
        window.rebuild(session, SystemClock().now())  # a market is not empty until the night
