"""The market: what buyers and search engines see, and ordering by a plain form."""

import html
import json
import re

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from cloud.app import create_app
from cloud.market.rules import Offered, PackOffer, description, json_ld
from cloud.products.service import Listing
from cloud.settings import Settings
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Stall

BUYER = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "address": "12 Lê Lợi, Bến Thành"}


def path(listing: Listing) -> str:
    return f"/cho/{listing.product.public_id}"


def structured(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


@pytest.fixture
def real_client(settings: Settings, engine: Engine, clock: FixedClock) -> TestClient:
    """A browser at an installation that is no demonstration."""
    settings = settings.model_copy(update={"demo": False})
    app: FastAPI = create_app(settings, engine, clock)
    return TestClient(app, headers={"Origin": "http://testserver"})


def test_the_market_lists_name_price_unit_price_and_what_is_left(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=5, pack_mass_g=500, price=45_000)
    page = client.get("/cho")
    assert page.status_code == 200
    for shown in (listing.product.name, "45.000 đ", "500 g", "90.000 đ/kg", "còn 10 gói"):
        assert shown in page.text
    assert path(listing) in page.text
    assert "MẪU" not in page.text


def test_an_empty_market_and_an_empty_search_say_so(client: TestClient) -> None:
    assert "Chợ chưa có hàng" in client.get("/cho").text
    assert "Không thấy món nào" in client.get("/cho?q=xoai").text


def test_a_buyer_without_marks_finds_it(stall: Stall, client: TestClient) -> None:
    stall.offer(name="Đường phèn")
    assert "Đường phèn" in client.get("/cho", params={"q": "duong"}).text


def test_a_long_market_has_pages(stall: Stall, client: TestClient) -> None:
    for n in range(25):
        stall.offer(name=f"Món số {n:02}")
    first = client.get("/cho?q=mon").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = client.get(html.unescape(onward[1])).text
    seen = re.findall(r">Món số (\d\d)<", first + second)
    assert seen == [f"{n:02}" for n in range(24, -1, -1)]
    assert 'rel="next"' not in second


def test_a_product_page_tells_where_when_and_how_much_water(
    stall: Stall, client: TestClient
) -> None:
    page = client.get(path(stall.offer(packs=7)))
    assert page.status_code == 200
    for shown in (
        "35.000 đ",
        "còn 7 gói",
        "02/03/2026",
        "Xã Thử, Đắk Lắk",
        "1.234 lít",
        "HTX Thử",
    ):
        assert shown in page.text


def test_search_engines_read_product_offer_and_unit_price(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(pack_mass_g=500, price=45_000)
    data = structured(client.get(path(listing)).text)
    assert data["@type"] == "Product"
    assert data["name"] == listing.product.name
    offers = data["offers"]
    assert isinstance(offers, list)
    (offer,) = offers
    assert (offer["price"], offer["priceCurrency"]) == (45_000, "VND")
    assert offer["availability"] == "https://schema.org/InStock"
    assert offer["url"] == f"http://testserver{path(listing)}"
    reference = offer["priceSpecification"]["referenceQuantity"]
    assert (reference["value"], reference["unitCode"]) == (500, "GRM")
    assert reference["valueReference"] == {
        "@type": "QuantitativeValue",
        "value": 1,
        "unitCode": "KGM",
    }


def test_what_is_sold_out_says_so() -> None:
    pack = PackOffer("s", "500 g", 1_000, 500, left=0)
    offers = json_ld(Offered("Dưa", "", "s", "u", "HTX", [pack]))["offers"]
    assert isinstance(offers, list)
    (offer,) = offers
    assert offer["availability"] == "https://schema.org/OutOfStock"


def test_a_name_cannot_leave_the_data_block(stall: Stall, client: TestClient) -> None:
    nasty = '</script><script>alert("x")</script>'
    page = client.get(path(stall.offer(name=nasty))).text
    assert "<script>alert" not in page
    assert structured(page)["name"] == nasty


def test_without_own_words_the_facts_describe_it() -> None:
    assert description("", "Dưa lưới", 1_000, "Đắk Lắk") == "Dưa lưới, 1 kg. Đắk Lắk."
    assert description("Ngọt lắm.", "Dưa lưới", 1_000, "Đắk Lắk") == "Ngọt lắm."


def test_english_readers_get_the_english_words(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(description_vi="Ngọt lắm.", description_en="Very sweet.")
    assert "Ngọt lắm." in client.get(path(listing)).text
    page = client.get(f"{path(listing)}?lang=en").text
    assert "Very sweet." in page
    assert "Ngọt lắm." not in page


def test_a_sample_is_marked_in_the_demonstration(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(simulated=True)
    assert "MẪU" in client.get("/cho").text
    page = client.get(path(listing)).text
    assert "MẪU" in page
    assert 'content="noindex"' in page


def test_a_sample_does_not_exist_anywhere_else(stall: Stall, real_client: TestClient) -> None:
    listing = stall.offer(simulated=True)
    assert listing.product.name not in real_client.get("/cho").text
    assert real_client.get(path(listing)).status_code == 404
    order = {**BUYER, "quantity": "1", "key": "k" * 16}
    body = {**order, "quantity": 1, "product": listing.product.public_id}
    assert real_client.post("/api/v1/orders", json=body).status_code == 404


def test_an_unknown_product_is_a_calm_404(client: TestClient) -> None:
    page = client.get("/cho/zzzzzzzzzz")
    assert page.status_code == 404
    assert "không còn bán" in page.text


def test_another_sites_form_orders_nothing(stall: Stall, client: TestClient) -> None:
    form = {"variant": stall.offer().variant.public_id, "quantity": "1"}
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.post("/gio", data=form, headers=foreign).status_code == 403
