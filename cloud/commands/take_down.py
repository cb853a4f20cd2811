"""Take a product off the market for good, for all to see why."""

import argparse

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import CloudError, ConfigurationError
from cloud.market import duties
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("product", help="its id, as in the address of its page")
    parser.add_argument("--reason", required=True, help="as everybody reads it")


def run(settings: Settings, args: argparse.Namespace) -> None:
    with Session(writing(open_database(settings))) as session, session.begin():
        try:
            duties.take_down(session, args.product, args.reason, SystemClock().now())
        except CloudError as error:
            raise ConfigurationError(f"{args.product}: {error.code}") from error
