"""Write a cooperative's lots for the national portal."""

import argparse
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from cloud.clock import SystemClock
from cloud.cooperatives.models import Cooperative
from cloud.errors import ConfigurationError
from cloud.portal import service as portal
from cloud.portal.port import Folder
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where to; files that are there are replaced")
    parser.add_argument("--cooperative", required=True, help="its name")
    parser.add_argument("--since", type=date.fromisoformat, help="day of harvest, YYYY-MM-DD")


def run(settings: Settings, args: argparse.Namespace) -> None:
    now = SystemClock().now()
    with Session(open_database(settings)) as session:
        named = select(Cooperative).where(Cooperative.name == args.cooperative)
        cooperative = session.exec(named).one_or_none()
        if cooperative is None:
            raise ConfigurationError("no cooperative has this name")
        since = args.since or now.date() - portal.SPAN
        told = portal.gather(session, cooperative, settings.public_url, since, now)
    Folder(args.folder).deliver(told)
    print(f"{len(told.lots)} lots; left out, for the law asks for more: {len(told.left_out)}")
