"""Kinds of goods: lists of one kind, and how many there are of each."""

import html
import re

import pytest

from tests.cloud.client import TestClient
from tests.cloud.conftest import Stall


@pytest.fixture
def market(stall: Stall, client: TestClient) -> TestClient:
    """Two melons and greens on the shelf, mushrooms not yet."""
    for name in ("Dưa lưới", "Dưa hấu"):
        stall.offer(name=name, kind="melon")
    stall.offer(name="Rau cải", kind="vegetable")
    stall.offer(name="Nấm rơm", kind="mushroom", publish=False)
    return client


def chips(page: str) -> dict[str, str]:
    return dict(re.findall(r'href="(/cho\?loai=\w+)"[^>]*>([^<]+)<', page))


def names(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/cho/\w+">([^<]+)<', page)


@pytest.mark.parametrize("path", ["/", "/cho"])
def test_each_kind_says_how_many_there_are(market: TestClient, path: str) -> None:
    shown = {"/cho?loai=melon": "Dưa · 2", "/cho?loai=vegetable": "Rau củ · 1"}
    assert chips(market.get(path).text) == shown


def test_a_kind_has_a_page_of_its_own(market: TestClient) -> None:
    page = market.get("/cho?loai=melon").text
    assert names(page) == ["Dưa hấu", "Dưa lưới"]
    assert "<h1>Dưa</h1>" in page
    assert '<link rel="canonical" href="http://testserver/cho?loai=melon">' in page
    assert "All kinds" in market.get("/cho?loai=melon&lang=en").text


def test_a_search_stays_within_its_kind(market: TestClient) -> None:
    assert names(market.get("/cho?loai=melon&q=dua").text) == ["Dưa hấu", "Dưa lưới"]
    assert names(market.get("/cho?loai=vegetable&q=dua").text) == []
    assert 'name="loai" value="melon"' in market.get("/cho?loai=melon").text


def test_a_kind_and_a_province_narrow_together(market: TestClient) -> None:
    assert len(names(market.get("/cho?loai=melon&tinh=66").text)) == 2
    assert names(market.get("/cho?loai=melon&tinh=01").text) == []


def test_a_kind_without_goods_says_so_and_an_unknown_one_is_refused(market: TestClient) -> None:
    assert "Không thấy món nào" in market.get("/cho?loai=honey").text
    assert market.get("/cho?loai=diamond").status_code == 422


def test_the_next_page_is_of_the_same_kind(stall: Stall, client: TestClient) -> None:
    for n in range(25):
        stall.offer(name=f"Dưa {n:02}", kind="melon")
    onward = re.search(r'rel="next" href="([^"]+)"', client.get("/cho?loai=melon").text)
    assert onward is not None
    assert "loai=melon" in onward[1]
    assert names(client.get(html.unescape(onward[1])).text) == ["Dưa 00"]
