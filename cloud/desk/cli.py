"""`vuonso cloud broker` and `devices`: the broker's rules looked at and tried; devices led.

Whoever runs the server is no account: what is done here stands in the record without an actor.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from cloud.broker import canary, files, lint, plan
from cloud.clock import SystemClock
from cloud.cooperatives.models import Cooperative, Greenhouse
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.errors import ConfigurationError, Conflict, NotFound
from cloud.i18n import day_time
from cloud.joining import moving
from cloud.schema import open_database
from cloud.settings import Settings
from cloud.telemetry import service as telemetry

BROKEN: Final = 1
GROUPS: Final = frozenset({"broker", "devices"})
"""They say themselves where the data is."""


def add_broker(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group `broker` with its commands."""
    text = "look at the broker's rules, try them, print them for a broker of your own"
    group = commands.add_parser("broker", help=text, description=text)
    inner = group.add_subparsers(required=True)
    check = inner.add_parser("check", help="say what in a Mosquitto configuration is open")
    check.add_argument("file", type=Path, nargs="+", help="mosquitto.conf and what it includes")
    check.set_defaults(run=_check, data=Path())  # it needs none
    for name, run, help_text in (
        ("try", _try, "let the canary try the rules of the broker that runs"),
        ("accounts", _accounts, "print the password file that a broker of your own needs"),
        ("rules", _rules, "print the access file that a broker of your own needs"),
    ):
        inner.add_parser(name, help=help_text).set_defaults(run=run)
    for command in (one for one in inner.choices.values() if one is not check):
        command.description = "Settings are environment variables VUONSO_…"
        command.add_argument("--data", type=Path, help="folder of the data, for VUONSO_DATA_DIR")


def add_devices(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group `devices` with its commands; alone it lists."""
    text = "list all devices with the rows stored of each; show, move, strike off one"
    group = commands.add_parser("devices", help=text, description=text)
    group.add_argument("--json", action="store_true", help="as JSON")
    group.set_defaults(run=_devices)
    inner = group.add_subparsers()
    show = inner.add_parser("show", help="all that is known of one device, as JSON")
    show.set_defaults(run=_show)
    strike = inner.add_parser("strike-off", help="throw a device out for good; its readings stay")
    strike.set_defaults(run=_strike_off)
    move = inner.add_parser("transfer", help="hang it in another greenhouse of its cooperative")
    move.add_argument("--greenhouse", required=True, help="public id, as `devices show` tells it")
    move.set_defaults(run=_transfer)
    for command in inner.choices.values():
        command.add_argument("device", help="its id, 16 letters")
    for command, otherwise in (
        (group, None),
        *((one, argparse.SUPPRESS) for one in inner.choices.values()),
    ):
        command.description = "Settings are environment variables VUONSO_…"
        words = "folder of the data, for VUONSO_DATA_DIR"
        command.add_argument("--data", type=Path, default=otherwise, help=words)


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
    verdict = canary.attempt(plan.address_of(settings), plan.services_of(settings).aviary)
    print(verdict.words)
    return 0 if verdict.good else BROKEN


def _accounts(settings: Settings, _args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        hashes = {**devices.broker_accounts(session), **plan.services_of(settings).hashes()}
    print(files.passwords(hashes), end="")


def _rules(settings: Settings, _args: argparse.Namespace) -> None:
    print(plan.services_of(settings).rules(), end="")


def _devices(settings: Settings, args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        found = telemetry.all_devices(session)
    if args.json:
        print(json.dumps([_facts(one) for one in found], indent=2))
        return
    for one in found:
        heard = day_time(one.heard_at) if one.heard_at else "never"
        kind = "simulated" if one.simulated else "real"
        state = "  struck off" if one.struck_off_at else ""
        print(f"{one.id}  {kind:9}  {one.rows:9} rows  heard {heard}{state}")


def _facts(one: telemetry.DeviceFacts) -> dict[str, object]:
    return {
        "id": one.id,
        "simulated": one.simulated,
        "rows": one.rows,
        "heard_at": one.heard_at.isoformat() if one.heard_at else None,
        "struck_off_at": one.struck_off_at.isoformat() if one.struck_off_at else None,
    }


def _show(settings: Settings, args: argparse.Namespace) -> None:
    with Session(open_database(settings)) as session:
        device = session.get(Device, args.device)
        if device is None:
            raise ConfigurationError(f"there is no device {args.device}")
        facts = next(one for one in telemetry.all_devices(session) if one.id == device.id)
        houses = select(Greenhouse).where(Greenhouse.cooperative_id == device.cooperative_id)
        served = devices.zones_served(session, device)
        found = {
            **_facts(facts),
            "cooperative": session.get_one(Cooperative, device.cooperative_id).name,
            "greenhouse": session.get_one(Greenhouse, device.greenhouse_id).public_id,
            "greenhouses": {
                one.public_id: one.name
                for one in session.exec(houses.order_by(col(Greenhouse.id)))
            },
            "zones": {key: zone.name for key, zone in served},
        }
    print(json.dumps(found, indent=2, ensure_ascii=False))


def _strike_off(settings: Settings, args: argparse.Namespace) -> None:
    _lead(settings, lambda session, now: moving.strike_off_here(session, args.device, now))
    print(f"{args.device} is struck off; the broker throws it out within seconds")


def _transfer(settings: Settings, args: argparse.Namespace) -> None:
    house = args.greenhouse
    _lead(settings, lambda session, now: moving.move_here(session, args.device, house, now))
    print(f"{args.device} hangs in greenhouse {house} now")


def _lead(settings: Settings, deed: Callable[[Session, datetime], None]) -> None:
    try:
        with Session(writing(open_database(settings))) as session, session.begin():
            deed(session, SystemClock().now())
    except NotFound:
        raise ConfigurationError(
            "there is no such device, or no such greenhouse of its own"
        ) from None
    except Conflict as refusal:
        raise ConfigurationError(f"{refusal.code}: {refusal.sentence}") from None
