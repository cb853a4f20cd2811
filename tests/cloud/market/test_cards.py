"""Cards of products are drawn once for all lists, and never show what is no longer so."""

from dataclasses import fields

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.market.reading import Card, Cover
from cloud.products import packs
from cloud.products.forms import CountForm, PriceForm
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.market.test_keeping import buy

COOKIE = {"Cookie": "sid=somebody"}
"""For whom no page is kept: each is put together anew."""


def count(stall: Stall, pack: str, fewer: int) -> None:
    form = CountForm(way="fewer", quantity=fewer, reason="hỏng", key=f"key-of-a-count-{fewer}")
    with Session(writing(stall.engine)) as session, session.begin():
        packs.correct(session, stall.seeded.manager.principal, pack, form, START)


@pytest.mark.parametrize("where", ["/", "/cho", "/cho?q=dua", "/gian-hang/{shop}"])
def test_every_list_shows_price_and_packs_of_this_moment(
    stall: Stall, client: TestClient, where: str
) -> None:
    listing = stall.offer(packs=5)
    pack, where = listing.variant.public_id, where.format(shop=listing.shop.public_id)

    def page() -> str:
        return client.get(where, headers=COOKIE).text

    assert "còn 5 gói" in page()
    buy(stall, listing, 2)
    assert "còn 3 gói" in page()
    with Session(writing(stall.engine)) as session, session.begin():
        packs.reprice(
            session, stall.seeded.manager.principal, pack, PriceForm(price=33_000), START
        )
    assert "33.000 đ" in page()
    count(stall, pack, fewer=3)
    assert "Hết hàng" in page()
    assert " gói" not in page().partition('<ul class="grid2">')[2].partition("</ul>")[0]


def test_a_card_speaks_the_language_of_each_reader(stall: Stall, client: TestClient) -> None:
    stall.offer(packs=5)
    told = [client.get(f"/cho?lang={code}", headers=COOKIE).text for code in ("vi", "en", "vi")]
    assert ["còn 5 gói" in page for page in told] == [True, False, True]


def test_a_card_is_kept_by_all_that_it_shows() -> None:
    assert all(field.compare for kind in (Card, Cover) for field in fields(kind))
