"""Run ingest workers alone."""

import argparse

from cloud import crew, ending
from cloud.broker.plan import MAX_WORKERS
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        type=int,
        choices=range(1, MAX_WORKERS + 1),
        default=1,
        metavar="N",
        help=f"processes that share the work, 1 to {MAX_WORKERS} (1); fewer than before retires",
    )


def run(settings: Settings, args: argparse.Namespace) -> None:
    crew.work(settings, args.workers)
    ending.leave()
