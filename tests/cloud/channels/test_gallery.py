"""Pictures and packs of a product, as channels are told of them."""

from fastapi import FastAPI
from sqlmodel import Session, update

from cloud.channels import goods
from cloud.channels.codes import Channel
from cloud.channels.gallery import of_products
from cloud.channels.limits import check
from cloud.db import writing
from cloud.media.models import Picture
from cloud.products.models import Product, Stock, Variant
from cloud.products.service import Listing
from cloud.settings import Settings
from tests.cloud.channels import feed_checker
from tests.cloud.channels.conftest import WINDOW, Booth
from tests.cloud.channels.test_feeds import settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.pictures import picture

__all__ = ["settings"]


def pictured(stall: Stall, offer: Listing, count: int) -> None:
    """So many more than the one it has, all of them large enough."""
    with Session(writing(stall.engine)) as session, session.begin():
        product = session.get_one(Product, offer.product.id)
        for _one in range(count):
            picture(session, product, stall.seeded.manager.account)
        session.exec(update(Picture).values(width=4_000, height=3_000))


def test_channels_fetch_the_large_picture_that_all_of_them_read(
    stall: Stall, session: Session
) -> None:
    offer = stall.offer()
    pictured(stall, offer, 2)
    number = offer.product.id or 0
    cover, *others = of_products(session, [number], "https://vuonso.vn")[number]
    assert (cover.width, cover.height, cover.kind) == (1280, 960, "image/jpeg")
    assert cover.url.startswith("https://vuonso.vn/anh-hang/")
    assert cover.url.endswith("/1280.jpeg")
    assert len(others) == 2


def test_a_product_with_three_pictures_goes_everywhere(stall: Stall, session: Session) -> None:
    offer = stall.offer()
    pictured(stall, offer, 2)
    window = goods.Window(WINDOW.outlet)
    (one,) = goods.of_shop(session, offer.shop.id or 0, window, START)
    assert check(one.listing(3)) == ()


def test_each_pack_is_an_item_of_one_group(
    app: FastAPI, stall: Stall, booth: Booth, client: TestClient, settings: Settings
) -> None:
    assert settings.public_url == "https://vuonso.vn"
    assert app.state.gallery is of_products
    offer = stall.offer(packs=20)
    pictured(stall, offer, 0)
    with Session(writing(stall.engine)) as session, session.begin():
        small = Variant(
            cooperative_id=offer.product.cooperative_id,
            product_id=offer.product.id or 0,
            pack_name="500 g",
            mass_g=500,
            price=19_000,
        )
        session.add(small)
        session.flush()
        session.add(Stock(variant_id=small.id or 0, on_hand=4))
    booth.use(Channel.GOOGLE)
    items = feed_checker.of_rss(client.get(f"/kenh/{'t' * 32}/google.xml").content)
    assert [item["unit_pricing_measure"] for item in items] == [["1000 g"], ["500 g"]]
    assert {item["item_group_id"][0] for item in items} == {offer.product.public_id}
