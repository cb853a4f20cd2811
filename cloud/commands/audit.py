"""Prove that no entry of the audit record was changed."""

import argparse
from datetime import date, timedelta

from sqlmodel import Session

from cloud.audit import service as audit
from cloud.commands.answers import BROKEN
from cloud.errors import ConfigurationError
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root",
        type=date.fromisoformat,
        metavar="DAY",
        help="print what was published of the whole record at the end of this day, YYYY-MM-DD",
    )


def run(settings: Settings, args: argparse.Namespace) -> int:
    """0 when the record is whole, 1 when a link is broken."""
    with Session(open_database(settings)) as session:
        if args.root:
            return _print_root(session, args.root)
        broken, unkept, chains = audit.breaks(session), audit.unkept(session), audit.ends(session)
    for one in broken:
        print(f"chain {one.chain}: entry {one.seq} is not what was written")
    for day in unkept:
        print(f"{day}: the record is not the one that was published")
    print(
        f"{sum(end.seq for end in chains)} entries in {len(chains)} chains; {len(broken)} broken"
    )
    return BROKEN if broken or unkept else 0


def _print_root(session: Session, day: date) -> int:
    found = audit.published(session, day + timedelta(days=1), 1)
    if not found or found[0].day != day:
        raise ConfigurationError(
            f"nothing is published of {day}; a day is, in the night after it (vuonso cloud daily)"
        )
    print(found[0].root)
    return 0
