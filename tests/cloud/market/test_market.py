"""The market: what buyers and search engines see, and ordering by a plain form."""

import html
import json
import re
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from cloud.app import create_app
from cloud.market.rules import Offered, description, json_ld
from cloud.orders.models import IdempotencyKey, Order, OrderBuyer
from cloud.products.service import Listing
from cloud.settings import Settings
from tests.cloud.conftest import FixedClock, Stall

BUYER = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "address": "12 Lê Lợi, Bến Thành"}


class Fields(HTMLParser):
    """The fields of a page's forms as a browser would send them back."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        self._area = name if tag == "textarea" else ""
        if tag in {"input", "textarea"}:
            self.values[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area


def fields(page: str) -> dict[str, str]:
    parser = Fields()
    parser.feed(page)
    return parser.values


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
    seen = re.findall(r"Món số (\d\d)", first + second)
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
    offer = data["offers"]
    assert isinstance(offer, dict)
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
    sold_out = Offered("Dưa", "", "s", "u", "HTX", 1_000, 500, left=0)
    offer = json_ld(sold_out)["offers"]
    assert isinstance(offer, dict)
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
    assert real_client.post(f"{path(listing)}/mua", data=order).status_code == 404
    body = {**order, "quantity": 1, "product": listing.product.public_id}
    assert real_client.post("/api/v1/orders", json=body).status_code == 404


def test_an_unknown_product_is_a_calm_404(client: TestClient) -> None:
    page = client.get("/cho/zzzzzzzzzz")
    assert page.status_code == 404
    assert "không còn bán" in page.text


def test_a_guest_orders_by_the_plain_form(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=5)
    form = fields(client.get(path(listing)).text) | BUYER | {"quantity": "2"}

    answer = client.post(f"{path(listing)}/mua", data=form, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/don/")
    page = client.get(answer.headers["location"]).text
    assert "70.000 đ" in page
    again = client.post(f"{path(listing)}/mua", data=form, follow_redirects=False)
    assert again.headers["location"] == answer.headers["location"]
    with Session(stall.engine) as session:
        buyer = session.exec(select(OrderBuyer)).one()
        assert (buyer.name, buyer.phone) == ("Nguyễn Thị Hoa", "+84912345678")


def test_ordering_too_much_names_what_is_left_and_keeps_what_was_typed(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=5)
    form = fields(client.get(path(listing)).text) | BUYER | {"quantity": "9"}

    refused = client.post(f"{path(listing)}/mua", data=form)

    assert refused.status_code == 409
    assert "«Dưa lưới ruột cam» chỉ còn 5 gói" in refused.text
    kept = fields(refused.text)
    assert {name: kept[name] for name in BUYER} == BUYER
    assert kept["quantity"] == "9"
    with Session(stall.engine) as session:
        assert session.exec(select(Order)).all() == []
        assert session.exec(select(IdempotencyKey)).all() == []
    mended = client.post(f"{path(listing)}/mua", data=kept | {"quantity": "5"})
    assert mended.status_code == 200
    assert "175.000 đ" in mended.text


def test_the_same_form_changed_is_refused_and_can_be_sent_anew(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=9)
    form = fields(client.get(path(listing)).text) | BUYER | {"quantity": "2"}
    client.post(f"{path(listing)}/mua", data=form)
    refused = client.post(f"{path(listing)}/mua", data=form | {"quantity": "3"})
    assert refused.status_code == 409
    assert "Đơn này đã gửi rồi" in refused.text
    assert client.post(f"{path(listing)}/mua", data=fields(refused.text)).status_code == 200
    with Session(stall.engine) as session:
        assert len(session.exec(select(Order)).all()) == 2


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("phone", "0123", "Số điện thoại chưa đúng"),
        ("name", " ", "Hãy ghi tên người nhận"),
        ("address", "Huế", "Hãy ghi địa chỉ giao hàng"),
        ("quantity", "hai", "Hãy ghi số gói"),
        ("quantity", "0", "Hãy ghi số gói"),
        ("key", "", "Trang này cũ rồi"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_beside_it(
    stall: Stall, client: TestClient, name: str, typed: str, words: str
) -> None:
    listing = stall.offer()
    form = fields(client.get(path(listing)).text) | BUYER | {name: typed}
    refused = client.post(f"{path(listing)}/mua", data=form)
    assert refused.status_code == 422
    assert words in refused.text
    if name != "key":
        assert f'aria-describedby="{name}-error"' in refused.text
        assert fields(refused.text)[name] == typed


def test_an_item_with_a_percent_sign_is_still_named(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(name="Nước ép 100%s dưa", packs=1)
    form = fields(client.get(path(listing)).text) | BUYER | {"quantity": "2"}
    refused = client.post(f"{path(listing)}/mua", data=form)
    assert "«Nước ép 100%s dưa» chỉ còn 1 gói" in refused.text


def test_a_refused_form_opened_again_leads_to_the_product(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer()
    answer = client.get(f"{path(listing)}/mua", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, path(listing))


def test_another_sites_form_orders_nothing(stall: Stall, client: TestClient) -> None:
    listing = stall.offer()
    form = BUYER | {"quantity": "1", "key": "k" * 16}
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.post(f"{path(listing)}/mua", data=form, headers=foreign).status_code == 403
