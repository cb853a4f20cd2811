"""The round that finds what a channel should show otherwise than it was last told.

It compares whole listings instead of waiting to be told of changes. Nobody who adds a way to
change a product, its stock or its lot can forget to tell it, and what changes by the clock alone,
with nothing written, is found as well. Being asked twice a minute, it is also what makes many
changes of one pack a single message.

A row of the outbox is there exactly as long as a listing stands otherwise than it should.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.channels import goods, limits
from cloud.channels.codes import SELLING, WAYS, Channel, Way
from cloud.channels.goods import Goods, Window
from cloud.channels.listing import Json, digest, document, withdrawn
from cloud.channels.models import ChannelLink, ChannelListing, ChannelOutbox, ChannelShop
from cloud.channels.shares import Keep, deal, room, spare
from cloud.db import writing

EVERY_S: Final = 30
"""A pack's stock is told to a channel twice a minute at most, however often it changes."""

_Place = tuple[int, Channel]


@dataclass(frozen=True)
class Aim:
    """How a pack should stand on a channel from now on."""

    place: _Place
    told: Json
    listed: bool


def work(engine: Engine, now: datetime, *, window: Window) -> None:
    """A shop at a time; only where something differs is there a transaction that writes."""
    with Session(engine) as session:
        shops = _shops(session)
        stale = [shop.id for shop in shops if next(_aims(session, shop, window, now), None)]
    for shop_id in stale:
        with Session(writing(engine)) as session, session.begin():
            shop = locked(session, shop_id)
            refresh(session, shop, window, now)


def locked(session: Session, shop_id: int | None) -> ChannelShop:
    """The shop, for as long as the transaction lasts: shares are dealt by one at a time."""
    asked = select(ChannelShop).where(ChannelShop.id == shop_id).with_for_update()
    return session.exec(asked).one()


def refresh(session: Session, shop: ChannelShop, window: Window, now: datetime) -> None:
    """Write down how each pack should stand on each channel, and what is to be carried over."""
    rows = of_shop(session, shop)
    for aim in [*_aims(session, shop, window, now)]:
        row = rows.get(aim.place)
        if row is None:
            row = _new(session, shop, aim, now)
        row.desired, row.desired_hash = aim.told, digest(aim.told)
        row.changed_at = now
        row.fault, row.fault_field, row.fault_raw = None, "", ""
        settle(session, row, now)


def settle(session: Session, row: ChannelListing, now: datetime) -> None:
    """Let the outbox say what is so: that there is something to carry over, or nothing."""
    session.flush()
    waiting = session.get(ChannelOutbox, row.id)
    if not due(row):
        if waiting is not None:
            session.delete(waiting)
    elif waiting is None:
        session.add(
            ChannelOutbox(
                listing_id=cast("int", row.id),
                cooperative_id=row.cooperative_id,
                channel=row.channel,
                due_at=now if WAYS[row.channel] is Way.PUSH else None,
                created_at=now,
            )
        )
    elif WAYS[row.channel] is Way.PUSH and waiting.carrier is None:
        waiting.attempts, waiting.due_at = 0, now
    session.flush()


def due(row: ChannelListing) -> bool:
    """Whether it stands otherwise than it should; what was never shown need not be hidden."""
    return row.desired_hash != row.synced_hash and bool(row.desired["listed"] or row.synced_hash)


def of_shop(session: Session, shop: ChannelShop) -> Mapping[_Place, ChannelListing]:
    found = session.exec(
        select(ChannelListing)
        .where(ChannelListing.shop_id == shop.shop_id)
        .order_by(col(ChannelListing.id))
    )
    return {(row.variant_id, row.channel): row for row in found}


def selling(session: Session, shop: ChannelShop) -> Sequence[Channel]:
    """The channels in use that sell by themselves; in one order, for what is left over."""
    links = session.exec(
        select(ChannelLink.channel).where(
            ChannelLink.shop_id == shop.shop_id, col(ChannelLink.on).is_(other=True)
        )
    ).all()
    return [one for one in Channel if one in links and WAYS[one] in SELLING]


def _shops(session: Session) -> Sequence[ChannelShop]:
    sold_at = [channel for channel in Channel if WAYS[channel] in SELLING]
    used = select(ChannelLink.shop_id).where(
        col(ChannelLink.on).is_(other=True), col(ChannelLink.channel).in_(sold_at)
    )
    asked = select(ChannelShop).where(col(ChannelShop.shop_id).in_(used))
    return session.exec(asked.order_by(col(ChannelShop.id))).all()


def _aims(session: Session, shop: ChannelShop, window: Window, now: datetime) -> Iterator[Aim]:
    """What should stand otherwise than was written down last."""
    rows, channels = of_shop(session, shop), selling(session, shop)
    sold = goods.of_shop(session, shop.shop_id, window, now)
    keep = Keep(shop.keep_packs, shop.keep_percent)
    everything = [*_of_goods(sold, channels, rows, keep), *_of_the_rest(sold, channels, rows)]
    for aim in everything:
        row = rows.get(aim.place)
        if row is None and not (aim.listed and aim.told["quantity"]):
            continue  # nobody there has heard of it, and there is nothing to tell
        if row is None or row.desired_hash != digest(aim.told):
            yield aim


def _of_goods(
    sold: Sequence[Goods],
    channels: Sequence[Channel],
    rows: Mapping[_Place, ChannelListing],
    keep: Keep,
) -> Iterator[Aim]:
    promises: dict[int, dict[Channel, int]] = defaultdict(dict)
    for (variant_id, channel), row in rows.items():
        promises[variant_id][channel] = row.promised
    for one in sold:
        packs, promised = spare(one.left, keep), promises[one.variant_id]
        shares = deal(packs, channels)
        for channel in channels:
            others = [many for other, many in promised.items() if other is not channel]
            free = room(shares[channel], packs, others)
            there = rows.get((one.variant_id, channel))
            many = quantity_of(channel, there, free, packs - sum(others))
            yield _aim(one, channel, many)


def quantity_of(channel: Channel, row: ChannelListing | None, share: int, most: int) -> int:
    """Packs to show: a share; by hand what stands there, as long as it is not too much.

    Nobody goes to a floor's pages after each order of the day to correct a number that is safe.
    """
    if WAYS[channel] is Way.HAND and row is not None and row.synced_hash:
        stands = cast("int", row.synced.get("quantity", 0))
        return min(stands, max(0, most)) or share
    return share


def _aim(one: Goods, channel: Channel, quantity: int) -> Aim:
    listing = one.listing(quantity)
    if limits.check(listing, [channel]):
        return Aim((one.variant_id, channel), document(withdrawn(listing)), listed=False)
    return Aim((one.variant_id, channel), document(listing), listed=True)


def _of_the_rest(
    sold: Sequence[Goods], channels: Sequence[Channel], rows: Mapping[_Place, ChannelListing]
) -> Iterator[Aim]:
    """What is not on sale any more is taken off, never deleted there."""
    here = {one.variant_id for one in sold}
    for place, row in rows.items():
        if place[0] not in here and place[1] in channels:
            yield Aim(place, {**row.desired, "quantity": 0, "listed": False}, listed=False)


def _new(session: Session, shop: ChannelShop, aim: Aim, now: datetime) -> ChannelListing:
    variant_id, channel = aim.place
    row = ChannelListing(
        cooperative_id=shop.cooperative_id,
        shop_id=shop.shop_id,
        variant_id=variant_id,
        channel=channel,
        desired=aim.told,
        desired_hash=digest(aim.told),
        changed_at=now,
    )
    session.add(row)
    return row
