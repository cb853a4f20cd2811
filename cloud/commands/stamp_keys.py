"""List the keys of stamps, or make another one."""

import argparse

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.revisions import open_database
from cloud.settings import Settings
from cloud.stamps import keys


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rotate", action="store_true", help="from the next print run on another key"
    )


def run(settings: Settings, args: argparse.Namespace) -> None:
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        if args.rotate:
            try:
                keys.change(session, keys.open_vault(settings), now)
            except keys.TooFewKeys:
                raise ConfigurationError(
                    f"the last {keys.RESERVE} key ids are for the seasons to come"
                ) from None
        for row in keys.listed(session):
            print(f"kid {row.kid:2}  season {row.season:10}  since {row.created_at.date()}")
