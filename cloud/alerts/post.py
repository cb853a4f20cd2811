"""Sends what is due: nothing is held open while a channel takes its time."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session

from cloud.alerts import outbox
from cloud.alerts.email import Mail
from cloud.alerts.models import Channel
from cloud.alerts.notifier import Notifier, UndeliveredError
from cloud.alerts.outbox import Outcome, Parcel
from cloud.db import writing
from cloud.settings import Settings

EVERY_S: Final = 20
"""A look takes as long at most, and both together stay within the minute."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """The channels that have what they need, and the address of the pages that they name."""

    channels: Mapping[Channel, Notifier]
    base: str


CLOSED: Final = Office({}, "")
"""Nothing leaves."""


def office(settings: Settings) -> Office:
    """A channel without its settings is off.

    Raises:
        ConfigurationError: a mail server is set in a way that cannot work.
    """
    channels: dict[Channel, Notifier] = {}
    if settings.sends_mail:
        channels[Channel.EMAIL] = Mail(settings.smtp_url.get_secret_value(), settings.smtp_from)
    return Office(channels, settings.public_url)


def deliver(engine: Engine, now: datetime, office: Office) -> None:
    """Send what is due; a process that dies between sending and marking sends it once more."""
    with Session(engine) as session:
        parcels = outbox.parcels(session, office.channels, office.base, now)
    for parcel in parcels:
        outcome = _sent(parcel, office.channels[parcel.channel])
        with Session(writing(engine)) as session, session.begin():
            outcome(session, now)


def _sent(parcel: Parcel, channel: Notifier) -> Outcome:
    try:
        channel.send(parcel.address, parcel.message)
    except UndeliveredError as error:
        _log.warning("%s is not delivered: %s", parcel.name, error.reason)
        return partial(outbox.refused, parcel, error)
    return partial(outbox.delivered, parcel)
