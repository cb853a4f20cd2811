"""What is ordered before its harvest, on the pages of buyers, shop and packing room."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.orders import desk
from cloud.orders.rules import Step
from cloud.products import upkeep
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.market.test_cart import filled, put
from tests.cloud.orders.early import HARVEST, SEASON, TODAY, announce, buy, reap, wanted
from tests.cloud.packing.test_papers import words

DAY = f"{HARVEST:%d/%m/%Y}"


@pytest.fixture
def melons(stall: Stall) -> Listing:
    """Three packs are there, and ten more can be ordered before they are harvested."""
    listing = stall.offer(packs=3)
    announce(stall, listing)
    return listing


def test_a_buyer_reads_of_the_harvest_on_every_screen(melons: Listing, client: TestClient) -> None:
    product = client.get(f"/cho/{melons.product.public_id}").text
    assert f"Đặt trước – thu hoạch khoảng {DAY}, còn nhận 10 gói" in product
    assert 'max="13"' in product
    put(client, melons, 5)
    assert f"2 gói, thu hoạch khoảng {DAY}" in client.get("/gio").text
    form = filled(client)
    assert form["ahead"] == "1"
    page = client.post("/gio/dat", data=form).text
    assert f"Đơn chờ thu hoạch, khoảng {DAY}" in page
    assert f"lô {melons.lot.code}" in page
    assert "còn nhận 8 gói" in client.get(f"/cho/{melons.product.public_id}").text


def test_what_is_all_there_asks_nobody_to_wait(melons: Listing, client: TestClient) -> None:
    put(client, melons, 3)
    assert "Đặt trước" not in client.get("/gio").text
    form = filled(client)
    assert "ahead" not in form
    assert "thu hoạch khoảng" not in client.post("/gio/dat", data=form).text


def test_packs_that_went_meanwhile_are_asked_for_ahead(
    stall: Stall, melons: Listing, client: TestClient
) -> None:
    put(client, melons, 3)
    form = filled(client)
    buy(stall, melons, 2, "sooner")
    asked = client.post("/gio/dat", data=form)
    assert asked.status_code == 409
    assert "có sẵn 1 gói, phần còn lại phải đợi thu hoạch" in asked.text
    assert 'name="ahead" value="1"' in asked.text
    assert "Đơn chờ thu hoạch" in client.post("/gio/dat", data=filled(client)).text


def test_what_is_sold_out_can_be_ordered_ahead(
    stall: Stall, melons: Listing, client: TestClient
) -> None:
    buy(stall, melons, 3)
    product = client.get(f"/cho/{melons.product.public_id}").text
    assert "Hết hàng<" not in product
    assert "Thêm vào giỏ" in product
    assert "https://schema.org/PreOrder" in product
    assert f'"availabilityStarts": "{HARVEST}"' in product
    assert f"Đặt trước, thu hoạch khoảng {HARVEST:%d/%m}" in client.get("/cho").text
    told = client.get(f"/api/v1/products/{melons.product.public_id}").json()["packs"]
    assert [(one["left"], one["ahead"], one["harvest_on"]) for one in told] == [
        (0, 10, f"{HARVEST}")
    ]


def test_a_program_orders_ahead_if_it_says_so(melons: Listing, client: TestClient) -> None:
    body = wanted(melons, 5, "program").model_dump(mode="json", exclude_none=True)
    refused = client.post("/api/v1/orders", json={**body, "ahead": None})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "sold_ahead")
    placed = client.post("/api/v1/orders", json=body)
    assert (placed.status_code, placed.json()["harvest_on"]) == (201, f"{HARVEST}")


def test_the_shop_says_how_many_and_sees_who_waits(stall: Stall, as_manager: TestClient) -> None:
    listing = stall.offer(packs=1)
    product = f"/htx/san-pham/{listing.product.public_id}"
    days = {"opens_on": f"{TODAY}", "closes_on": f"{SEASON}", "harvest_on": f"{HARVEST}"}
    form = days | {"pack": listing.variant.public_id, "ahead": "200"}
    assert as_manager.post(f"{product}/dot-ban", data=form).status_code == 200
    assert "khách đã đặt trước 0, còn nhận 200 gói" in as_manager.get(product).text
    buy(stall, listing, 31)
    page = as_manager.get(product).text
    assert "khách đã đặt trước 30, còn nhận 170 gói" in page
    closing = page.partition('action="/htx/dot-ban/')[2][:10]
    page = as_manager.post(f"/htx/dot-ban/{closing}/xoa").text
    assert "khách đã đặt trước 30, còn nhận 0 gói" in page
    refused = as_manager.post(f"{product}/dot-ban", data=form | {"harvest_on": ""})
    assert refused.status_code == 409


def test_days_of_sale_without_packs_ahead_are_as_they_were(
    stall: Stall, as_manager: TestClient
) -> None:
    listing = stall.offer(packs=1)
    product = f"/htx/san-pham/{listing.product.public_id}"
    form = {"opens_on": f"{TODAY}", "closes_on": f"{SEASON}", "harvest_on": "", "ahead": ""}
    form["pack"] = listing.variant.public_id
    page = as_manager.post(f"{product}/dot-ban", data=form).text
    assert f"{SEASON:%d/%m/%Y}" in page
    assert "khách đã đặt trước" not in page


def test_desk_and_packing_room_say_that_it_waits(
    stall: Stall, melons: Listing, as_manager: TestClient, clock: FixedClock
) -> None:
    placed = buy(stall, melons, 5)
    order, who = placed.order.public_id, stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        desk.lead(session, who, order, Step.CONFIRM, START)
    waits = as_manager.get("/htx/don").text
    assert f"Chờ thu hoạch, khoảng {DAY}." in waits
    assert "1 đơn chờ thu hoạch" in waits
    assert 'value="pack"' not in waits
    assert 'value="cancel"' in waits
    assert f"chờ thu hoạch {DAY}" in as_manager.get("/htx/soan-hang").text
    slip = words(as_manager.get(f"/htx/don/{order}/phieu.pdf").content)
    assert f"Chờ thu hoạch, khoảng {DAY}" in slip
    assert as_manager.post(f"/htx/don/{order}", data={"step": "pack"}).status_code == 409
    clock.advance(days=21)
    manager = stall.seeded.manager
    form = {"phone": manager.phone, "password": manager.password}
    as_manager.post("/dang-nhap", data=form)
    assert "Đã qua ngày này" in as_manager.get("/htx/don").text
    assert "Đã qua ngày dự kiến" in as_manager.get(f"/don/{order}").text
    lot = reap(stall, melons, 2)
    packed = as_manager.get("/htx/don").text
    assert "Đơn đặt trước đã có hàng" in packed
    assert 'value="pack"' in packed
    assert f"lô {lot.code}" in as_manager.get(f"/don/{order}").text


def test_a_product_that_is_sold_only_ahead_stays_on_sale_in_its_days(
    stall: Stall, melons: Listing, client: TestClient
) -> None:
    buy(stall, melons, 3)
    upkeep.work(stall.engine, START + timedelta(days=1))
    assert client.get(f"/cho/{melons.product.public_id}").status_code == 200
