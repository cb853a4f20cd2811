"""`vuonso cloud`: the service and what its operator does with it.

Each command is a module that is loaded only when it is called: a worker that was killed must not
pay for the pages before it stores again.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from pydantic import ValidationError

from cloud import logs
from cloud.commands.answers import USAGE_ERROR
from cloud.errors import ConfigurationError
from cloud.settings import Settings


class Command(NamedTuple):
    """What a command does in a line; its module is named for it.

    `is_group`: it has commands of its own and says itself where the data is.
    """

    summary: str
    is_group: bool = False


COMMANDS: Final = {
    "serve": Command("run pages, ingest worker and broker"),
    "ingest": Command("run ingest workers alone, beside `serve --no-worker`"),
    "migrate": Command("bring the database to this version's schema"),
    "routes": Command("list all routes with the permission each asks for"),
    "audit": Command("prove that no entry of the audit record was changed"),
    "daily": Command("do the chores of the night now; `serve` does them by itself"),
    "backup": Command("back everything up while the service runs"),
    "restore": Command("put a backup back while the service stands"),
    "export-record": Command("write the public record as files for any web server"),
    "export-portal": Command("write a cooperative's lots for the national portal"),
    "first-manager": Command("print the link by which a cooperative's manager joins"),
    "stamp-keys": Command("list the keys of stamps; `--rotate` makes another one"),
    "rotate-buyer-key": Command("seal what is known of buyers under a new key"),
    "take-down": Command("take a product off the market for good, for all to see why"),
    "seed-demo": Command("fill an empty database with a fictional cooperative"),
    "login-link": Command("print a link that logs an account in once"),
    "zalo-bot": Command("have messages to our Zalo bot handed to this service"),
    "broker": Command(
        "look at the broker's rules, try them, print them for a broker of your own", is_group=True
    ),
    "papers": Command(
        "list shops and certificates that wait to be verified; verify or refuse one", is_group=True
    ),
    "reviews": Command(
        "list reviews that wait to be read; show, publish or refuse them", is_group=True
    ),
    "devices": Command(
        "list all devices with the rows stored of each; show, move, strike off one", is_group=True
    ),
}


def main(argv: Sequence[str]) -> int:
    args = parser_for(argv).parse_args(argv)
    try:
        settings = _settings(args.data)
        logs.speak(settings.log)
        status: int | None = args.run(settings, args)
    except ConfigurationError as error:
        print(f"vuonso cloud: {error}", file=sys.stderr)
        return USAGE_ERROR
    return status or 0


def parser_for(argv: Sequence[str]) -> argparse.ArgumentParser:
    """All commands by name; only the one that is called knows its arguments."""
    parser = argparse.ArgumentParser(
        prog="vuonso cloud",
        description="The service: pages, API, ingest and database.",
        epilog="Settings are environment variables VUONSO_…; docs/reference.md lists them.",
    )
    commands = parser.add_subparsers(required=True)
    for name, command in COMMANDS.items():
        own = commands.add_parser(name, help=command.summary)
        if name == next(iter(argv), None):
            _load(own, name, command)
    return parser


def _load(parser: argparse.ArgumentParser, name: str, command: Command) -> None:
    module = import_module(f"cloud.commands.{name.replace('-', '_')}")
    parser.description = "Settings are environment variables VUONSO_…"
    parser.set_defaults(run=module.run)
    if command.is_group:
        parser.description = command.summary
    else:
        parser.add_argument("--data", type=Path, help="folder of the data, for VUONSO_DATA_DIR")
    module.arguments(parser)


def _settings(data: Path | None) -> Settings:
    try:
        if data is not None:
            return Settings(data_dir=data.resolve() / "cloud")
        return Settings.model_validate({})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"VUONSO_{name}: {first['msg']}") from None
