"""`vuonso cloud`: the service and what its operator does with it."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from sqlmodel import Session, col, select

from cloud import crew, daily, ending, logs
from cloud import seed as seeding
from cloud.accounts.models import Account
from cloud.alerts import hook
from cloud.alerts.notifier import UndeliveredError
from cloud.alerts.zalo_bot import ZaloBot
from cloud.app import create_app
from cloud.audit import service as audit
from cloud.backup import making, restoring
from cloud.broker.plan import MAX_WORKERS
from cloud.clock import SystemClock
from cloud.db import make_engine, writing
from cloud.desk import cli as desk
from cloud.errors import ConfigurationError
from cloud.export import service as export
from cloud.members import service as members
from cloud.permissions import declared_routes
from cloud.places import service as places
from cloud.schema import migrate, open_database
from cloud.serve import Listen, rounds_of, serve
from cloud.settings import Settings
from cloud.stamps import keys
from traceability.errors import TraceabilityError

BROKEN: Final = 1
USAGE_ERROR: Final = 2
LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8000
KEEP: Final = 14
"""Backups: two weeks of nights, half of what the page of privacy promises at most."""
ANYWHERE: Final = "0.0.0.0"


def main(argv: Sequence[str]) -> int:
    args = _parser().parse_args(argv)
    try:
        settings = _settings(args.data)
        logs.speak(settings.log)
        status: int | None = args.run(settings, args)
    except ConfigurationError as error:
        print(f"vuonso cloud: {error}", file=sys.stderr)
        return USAGE_ERROR
    return status or 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vuonso cloud",
        description="The service: pages, API, ingest and database.",
        epilog="Settings are environment variables VUONSO_…; docs/reference.md lists them.",
    )
    commands = parser.add_subparsers(required=True)
    _add_serve(commands)
    for name, run, text in (
        ("ingest", _ingest, "run ingest workers alone, beside `serve --no-worker`"),
        ("migrate", _migrate, "bring the database to this version's schema"),
        ("routes", _routes, "list all routes with the permission each asks for"),
        ("audit", _audit, "prove that no entry of the audit record was changed"),
        ("daily", _daily, "do the chores of the night now; `serve` does them by itself"),
        ("backup", _backup, "back everything up while the service runs"),
        ("restore", _restore, "put a backup back while the service stands"),
        ("export-record", _export_record, "write the public record as files for any web server"),
        ("first-manager", _first_manager, "print the link by which a cooperative's manager joins"),
        ("stamp-keys", _stamp_keys, "list the keys of stamps; `--rotate` makes another one"),
        ("seed-demo", _seed_demo, "fill an empty database with a fictional cooperative"),
        ("login-link", _login_link, "print a link that logs an account in once"),
        ("zalo-bot", _zalo_bot, "have messages to our Zalo bot handed to this service"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    desk.add_broker(commands)
    desk.add_devices(commands)
    for command in (one for name, one in commands.choices.items() if name not in desk.GROUPS):
        command.description = "Settings are environment variables VUONSO_…"
        command.add_argument("--data", type=Path, help="folder of the data, for VUONSO_DATA_DIR")
    _add_workers(commands.choices["ingest"])
    _arguments(commands.choices)
    return parser


def _arguments(commands: Mapping[str, argparse.ArgumentParser]) -> None:
    commands["routes"].add_argument("--json", action="store_true", help="as JSON")
    commands["audit"].add_argument(
        "--root",
        type=date.fromisoformat,
        metavar="DAY",
        help="print what was published of the whole record at the end of this day, YYYY-MM-DD",
    )
    _backup_words(commands["backup"], commands["restore"])
    commands["export-record"].add_argument(
        "folder", type=Path, help="where to; a record that is there is continued"
    )
    commands["stamp-keys"].add_argument(
        "--rotate", action="store_true", help="from the next print run on another key"
    )
    first = commands["first-manager"]
    first.add_argument("--cooperative", required=True, help="its name; founded if it is new")
    first.add_argument("--name", required=True, help="of the person who will manage it")
    commands["login-link"].add_argument("--phone", help="whose; the first account's")


def _backup_words(backup: argparse.ArgumentParser, restore: argparse.ArgumentParser) -> None:
    backup.add_argument("folder", type=Path, help="where backups lie, each in a folder of its own")
    backup.add_argument("--keep", type=int, default=KEEP, help=f"how many backups stay ({KEEP})")
    restore.add_argument("backup", type=Path, help="the folder of one backup")
    restore.add_argument(
        "--replace", action="store_true", help="a database that is there is moved aside"
    )


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    whole = commands.add_parser("serve", help="run pages, ingest worker and broker")
    whole.add_argument("--host", default=LOOPBACK, help=f"address of the pages ({LOOPBACK})")
    whole.add_argument("--port", type=int, default=PORT, help=f"port of the pages ({PORT})")
    whole.add_argument("--lan", action="store_true", help="open to the local network")
    whole.add_argument(
        "--no-worker", action="store_true", help="leave the ingest to `vuonso cloud ingest`"
    )
    whole.set_defaults(run=_serve)


def _add_workers(ingest: argparse.ArgumentParser) -> None:
    ingest.add_argument(
        "--workers",
        type=int,
        choices=range(1, MAX_WORKERS + 1),
        default=1,
        metavar="N",
        help=f"processes that share the work, 1 to {MAX_WORKERS} (1); fewer than before retires",
    )


def _settings(data: Path | None) -> Settings:
    try:
        if data is not None:
            return Settings(data_dir=data.resolve() / "cloud")
        return Settings.model_validate({})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"VUONSO_{name}: {first['msg']}") from None


def _serve(settings: Settings, args: argparse.Namespace) -> None:
    host = ANYWHERE if args.lan else args.host
    serve(settings, Listen(host, args.port, worker=not args.no_worker))
    ending.leave()


def _ingest(settings: Settings, args: argparse.Namespace) -> None:
    crew.work(settings, args.workers)
    ending.leave()


def _migrate(settings: Settings, _args: argparse.Namespace) -> None:
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(make_engine(settings.database))


def _routes(settings: Settings, args: argparse.Namespace) -> None:
    app = create_app(settings, make_engine(settings.database), SystemClock())
    found = declared_routes(app)
    if args.json:
        print(json.dumps([vars(route) for route in found], indent=2))
        return
    for route in found:
        print(f"{route.method:7} {route.path:45} {route.permission}")


def _audit(settings: Settings, args: argparse.Namespace) -> int:
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


def _daily(settings: Settings, _args: argparse.Namespace) -> int:
    """0 when every chore was done, 1 when one failed; what failed stands in the log."""
    engine, nightly = open_database(settings), rounds_of(settings)
    return BROKEN if daily.work(engine, SystemClock(), rounds=nightly) else 0


def _backup(settings: Settings, args: argparse.Namespace) -> None:
    if args.keep < 1:
        raise ConfigurationError("--keep: at least 1")
    print(making.make(settings, args.folder, args.keep, SystemClock()))
    print(
        "It holds the keys of all devices and stamps, and what is known of people: "
        "encrypt it before it leaves this machine, and delete it after 30 days.",
        file=sys.stderr,
    )


def _restore(settings: Settings, args: argparse.Namespace) -> None:
    done = restoring.restore(settings, args.backup, SystemClock(), replace=args.replace)
    for line in restoring.told(done):
        print(line)


def _export_record(settings: Settings, args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        try:
            done = export.write(session, settings, args.folder)
        except TraceabilityError as error:
            raise ConfigurationError(f"{args.folder}: {error}") from None
    print(f"{done.lines} lines, {done.lots} lots, {done.files} files new or changed")
    print(f"it is verified by {done.key}")


def _first_manager(settings: Settings, args: argparse.Namespace) -> None:
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


def _stamp_keys(settings: Settings, args: argparse.Namespace) -> None:
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


def _seed_demo(settings: Settings, _args: argparse.Namespace) -> None:
    seeding.refuse_production(settings)
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        made = seeding.seed(session, settings, now)
    print(json.dumps(made.as_json(), ensure_ascii=False))


def _zalo_bot(settings: Settings, _args: argparse.Namespace) -> None:
    """Once after the token was set, and when the public address changed."""
    if not (settings.has_bot and settings.secure):
        raise ConfigurationError("VUONSO_ZALO_BOT_TOKEN and an https:// public address are needed")
    bot = ZaloBot(settings.zalo_bot_token.get_secret_value())
    try:
        name = bot.name()
        bot.hook(f"{settings.public_url}{hook.PATH}", hook.secret(settings))
    except UndeliveredError as error:
        raise ConfigurationError(f"Zalo does not take it: {error.reason}") from None
    print(f"Messages to {name} arrive at {settings.public_url}")


def _login_link(settings: Settings, args: argparse.Namespace) -> None:
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        accounts = select(Account).order_by(col(Account.id))
        chosen = accounts.where(Account.phone == args.phone) if args.phone else accounts
        account = session.exec(chosen).first()
        if account is None:
            raise ConfigurationError("there is no such account")
        link = seeding.login_link(session, settings, account, now)
    print(link)
