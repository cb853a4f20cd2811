"""Fill an empty database with a fictional cooperative."""

import argparse
import json

from sqlmodel import Session

from cloud import seed
from cloud.clock import SystemClock
from cloud.db import writing
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(settings: Settings, _args: argparse.Namespace) -> None:
    seed.refuse_production(settings)
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        made = seed.seed(session, settings, now)
    print(json.dumps(made.as_json(), ensure_ascii=False))
