"""Sends buyers what is due: read, then sent with nothing held open, then marked."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.alerts import delivery
from cloud.alerts.models import Channel
from cloud.alerts.notifier import AwayError, Message, Notifier, UndeliveredError
from cloud.alerts.post import Office
from cloud.db import writing
from cloud.orders import reading, wording
from cloud.orders.letters import OrderLetter, Reader
from cloud.orders.models import Order, OrderBuyer
from cloud.orders.reading import Placed

EVERY_S: Final = 20
AT_ONCE: Final = 50
"""Letters of one round; the next is twenty seconds away."""
NO_WAY: Final = "no way to the buyer"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ways:
    """By what buyers can be reached here; none without its settings. No adapter sends SMS yet."""

    base: str = ""
    mail: Notifier | None = None
    sms: Notifier | None = None

    def to(self, buyer: OrderBuyer) -> tuple[Notifier, str] | None:
        """The first that works for this buyer, and the address there."""
        if self.mail is not None and buyer.email:
            return self.mail, buyer.email
        if self.sms is not None and buyer.phone:
            return self.sms, buyer.phone
        return None


def ways(office: Office) -> Ways:
    """Buyers hear by the mail server that alerts go by."""
    return Ways(office.base, mail=office.channels.get(Channel.EMAIL))


@dataclass(frozen=True)
class _Parcel:
    letter_id: int
    to: tuple[Notifier, str] | None
    message: Message


def deliver(engine: Engine, now: datetime, ways: Ways) -> None:
    """Send what is due; a process that dies between sending and marking sends it once more."""
    with Session(engine) as session:
        parcels = list(_due(session, ways, now))
    silent: set[int] = set()
    for parcel in parcels:
        if parcel.to is None:
            _mark(engine, parcel.letter_id, now, UndeliveredError(NO_WAY, final=True))
        elif id(parcel.to[0]) not in silent:
            error = _sent(parcel, *parcel.to)
            if isinstance(error, AwayError):
                silent.add(id(parcel.to[0]))
            _mark(engine, parcel.letter_id, now, error)


def _due(session: Session, ways: Ways, now: datetime) -> Iterator[_Parcel]:
    found = session.exec(
        select(OrderLetter, Order)
        .join(Order, col(Order.id) == col(OrderLetter.order_id))
        .where(
            OrderLetter.reader == Reader.BUYER,
            col(OrderLetter.over_at).is_(None),
            OrderLetter.due_at <= now,
        )
        .order_by(col(OrderLetter.id))
        .limit(AT_ONCE)
    ).all()
    placed: dict[int | None, Placed] = {
        one.order.id: one
        for one in reading.whole(session, list({order.id: order for _l, order in found}.values()))
    }
    for letter, order in found:
        whole = placed[order.id]
        message = wording.message(letter, whole, ways.base)
        yield _Parcel(letter.id or 0, ways.to(whole.buyer), message)


def _sent(parcel: _Parcel, way: Notifier, address: str) -> UndeliveredError | None:
    """What went wrong. The log names the letter: its link is the buyer's secret."""
    try:
        way.send(address, parcel.message)
    except UndeliveredError as error:
        _log.warning("letter %s is not delivered: %s", parcel.letter_id, error.reason)
        return error
    return None


def _mark(engine: Engine, letter_id: int, now: datetime, error: UndeliveredError | None) -> None:
    """Later again, unless that cannot help or was tried often enough."""
    with Session(writing(engine)) as session, session.begin():
        letter = session.get_one(OrderLetter, letter_id)
        letter.tries += 1
        letter.reason = error.reason if error else ""
        again = None if error is None or error.final else delivery.next_try(letter.tries, now)
        letter.due_at, letter.over_at = again or letter.due_at, None if again else now
