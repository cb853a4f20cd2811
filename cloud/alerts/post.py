"""Sends what is due: nothing is held open while a channel takes its time."""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.alerts import outbox
from cloud.alerts.email import Mail
from cloud.alerts.models import Channel
from cloud.alerts.notifier import AwayError, GoneError, Notifier, UndeliveredError
from cloud.alerts.outbox import Outcome, Parcel
from cloud.alerts.web_push import WebPush
from cloud.alerts.zalo_bot import ZaloBot
from cloud.alerts.zalo_group import Account, ZaloGroup
from cloud.clock import Clock
from cloud.db import writing
from cloud.errors import ConfigurationError
from cloud.settings import Settings

EVERY_S: Final = 20
"""A look takes as long at most, and both together stay within the minute."""
PUSH_KEY: Final = "web-push"
"""The secret that browsers gave leave to; another one is a stranger to them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """The channels that have what they need, and the address of the pages that they name."""

    channels: Mapping[Channel, Notifier]
    base: str


CLOSED: Final = Office({}, "")
"""Nothing leaves."""


def office(settings: Settings, clock: Clock) -> Office:
    """A channel without its settings is off.

    Raises:
        ConfigurationError: a channel is set in a way that cannot work.
    """
    channels: dict[Channel, Notifier] = {}
    if settings.sends_mail:
        channels[Channel.EMAIL] = Mail(settings.smtp_url.get_secret_value(), settings.smtp_from)
    if settings.has_bot:
        if not settings.zalo_bot_name:
            raise ConfigurationError("VUONSO_ZALO_BOT_NAME must say how people find the bot")
        channels[Channel.ZALO] = ZaloBot(settings.zalo_bot_token.get_secret_value())
    if settings.has_groups:
        channels[Channel.GROUP] = _groups(settings, clock)
    if settings.pushes:
        subject = settings.security_contact or settings.public_url
        channels[Channel.PUSH] = WebPush(settings.secret(PUSH_KEY), subject, clock)
    return Office(channels, settings.public_url)


def deliver(engine: Engine, now: datetime, office: Office) -> None:
    """Send what is due; a process that dies between sending and marking sends it once more.

    Channels work beside each other, so that one that is slow holds up its own parcels only.
    """
    with Session(engine) as session:
        found = {
            channel: outbox.parcels(session, channel, office.base, now)
            for channel in office.channels
        }
    waiting = {channel: parcels for channel, parcels in found.items() if parcels}
    if not waiting:
        return
    with ThreadPoolExecutor(len(waiting), "post") as hands:
        carry = partial(_carry, engine, now)
        list(hands.map(carry, [office.channels[one] for one in waiting], waiting.values()))


def _groups(settings: Settings, clock: Clock) -> ZaloGroup:
    secret = settings.zalo_oa_secret.get_secret_value()
    if not (settings.zalo_oa_app_id and secret):
        raise ConfigurationError("VUONSO_ZALO_OA_APP_ID and VUONSO_ZALO_OA_SECRET are needed")
    first = settings.zalo_oa_refresh_token.get_secret_value()
    account = Account(settings.zalo_oa_app_id, secret, first)
    return ZaloGroup(account, settings.data_dir / "secrets" / "zalo-oa.json", clock)


def _carry(engine: Engine, now: datetime, channel: Notifier, parcels: Iterable[Parcel]) -> None:
    """What is left where a channel does not answer stays due."""
    for parcel in parcels:
        outcome, answers = _sent(parcel, channel)
        with Session(writing(engine)) as session, session.begin():
            outcome(session, now)
        if not answers:
            return


def _sent(parcel: Parcel, channel: Notifier) -> tuple[Outcome, bool]:
    """What to mark, and whether the channel answers."""
    try:
        channel.send(parcel.address, parcel.message)
    except UndeliveredError as error:
        _log.warning("%s is not delivered: %s", parcel.name, error.reason)
        if isinstance(error, GoneError):
            return partial(outbox.gone, parcel), True
        return partial(outbox.refused, parcel, error), not isinstance(error, AwayError)
    return partial(outbox.delivered, parcel), True
