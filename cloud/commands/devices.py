"""Devices listed, shown, moved and struck off.

Whoever runs the server is no account: what is done here stands in the record without an actor.
"""

import argparse
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from cloud.clock import SystemClock
from cloud.cooperatives.models import Cooperative, Greenhouse
from cloud.db import writing
from cloud.devices import service as devices
from cloud.devices.models import Device
from cloud.errors import ConfigurationError, Conflict, NotFound
from cloud.i18n import day_time
from cloud.joining import moving
from cloud.revisions import open_database
from cloud.settings import Settings
from cloud.telemetry import service as telemetry


def arguments(parser: argparse.ArgumentParser) -> None:
    """Alone it lists."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(act=_devices)
    inner = parser.add_subparsers()
    show = inner.add_parser("show", help="all that is known of one device, as JSON")
    show.set_defaults(act=_show)
    strike = inner.add_parser("strike-off", help="throw a device out for good; its readings stay")
    strike.set_defaults(act=_strike_off)
    move = inner.add_parser("transfer", help="hang it in another greenhouse of its cooperative")
    move.add_argument("--greenhouse", required=True, help="public id, as `devices show` tells it")
    move.set_defaults(act=_transfer)
    for command in inner.choices.values():
        command.add_argument("device", help="its id, 16 letters")
    for command, otherwise in (
        (parser, None),
        *((one, argparse.SUPPRESS) for one in inner.choices.values()),
    ):
        command.description = command.description or "Settings are environment variables VUONSO_…"
        words = "folder of the data, for VUONSO_DATA_DIR"
        command.add_argument("--data", type=Path, default=otherwise, help=words)


def run(settings: Settings, args: argparse.Namespace) -> None:
    args.act(settings, args)


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
