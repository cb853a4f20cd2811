"""Run pages, ingest worker and broker."""

import argparse
from typing import Final

from cloud import ending
from cloud.serve import Listen, serve
from cloud.settings import Settings

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8000
ANYWHERE: Final = "0.0.0.0"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=LOOPBACK, help=f"address of the pages ({LOOPBACK})")
    parser.add_argument("--port", type=int, default=PORT, help=f"port of the pages ({PORT})")
    parser.add_argument("--lan", action="store_true", help="open to the local network")
    parser.add_argument(
        "--no-worker", action="store_true", help="leave the ingest to `vuonso cloud ingest`"
    )


def run(settings: Settings, args: argparse.Namespace) -> None:
    host = ANYWHERE if args.lan else args.host
    serve(settings, Listen(host, args.port, worker=not args.no_worker))
    ending.leave()
