"""Write the public record as files for any web server."""

import argparse
from pathlib import Path

from sqlmodel import Session

from cloud.errors import ConfigurationError
from cloud.export import service as export
from cloud.revisions import open_database
from cloud.settings import Settings
from traceability.errors import TraceabilityError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="where to; a record that is there is continued")


def run(settings: Settings, args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        try:
            done = export.write(session, settings, args.folder)
        except TraceabilityError as error:
            raise ConfigurationError(f"{args.folder}: {error}") from None
    print(f"{done.lines} lines, {done.lots} lots, {done.files} files new or changed")
    print(f"it is verified by {done.key}")
