"""Which feed an address stands for, and what is in it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from cloud.channels import goods, limits
from cloud.channels.errors import ChannelUnused
from cloud.channels.feeds import FEEDS, Head
from cloud.channels.goods import Window
from cloud.channels.models import ChannelLink, ChannelShop
from cloud.products.models import Shop


@dataclass(frozen=True)
class Fetched:
    """A feed as text, piece by piece."""

    media_type: str
    parts: Iterable[str]


def feed(session: Session, token: str, name: str, window: Window, now: datetime) -> Fetched:
    """What is on sale in the shop of this address, as far as the channel takes it.

    Raises:
        ChannelUnused: no such address, or the shop does not use the channel now.
    """
    wanted = next((one for one in FEEDS if one.name == name), None)
    shared = session.exec(select(ChannelShop).where(ChannelShop.feed_token == token)).one_or_none()
    if wanted is None or shared is None or shared.stopped_at is not None:
        raise ChannelUnused
    link = session.exec(
        select(ChannelLink).where(
            ChannelLink.shop_id == shared.shop_id,
            ChannelLink.channel == wanted.channel,
            col(ChannelLink.on).is_(other=True),
        )
    ).one_or_none()
    if link is None:
        raise ChannelUnused
    link.fetched_at = now
    shop = session.get_one(Shop, shared.shop_id)
    everything = goods.of_shop(session, shared.shop_id, window, now)
    sold = [one.listing(one.left) for one in everything]
    fit = [listing for listing in sold if not limits.check(listing, [wanted.channel])]
    head = Head(shop.name, f"{window.outlet.address}/cho", shop.name)
    return Fetched(wanted.media_type, wanted.write(head, fit))
