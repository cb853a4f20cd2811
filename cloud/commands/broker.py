"""The broker's rules looked at, tried, and printed for a broker of one's own."""

import argparse
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

from sqlmodel import Session

from cloud.broker import canary, export, files, lint, plan
from cloud.broker.follow import Accounts, Follower
from cloud.broker.services import services_of
from cloud.commands.answers import BROKEN
from cloud.devices import service as devices
from cloud.ending import interrupting
from cloud.errors import ConfigurationError
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    inner = parser.add_subparsers(required=True)
    check = inner.add_parser("check", help="say what in a Mosquitto configuration is open")
    check.add_argument("file", type=Path, nargs="+", help="mosquitto.conf and what it includes")
    check.set_defaults(act=_check, data=Path())  # it needs none
    for name, act, help_text in (
        ("try", _try, "let the canary try the rules of the broker that runs"),
        ("accounts", _accounts, "print the password file that a broker of your own needs"),
        ("rules", _rules, "print the access file that a broker of your own needs"),
    ):
        inner.add_parser(name, help=help_text).set_defaults(act=act)
    written = inner.add_parser("export", help="write all files that a broker of your own needs")
    written.add_argument("folder", type=Path, help="where that broker reads them")
    written.add_argument(
        "--follow", action="store_true", help="go on until a signal, and write what is news"
    )
    written.set_defaults(act=_export)
    for command in (one for one in inner.choices.values() if one is not check):
        command.description = "Settings are environment variables VUONSO_…"
        command.add_argument("--data", type=Path, help="folder of the data, for VUONSO_DATA_DIR")


def run(settings: Settings, args: argparse.Namespace) -> int | None:
    status: int | None = args.act(settings, args)
    return status


def _check(_settings: Settings, args: argparse.Namespace) -> int:
    """0 when nothing is open, 1 with a line for each thing that is."""
    texts = [_read(path) for path in args.file]
    starts = [sum(text.count("\n") for text in texts[:n]) for n in range(len(texts))]
    found = lint.findings("".join(texts))
    for one in found:
        file = max((n for n, start in enumerate(starts) if start < one.line), default=0)
        place = f"{args.file[file]}:{one.line - starts[file]}" if one.line else str(args.file[0])
        print(f"{place}: {one.words}")
    for path, text in zip(args.file, texts, strict=True):
        if "\ninclude_dir" in "\n" + text and len(texts) == 1:
            print(f"{path}: what it includes was not read; name those files too", file=sys.stderr)
    return BROKEN if found else 0


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from None
    return text if text.endswith("\n") else text + "\n"


def _try(settings: Settings, _args: argparse.Namespace) -> int:
    """0 when the rules held, 1 when they did not or could not be tried."""
    verdict = canary.attempt(plan.address_of(settings), services_of(settings).aviary)
    print(verdict.words)
    return 0 if verdict.good else BROKEN


def _accounts(settings: Settings, _args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        hashes = {**devices.broker_accounts(session), **services_of(settings).hashes()}
    print(files.passwords(hashes), end="")


def _export(settings: Settings, args: argparse.Namespace) -> None:
    engine, services = open_database(settings), services_of(settings)

    def renew(accounts: Accounts) -> None:
        if export.write(args.folder, accounts, services):
            print("changed: let the broker read its files again", flush=True)

    stop = threading.Event()
    with interrupting(stop) if args.follow else nullcontext():
        with Session(engine) as session:
            accounts = devices.broker_accounts(session)
        try:
            renew(accounts)
        except OSError as error:
            raise ConfigurationError(f"cannot write {error.filename}: {error.strerror}") from None
        if args.follow:
            Follower(engine, devices.broker_accounts, renew, accounts).run(stop)


def _rules(settings: Settings, _args: argparse.Namespace) -> None:
    print(services_of(settings).rules(), end="")
