"""What channels fetch, read by a strict reader that shares no code with the writer."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, select, update

from cloud.channels.codes import Channel
from cloud.channels.feeds import Head, rss, table, tsv
from cloud.channels.limits import check
from cloud.channels.listing import canonical
from cloud.channels.models import ChannelLink
from cloud.db import writing
from cloud.products.models import Stock
from cloud.settings import Settings
from tests.cloud.channels import feed_checker
from tests.cloud.channels.conftest import Booth, three_photos
from tests.cloud.channels.test_limits import PACK, listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import Stall
from tests.cloud.orders.early import HARVEST, announce, buy

HEAD = Head("HTX Ea Kao & Bạn", "https://vuonso.vn/cho", "Rau & quả <sạch>")
GTIN = "08938500000010"
TEXTS = st.text(min_size=1, max_size=60)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": "https://vuonso.vn"})


@pytest.fixture
def base(app: FastAPI, stall: Stall, booth: Booth) -> str:
    """Two products, one sold out; both feeds are on."""
    app.state.gallery = three_photos
    stall.offer(packs=20)
    gone = stall.offer(packs=5, name="Cà chua bi & ớt <chuông>")
    with Session(writing(stall.engine)) as session, session.begin():
        sold_out = update(Stock).values(on_hand=0)
        session.exec(sold_out.where(col(Stock.variant_id) == gone.variant.id))
    booth.use(Channel.GOOGLE, Channel.FACEBOOK)
    return f"/kenh/{booth.shop().feed_token}"


def test_each_feed_is_what_its_channel_describes(base: str, client: TestClient) -> None:
    rows = feed_checker.of_rss(client.get(f"{base}/google.xml").content)
    assert sorted(row["availability"][0] for row in rows) == ["in_stock", "out_of_stock"]
    assert [row["additional_image_link"] for row in rows] == [
        ["https://vuonso.vn/anh/1.jpg", "https://vuonso.vn/anh/2.jpg"]
    ] * 2
    assert feed_checker.of_tsv(client.get(f"{base}/google.tsv").content) == rows
    meta = feed_checker.of_meta_csv(client.get(f"{base}/facebook.csv").content)
    assert [row["title"] for row in meta] == [row["title"][0] for row in rows]


def test_what_is_ordered_ahead_says_when_it_is_there(
    base: str, stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=2, name="Dưa lưới vụ sau")
    announce(stall, listing)
    buy(stall, listing, 2)
    rows = feed_checker.of_rss(client.get(f"{base}/google.xml").content)
    (row,) = [one for one in rows if one["availability"] == ["preorder"]]
    assert row["id"] == [listing.variant.public_id]
    assert row["availability_date"] == [f"{HARVEST}T00:00+0700"]
    assert feed_checker.of_tsv(client.get(f"{base}/google.tsv").content) == rows
    meta = feed_checker.of_meta_csv(client.get(f"{base}/facebook.csv").content)
    assert [one["availability"] for one in meta].count("preorder") == 1


def test_a_feed_says_what_the_page_of_the_product_says(
    base: str, stall: Stall, client: TestClient
) -> None:
    """Another price or availability there is a reason to be thrown out."""
    listing = stall.offer(packs=2, name="Dưa lưới vụ sau")
    announce(stall, listing)
    buy(stall, listing, 2)
    for row in feed_checker.of_rss(client.get(f"{base}/google.xml").content):
        page = client.get(row["link"][0].removeprefix("https://vuonso.vn")).text
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        assert found
        offers = json.loads(unescape(found[1]))["offers"]
        (offer,) = [one for one in offers if one["sku"] == row["id"][0]]
        assert row["price"] == [f"{offer['price']} {offer['priceCurrency']}"]
        words = {"in_stock": "InStock", "out_of_stock": "OutOfStock", "preorder": "PreOrder"}
        stock = words[row["availability"][0]]
        assert offer["availability"] == f"https://schema.org/{stock}"
        assert offer["url"] == row["link"][0]


def test_what_has_not_changed_is_not_sent_again(
    base: str, client: TestClient, stall: Stall
) -> None:
    first = client.get(f"{base}/google.xml")
    tag = {"If-None-Match": first.headers["etag"]}
    again = client.get(f"{base}/google.xml", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(Stock).values(on_hand=0))
    assert client.get(f"{base}/google.xml", headers=tag).status_code == 200


def test_who_fetched_it_last_is_seen(base: str, client: TestClient, stall: Stall) -> None:
    client.get(f"{base}/google.tsv")
    with Session(stall.engine) as session:
        links = session.exec(select(ChannelLink)).all()
    assert {link.channel: link.fetched_at for link in links} == {
        Channel.GOOGLE: stall.now,
        Channel.FACEBOOK: None,
    }


@pytest.mark.parametrize("path", ["/kenh/guess/google.xml", "{base}/shopee.xml", "{base}/x"])
def test_nobody_guesses_a_feed(base: str, client: TestClient, path: str) -> None:
    assert client.get(path.format(base=base)).status_code == 404


def test_a_feed_ends_with_its_channel_or_its_address(
    base: str, client: TestClient, booth: Booth
) -> None:
    booth.change(booth.link(), on=False)
    assert client.get(f"{base}/google.xml").status_code == 404
    assert client.get(f"{base}/facebook.csv").status_code == 200
    booth.change(booth.shop(), feed_token="another")
    assert client.get(f"{base}/facebook.csv").status_code == 404
    assert client.get("/kenh/another/facebook.csv").status_code == 200
    booth.change(booth.shop(), stopped_at=booth.now)
    assert client.get("/kenh/another/facebook.csv").status_code == 404


def test_what_a_channel_would_refuse_and_samples_are_not_in_it(
    app: FastAPI, stall: Stall, client: TestClient, booth: Booth
) -> None:
    stall.offer(packs=20)
    stall.offer(packs=20, simulated=True)
    booth.use(Channel.GOOGLE)
    path = f"/kenh/{booth.shop().feed_token}/google.xml"
    assert feed_checker.of_rss(client.get(path).content) == []
    app.state.gallery = three_photos
    assert len(feed_checker.of_rss(client.get(path).content)) == 1


@given(name=TEXTS, about=TEXTS, price=st.integers(1, 10**12), code=st.sampled_from(["", GTIN]))
def test_whatever_people_write_gives_a_feed_that_can_be_read(
    name: str, about: str, price: int, code: str
) -> None:
    pack = replace(PACK, name=f"Rau {name}", about=about, price=price, gtin=code)
    told = canonical(pack, "HTX Ea Kao", listing().url, 3, listed=True)
    if check(told, [Channel.GOOGLE]):
        return
    (item,) = feed_checker.of_rss("".join(rss(HEAD, [told])).encode())
    assert item["price"] == [f"{price} VND"]
    assert len(feed_checker.of_tsv("".join(tsv(HEAD, [told])).encode())) == 1
    assert len(feed_checker.of_meta_csv("".join(table(HEAD, [told])).encode())) == 1
