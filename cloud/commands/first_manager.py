"""Print the link by which a cooperative's manager joins."""

import argparse

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.members import service as members
from cloud.places import service as places
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cooperative", required=True, help="its name; founded if it is new")
    parser.add_argument("--name", required=True, help="of the person who will manage it")


def run(settings: Settings, args: argparse.Namespace) -> None:
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        cooperative, manager = places.names(args.cooperative, args.name)
        try:
            token = members.found(session, cooperative, manager, now)
        except members.HasManager:
            raise ConfigurationError(
                "this cooperative has a manager, who invites whoever is missing"
            ) from None
    print(f"{settings.public_url}/loi-moi/{token}")
