"""The channels of a shop: which are used, what each shows, and what people say of floors."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlmodel import Session, col, select

from cloud.audit import service as audit
from cloud.audit.rules import AuditAction
from cloud.audit.service import Deed
from cloud.channels import goods, limits, look
from cloud.channels.codes import SELLING, WAYS, Channel, Way
from cloud.channels.errors import ChannelClosed, ChannelUnused, Moved, NoStall, NothingFits
from cloud.channels.forms import MarkForm, Shared, SharedForm
from cloud.channels.goods import Goods, Taken, Window
from cloud.channels.limits import Problem
from cloud.channels.listing import Change, Listing, changes, digest
from cloud.channels.marks import Mark
from cloud.channels.models import ChannelLink, ChannelListing, ChannelShop
from cloud.errors import NotFound
from cloud.principal import Principal
from cloud.products import service as products
from cloud.products.models import Shop
from cloud.scope import find, scoped

_TOKEN_OCTETS: Final = 24
OPEN: Final = tuple(channel for channel in Channel if WAYS[channel] is not Way.PUSH)
"""What can be switched on; a channel that is told by a program needs an adapter first."""


@dataclass(frozen=True)
class Line:
    """One channel in the list of all."""

    channel: Channel
    way: Way
    link: ChannelLink | None
    fits: int
    unfit: int
    waiting: int

    @property
    def on(self) -> bool:
        return self.link is not None and self.link.on


@dataclass(frozen=True)
class Board:
    """All channels of a shop; `shared` is None until the first of them is switched on."""

    shop: Shop | None
    shared: ChannelShop | None
    lines: Sequence[Line]


@dataclass(frozen=True)
class Place:
    """A pack at a channel: as it should stand there, what is in the way, how it differs."""

    listing: Listing | None
    row: ChannelListing | None
    problems: Sequence[Problem]
    changes: Sequence[Change]

    @property
    def title(self) -> str:
        if self.listing is not None:
            return self.listing.title
        return str(self.row.desired["title"]) if self.row else ""

    @property
    def waits(self) -> bool:
        return self.row is not None and look.due(self.row)


@dataclass(frozen=True)
class View:
    """One channel of a shop, pack by pack."""

    shared: ChannelShop
    link: ChannelLink
    places: Sequence[Place]


def board(session: Session, principal: Principal, window: Window, now: datetime) -> Board:
    """All channels, used or not, and how many packs each would take."""
    shop = products.shop_of(session, principal)
    shared = session.exec(scoped(select(ChannelShop), principal)).one_or_none()
    links = {one.channel: one for one in session.exec(scoped(select(ChannelLink), principal))}
    sold = goods.of_shop(session, cast("int", shop.id), window, now) if shop else ()
    rows = session.exec(scoped(select(ChannelListing), principal)).all()
    return Board(shop, shared, [_line(one, links.get(one), sold, rows) for one in OPEN])


def view(
    session: Session, principal: Principal, channel: Channel, window: Window, now: datetime
) -> View:
    """One channel that the shop uses or used, what wants something first.

    Raises:
        ChannelUnused: it never did.
    """
    shared, link = _used(session, principal, channel)
    rows = _rows(session, principal, channel)
    sold = goods.of_shop(session, shared.shop_id, window, now)
    places = [_place(channel, one, rows.pop(one.variant_id, None)) for one in sold]
    places += [_gone(row) for row in rows.values()]
    return View(shared, link, sorted(places, key=lambda one: not (one.problems or one.waits)))


def switch(
    session: Session, principal: Principal, channel: Channel, window: Window, now: datetime
) -> None:
    """Use a channel from now on.

    Raises:
        ChannelClosed: nothing can be sent to it.
        NoStall: there is nothing to show.
    """
    if channel not in OPEN:
        raise ChannelClosed
    shared = _shared(session, principal, now)
    link = _link(session, principal, channel)
    if link is None:
        link = ChannelLink(
            cooperative_id=principal.cooperative_id,
            shop_id=shared.shop_id,
            channel=channel,
            on=True,
            changed_at=now,
        )
        session.add(link)
    link.on, link.auth_lost_at, link.changed_at = True, None, now
    session.flush()
    _refresh(session, shared, window, now)
    _note(session, principal, {"channel": channel, "on": 1}, now)


def switch_off(session: Session, principal: Principal, channel: Channel, now: datetime) -> None:
    """Send nothing to it any more; what stands there is left to people.

    Raises:
        ChannelUnused: it is not used.
    """
    _shop, link = _used(session, principal, channel)
    link.on, link.changed_at = False, now
    _note(session, principal, {"channel": channel, "on": 0}, now)


def share(
    session: Session, principal: Principal, form: SharedForm, window: Window, now: datetime
) -> None:
    """Change what holds for all channels.

    Raises:
        NoStall: there is no shop.
    """
    shared = _shared(session, principal, now)
    if form.act is Shared.KEEP:
        shared.keep_packs, shared.keep_percent = form.keep_packs, form.keep_percent
    elif form.act is Shared.ADDRESS:
        shared.feed_token = secrets.token_urlsafe(_TOKEN_OCTETS)
    else:
        shared.stopped_at = now if form.act is Shared.STOP else None
    session.flush()
    _refresh(session, shared, window, now)
    _note(session, principal, {"act": form.act}, now)


def take(
    session: Session, principal: Principal, channel: Channel, window: Window, now: datetime
) -> Sequence[Taken]:
    """What goes into a pack for a floor, by its keys; it counts as promised there from now on.

    Raises:
        ChannelUnused: the channel is not used, or needs no pack.
        NothingFits: nothing would be in it.
    """
    shared, link = _used(session, principal, channel)
    if WAYS[channel] is not Way.HAND or not link.on or shared.stopped_at is not None:
        raise ChannelUnused
    _refresh(session, shared, window, now)
    rows = _rows(session, principal, channel)
    taken: list[Taken] = []
    for one in goods.of_shop(session, shared.shop_id, window, now):
        row = rows.get(one.variant_id)
        if row is None or not row.desired["listed"]:
            continue
        quantity = cast("int", row.desired["quantity"])
        taken.append(Taken(one.listing(quantity), one.proofs))
        row.promised = max(row.promised, quantity)
        row.mark = row.mark or Mark.GIVEN
    if not taken:
        raise NothingFits
    session.flush()
    _note(session, principal, {"channel": channel, "taken": len(taken)}, now)
    return sorted(taken, key=lambda one: one.listing.key)


def mark(
    session: Session,
    principal: Principal,
    channel: Channel,
    public_id: str,
    form: MarkForm,
    now: datetime,
) -> None:
    """Write down how a product fares on a floor, as somebody saw it there.

    Raises:
        NotFound: no such product there.
        Moved: it has changed since the page told what to do.
    """
    row = find(session, ChannelListing, public_id, principal)
    if row.channel is not channel or WAYS[channel] is not Way.HAND:
        raise NotFound
    if form.based_on != row.desired_hash:
        raise Moved
    row.mark, row.note, row.tried_at = Mark(form.mark), form.note, now
    row.link = form.link or row.link
    stands = form.mark is Mark.LISTED
    if form.mark is Mark.REFUSED:
        row.synced, row.synced_hash = {}, ""
    else:
        off = {"quantity": 0, "listed": False}
        row.synced = dict(row.desired) if stands else {**row.desired, **off}
        row.synced_hash = digest(row.synced)
    row.promised = cast("int", row.desired["quantity"]) if stands else 0
    look.settle(session, row, now)
    marked = Deed(AuditAction.CHANNEL_MARKED, f"channel:{channel}", {"mark": form.mark})
    audit.note(session, principal, marked, now)


def _line(
    channel: Channel,
    link: ChannelLink | None,
    sold: Sequence[Goods],
    rows: Sequence[ChannelListing],
) -> Line:
    unfit = sum(bool(limits.check(one.listing(one.left), [channel])) for one in sold)
    waiting = sum(look.due(row) for row in rows if row.channel is channel)
    return Line(channel, WAYS[channel], link, len(sold) - unfit, unfit, waiting)


def _place(channel: Channel, one: Goods, row: ChannelListing | None) -> Place:
    listing = one.listing(one.left)
    problems = limits.check(listing, [channel])
    told = row.desired if row else {}
    shown = row.synced if row and row.synced_hash else {}
    return Place(listing, row, problems, [*changes(told, shown)])


def _gone(row: ChannelListing) -> Place:
    shown = row.synced if row.synced_hash else {}
    return Place(None, row, (), [*changes(row.desired, shown)])


def _used(
    session: Session, principal: Principal, channel: Channel
) -> tuple[ChannelShop, ChannelLink]:
    shared = session.exec(scoped(select(ChannelShop), principal)).one_or_none()
    link = _link(session, principal, channel)
    if shared is None or link is None:
        raise ChannelUnused
    return shared, link


def _link(session: Session, principal: Principal, channel: Channel) -> ChannelLink | None:
    own = scoped(select(ChannelLink), principal)
    return session.exec(own.where(ChannelLink.channel == channel)).one_or_none()


def _rows(session: Session, principal: Principal, channel: Channel) -> dict[int, ChannelListing]:
    own = scoped(select(ChannelListing), principal).where(ChannelListing.channel == channel)
    found = session.exec(own.order_by(col(ChannelListing.id)))
    return {row.variant_id: row for row in found}


def _shared(session: Session, principal: Principal, now: datetime) -> ChannelShop:
    """The shop's own row, locked; made by whoever comes first."""
    shop = products.shop_of(session, principal)
    if shop is None:
        raise NoStall
    shop_id = cast("int", shop.id)
    owner = select(Shop.id).where(Shop.id == shop_id)
    session.exec(owner.with_for_update()).one()
    own = scoped(select(ChannelShop), principal).with_for_update()
    shared = session.exec(own).one_or_none()
    if shared is None:
        shared = ChannelShop(
            cooperative_id=principal.cooperative_id,
            shop_id=shop_id,
            feed_token=secrets.token_urlsafe(_TOKEN_OCTETS),
            created_at=now,
        )
        session.add(shared)
        session.flush()
    return shared


def _refresh(session: Session, shared: ChannelShop, window: Window, now: datetime) -> None:
    """What the round would find within the half minute, for the page that comes next."""
    locked = look.locked(session, shared.id)
    if any(WAYS[one] in SELLING for one in look.selling(session, locked)):
        look.refresh(session, locked, window, now)


def _note(
    session: Session, principal: Principal, detail: Mapping[str, str | int], now: datetime
) -> None:
    deed = Deed(AuditAction.CHANNEL_CHANGED, f"shop:{principal.cooperative_id}", detail)
    audit.note(session, principal, deed, now)
