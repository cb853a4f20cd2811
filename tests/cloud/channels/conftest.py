"""A shop with channels, and the marketplace that two of them are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from cloud.channels import carry, look
from cloud.channels.codes import Channel
from cloud.channels.gallery import Pictures
from cloud.channels.goods import Window
from cloud.channels.listing import Photo
from cloud.channels.models import ChannelLink, ChannelListing, ChannelOutbox, ChannelShop
from cloud.channels.pace import Pace
from cloud.channels.port import Route
from cloud.db import writing
from cloud.products import stock
from cloud.products.outlet import Outlet
from cloud.products.service import Listing, shop_of
from cloud.products.stock import Shortage, Want
from tests.cloud.channels.floor import Floor, FloorAdapter, opened
from tests.cloud.conftest import FixedClock, Stall

ADDRESS = "https://vuonso.vn"
PACE = Pace(burst=50, per_minute=600, per_day=1_000)


def three_photos(_session: Session, products: Sequence[int], address: str) -> Pictures:
    urls = [f"{address}/anh/{number}.jpg" for number in range(3)]
    photos = tuple(Photo(url, 1280, 1280, 300_000) for url in urls)
    return dict.fromkeys(products, photos)


def no_photos(_session: Session, _products: Sequence[int], _address: str) -> Pictures:
    return {}


WINDOW = Window(Outlet(ADDRESS, samples=False), three_photos)


@dataclass
class Booth:
    """The shop, its clock, and what the rounds need."""

    engine: Engine
    stall: Stall
    clock: FixedClock
    floor: Floor
    pace: Pace = PACE

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def use(self, *channels: Channel, keep_packs: int = 1, keep_percent: int = 10) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            shop = shop_of(session, self.stall.seeded.manager.principal)
            assert shop is not None
            shop_id = cast("int", shop.id)
            base = {"cooperative_id": shop.cooperative_id, "shop_id": shop_id}
            known = select(ChannelShop).where(ChannelShop.shop_id == shop_id)
            if session.exec(known).first() is None:
                common = {"feed_token": "t" * 32, "created_at": self.now}
                keeps = {"keep_packs": keep_packs, "keep_percent": keep_percent}
                session.add(ChannelShop.model_validate({**base, **common, **keeps}))
            for channel in channels:
                link = {**base, "channel": channel, "on": True, "changed_at": self.now}
                session.add(ChannelLink.model_validate(link))

    def look(self) -> None:
        look.work(self.engine, self.now, window=WINDOW)

    def carry(self, *channels: Channel, stopped: Sequence[str] = ()) -> None:
        port = self.floor.server_port
        routes: dict[str, Route] = {
            channel: Route(self.pace, partial(_at, port, channel))
            for channel in channels or (Channel.SHOPEE,)
        }
        carry.work(self.engine, self.now, routes=routes, stopped=stopped)

    def buy(self, listing: Listing, quantity: int, source: str) -> bool:
        """Somebody orders at the shop's own stall."""
        with Session(writing(self.engine)) as session, session.begin():
            want = Want(listing.variant, quantity, source)
            short = isinstance(stock.hold(session, [want], self.now), Shortage)
            if short:
                session.rollback()
            return not short

    def give_back(self, source: str) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            stock.release(session, [f"{source}:1"], self.now)

    def rows(self) -> Sequence[ChannelListing]:
        with Session(self.engine) as session:
            return session.exec(select(ChannelListing).order_by(col(ChannelListing.id))).all()

    def row(self) -> ChannelListing:
        (row,) = self.rows()
        return row

    def waiting(self) -> Sequence[ChannelOutbox]:
        with Session(self.engine) as session:
            asked = select(ChannelOutbox).order_by(col(ChannelOutbox.listing_id))
            return session.exec(asked).all()

    def link(self) -> ChannelLink:
        with Session(self.engine) as session:
            return session.exec(select(ChannelLink).order_by(col(ChannelLink.id))).first() or _no()

    def shop(self) -> ChannelShop:
        with Session(self.engine) as session:
            return session.exec(select(ChannelShop)).one()

    def change(self, row: ChannelLink | ChannelShop | ChannelListing, **values: object) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            found = session.get_one(type(row), row.id)
            for name, value in values.items():
                setattr(found, name, value)


def _at(port: int, channel: Channel, _shop: int) -> FloorAdapter:
    return FloorAdapter(port, channel)


def _no() -> ChannelLink:
    raise AssertionError("no channel is used")


@pytest.fixture
def floor() -> Iterator[Floor]:
    with opened() as floor:
        yield floor


@pytest.fixture
def booth(engine: Engine, stall: Stall, clock: FixedClock, floor: Floor) -> Booth:
    return Booth(engine, stall, clock, floor)
