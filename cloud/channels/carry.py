"""Carries what waits to the channels: outside of any transaction, one pack at a time.

Before a pack is sent it is written down that it may stand there: a process that dies on the way
leaves a row that is taken up again, and the channel is then asked for our own key before anything
is made anew. So nothing stands there twice, and no packs are promised that were forgotten.
"""

import logging
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.channels import look, pace
from cloud.channels.codes import Channel
from cloud.channels.listing import Json, changes, digest
from cloud.channels.models import ChannelLink, ChannelListing, ChannelOutbox, ChannelShop
from cloud.channels.pace import Fault, Pace, Purse
from cloud.channels.port import ChannelAdapter, RefusedError, Route, Routes
from cloud.channels.shares import Keep, spare
from cloud.db import new_public_id, writing
from cloud.products import stock
from cloud.products.models import Variant

EVERY_S: Final = 20
UNKNOWN: Final = "?"
"""Stands for the digest of what a channel shows while a message is on its way, and after one got
lost: no listing has it, so that the pack stays to be carried until the channel was read again."""

_LEASE: Final = timedelta(minutes=5)
"""Longer than the three calls of one pack take with their time-outs."""
_AT_ONCE: Final = 100
"""Packs of one shop at one channel in one round, so that others get their turn."""
_CHAOS: Final = 2**32
_RAW: Final = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parcel:
    """A pack on its way."""

    listing_id: int
    carrier: str
    remote_id: str | None
    told: Json
    known: bool
    """Whether we know what the channel shows of it until now."""


@dataclass(frozen=True)
class Arrived:
    """What the channel shows of it now."""

    remote_id: str | None
    shown: Json


@dataclass(frozen=True)
class Trip:
    """One shop at one channel."""

    engine: Engine
    link_id: int
    pace: Pace
    now: datetime


def work(engine: Engine, now: datetime, *, routes: Routes, stopped: Collection[str] = ()) -> None:
    """A round: each shop at each channel, until nothing is due or the channel has had enough."""
    for code, route in routes.items():
        if code in stopped:
            continue
        with Session(engine) as session:
            links = session.exec(
                select(ChannelLink).where(
                    ChannelLink.channel == Channel(code), col(ChannelLink.on).is_(other=True)
                )
            ).all()
        for link in links:
            _serve(Trip(engine, cast("int", link.id), route.pace, now), route, link.shop_id)


def _serve(trip: Trip, route: Route, shop_id: int) -> None:
    adapter: ChannelAdapter | None = None
    for _turn in range(_AT_ONCE):
        parcel = _taken(trip)
        if parcel is None:
            return
        adapter = adapter or route.open(shop_id)
        if not _noted(trip, parcel, _carried(adapter, parcel)):
            return


def _carried(adapter: ChannelAdapter, parcel: Parcel) -> Arrived | RefusedError:
    try:
        remote = parcel.remote_id or adapter.find(str(parcel.told["key"]))
        if remote is None and not parcel.told["listed"]:
            return Arrived(None, parcel.told)  # it never got there, and shall not be there
        remote = adapter.upsert(remote, parcel.told)
        return Arrived(remote, adapter.read(remote))
    except RefusedError as error:
        return error


def _taken(trip: Trip) -> Parcel | None:
    """The next pack that is due, if something may be sent now; written down before it leaves."""
    with Session(writing(trip.engine)) as session, session.begin():
        link = session.get_one(ChannelLink, trip.link_id)
        shop = session.exec(
            select(ChannelShop).where(ChannelShop.shop_id == link.shop_id).with_for_update()
        ).one()
        session.refresh(link)  # another carrier may have had the shop until now
        if not _open(link, shop, trip.now):
            return None
        waiting = _next(session, link, trip.now)
        purse = pace.spend(_purse(link, trip), trip.pace, trip.now)
        if waiting is None or purse is None:
            return None
        row = session.get_one(ChannelListing, waiting.listing_id)
        _bound(session, row, shop)
        known = row.synced_hash != UNKNOWN
        waiting.carrier, waiting.due_at = new_public_id(), trip.now + _LEASE
        row.tried_at, row.synced_hash = trip.now, UNKNOWN
        row.promised = max(row.promised, cast("int", row.desired["quantity"]))
        _keep(link, purse)
        return Parcel(waiting.listing_id, waiting.carrier, row.remote_id, row.desired, known)


def _open(link: ChannelLink, shop: ChannelShop, now: datetime) -> bool:
    rests = link.rest_until is not None and link.rest_until > now
    return link.on and shop.stopped_at is None and link.auth_lost_at is None and not rests


def _next(session: Session, link: ChannelLink, now: datetime) -> ChannelOutbox | None:
    asked = (
        select(ChannelOutbox)
        .join(ChannelListing, col(ChannelListing.id) == col(ChannelOutbox.listing_id))
        .where(
            ChannelListing.shop_id == link.shop_id,
            ChannelOutbox.channel == link.channel,
            col(ChannelOutbox.due_at) <= now,
        )
        .order_by(col(ChannelOutbox.due_at), col(ChannelOutbox.listing_id))
        .limit(1)
    )
    return session.exec(asked).first()


def _bound(session: Session, row: ChannelListing, shop: ChannelShop) -> None:
    """Promise no more than is free this moment; somebody may have bought since the last look."""
    left = stock.left(session, session.get_one(Variant, row.variant_id))
    packs = spare(left, Keep(shop.keep_packs, shop.keep_percent))
    others = session.exec(
        select(ChannelListing.promised).where(
            ChannelListing.variant_id == row.variant_id, ChannelListing.id != row.id
        )
    ).all()
    free = max(0, packs - sum(others))
    if cast("int", row.desired["quantity"]) > free:
        row.desired = {**row.desired, "quantity": free}
        row.desired_hash = digest(row.desired)


def _noted(trip: Trip, parcel: Parcel, answer: Arrived | RefusedError) -> bool:
    """Write down what came of it; whether the channel may be given more."""
    with Session(writing(trip.engine)) as session, session.begin():
        waiting = session.exec(
            select(ChannelOutbox)
            .where(
                ChannelOutbox.listing_id == parcel.listing_id,
                ChannelOutbox.carrier == parcel.carrier,
            )
            .with_for_update()
        ).first()
        if waiting is None:
            return False  # it took too long, and somebody else has carried it since
        waiting.carrier = None
        row = session.get_one(ChannelListing, parcel.listing_id)
        if isinstance(answer, RefusedError):
            _refused(row, waiting, answer, trip.now)
            if parcel.known and answer.fault is not Fault.RETRY:
                _as_before(row)
            _stand_still(session.get_one(ChannelLink, trip.link_id), answer, trip.now)
            return answer.fault is Fault.FIX
        _arrived(row, waiting, parcel, answer)
        if not look.due(row):
            session.delete(waiting)
        elif row.fault is None or digest(parcel.told) != row.desired_hash:
            waiting.attempts, waiting.due_at = 0, trip.now  # it was changed meanwhile
        return True


def _arrived(row: ChannelListing, waiting: ChannelOutbox, parcel: Parcel, answer: Arrived) -> None:
    row.remote_id = answer.remote_id
    row.synced = {**parcel.told, **answer.shown}
    row.synced_hash = digest(row.synced)
    row.promised = cast("int", row.synced["quantity"])
    otherwise = next(changes(parcel.told, answer.shown), None)
    row.fault, row.fault_field, row.fault_raw = None, "", ""
    if otherwise:  # it said yes, and shows something else
        row.fault, row.fault_field = Fault.FIX, otherwise.field
        waiting.due_at = None


def _refused(
    row: ChannelListing, waiting: ChannelOutbox, error: RefusedError, now: datetime
) -> None:
    _log.warning("channel %s refused a listing: %s", row.channel, error.fault)
    row.fault, row.fault_field, row.fault_raw = error.fault, error.field, error.raw[:_RAW]
    waiting.attempts += 1
    jitter = zlib.crc32(row.public_id.encode()) / _CHAOS
    waiting.due_at = pace.again(error.fault, waiting.attempts, now, jitter)
    if error.wait is not None and waiting.due_at is not None:
        waiting.due_at = max(waiting.due_at, now + error.wait)
    if error.fault is Fault.AUTH:
        waiting.due_at = now  # as soon as somebody has connected again


def _as_before(row: ChannelListing) -> None:
    """After a plain no it shows what it showed before."""
    row.synced_hash = digest(row.synced) if row.synced else ""
    row.promised = cast("int", row.synced.get("quantity", 0))


def _stand_still(link: ChannelLink, error: RefusedError, now: datetime) -> None:
    """What concerns the whole channel, not this pack."""
    if error.fault is Fault.AUTH:
        link.auth_lost_at = now
    elif error.fault is Fault.LIMIT:
        link.rest_until = pace.tomorrow(now)
    elif error.wait is not None:
        link.rest_until = now + error.wait


def _purse(link: ChannelLink, trip: Trip) -> Purse:
    if link.purse_milli is None or link.purse_at is None or link.purse_day is None:
        return pace.full(trip.pace, trip.now)
    return Purse(link.purse_milli, link.purse_at, link.purse_day, link.spent)


def _keep(link: ChannelLink, purse: Purse) -> None:
    link.purse_milli, link.purse_at = purse.milli, purse.filled_at
    link.purse_day, link.spent = purse.day, purse.spent
