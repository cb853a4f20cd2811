"""Who shops are and what they hold, looked up by the platform."""

import argparse
from pathlib import Path

from sqlmodel import Session

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import ConfigurationError, Conflict, NotFound
from cloud.media.store import Store
from cloud.products import verifying
from cloud.products.verifying import Judge
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Alone it lists what waits."""
    parser.set_defaults(act=_list)
    inner = parser.add_subparsers()
    good = inner.add_parser("verify", help="what was told was looked up, and is true")
    good.set_defaults(act=_judge, reason="")
    bad = inner.add_parser("refuse", help="it is not; the cooperative reads why")
    bad.set_defaults(act=_judge)
    bad.add_argument("--reason", required=True, help="in words for the cooperative, in Vietnamese")
    for command in inner.choices.values():
        command.add_argument("id", help="of a shop or a certificate, as the list tells it")
        command.add_argument("--by", required=True, help="name of the person who looked it up")
    for command, otherwise in (
        (parser, None),
        *((one, argparse.SUPPRESS) for one in inner.choices.values()),
    ):
        command.description = "Settings are environment variables VUONSO_…"
        words = "folder of the data, for VUONSO_DATA_DIR"
        command.add_argument("--data", type=Path, default=otherwise, help=words)


def run(settings: Settings, args: argparse.Namespace) -> None:
    args.act(settings, args)


def _list(settings: Settings, _args: argparse.Namespace) -> None:
    store = Store(settings.data_dir)
    with Session(open_database(settings)) as session:
        for shop in verifying.shops(session):
            told = (shop.name, shop.registration, shop.address, shop.representative)
            print(f"shop         {shop.public_id}  {' · '.join(part or '?' for part in told)}")
            if shop.next_account:
                print(f"             {shop.next_bank} · {shop.next_account} · {shop.next_holder}")
        for row, shop, scan in verifying.certificates(session):
            stars = f" {row.stars} stars" if row.stars else ""
            until = row.valid_until or "no end"
            print(f"certificate  {row.public_id}  {shop.name}: {row.scheme}{stars}")
            print(f"             {row.number} · {row.issuer} · {row.valid_from} to {until}")
            print(f"             scan: {store.path(scan.webp_1280) if scan else 'none'}")


def _judge(settings: Settings, args: argparse.Namespace) -> None:
    judge = Judge(args.by.strip(), SystemClock().now())
    if not judge.name:
        raise ConfigurationError("--by: the name of a person")
    try:
        with Session(writing(open_database(settings))) as session, session.begin():
            kind = verifying.verify(session, args.id, judge, args.reason)
    except NotFound:
        raise ConfigurationError(f"there is no shop or certificate {args.id}") from None
    except Conflict as refusal:
        raise ConfigurationError(f"{refusal.code}: {refusal.sentence}") from None
    print(f"{kind} {args.id} is {'refused' if args.reason else 'verified'}")
