"""Print a link that logs an account in once."""

import argparse

from sqlmodel import Session, col, select

from cloud import seed
from cloud.accounts.models import Account
from cloud.clock import SystemClock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.revisions import open_database
from cloud.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--phone", help="whose; the first account's")


def run(settings: Settings, args: argparse.Namespace) -> None:
    now = SystemClock().now()
    with Session(writing(open_database(settings))) as session, session.begin():
        accounts = select(Account).order_by(col(Account.id))
        chosen = accounts.where(Account.phone == args.phone) if args.phone else accounts
        account = session.exec(chosen).first()
        if account is None:
            raise ConfigurationError("there is no such account")
        link = seed.login_link(session, settings, account, now)
    print(link)
