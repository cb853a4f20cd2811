"""An address is kept with its commune's code; what is converted says what it was called."""

import pytest
from sqlmodel import Session, SQLModel, select

from cloud import settling
from cloud.addresses.rules import confirmed, settle
from cloud.addresses.units import atlas, named
from cloud.db import writing
from cloud.orders import buyers
from cloud.orders.models import OrderBuyer
from cloud.products.models import Shop
from cloud.shipping.models import PickupPoint
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.market.filled import fields

OLD = "12 Lê Lợi, phường Bến Nghé, quận 1, TP. Hồ Chí Minh"
WAS = "phường Bến Nghé, quận 1, TP. Hồ Chí Minh"
NOW = "12 Lê Lợi, Phường Sài Gòn, Thành phố Hồ Chí Minh"
SAIGON = {"province": "79", "commune": "26740", "street": "12 Lê Lợi"}


def divided() -> str:
    """A former ward that is in several communes today."""
    return next(
        f"{ward}, {district}, {province}"
        for province, old in atlas().old.items()
        for district, wards in old.districts.items()
        for ward, became in wards.items()
        if len(became) > 1
    )


def ordered(client: TestClient, stall: Stall, **where: object) -> str:
    wish = {
        "product": stall.offer().product.public_id,
        "quantity": 1,
        "name": "Hoa",
        "phone": "0912345678",
        "key": "k" * 16,
    }
    answer = client.post("/api/v1/orders", json=wish | where)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def kept(stall: Stall, table: type[SQLModel] = OrderBuyer) -> tuple[str, str, str, str]:
    with Session(stall.engine) as session:
        row = session.exec(select(table)).one()
        assert isinstance(row, OrderBuyer | PickupPoint | Shop)
        return row.address, row.commune, row.units, row.address_before


CONVERTED = (NOW, "79.26740", atlas().version, WAS)


def test_what_leaves_a_doubt_stays_as_it_was_typed() -> None:
    for text in ("12 Lê Lợi", f"12 Lê Lợi, {divided()}", "Thôn 1, xã Không Có, Đắk Lắk"):
        assert settle(atlas(), text).address == text
        assert settle(atlas(), text).code == ""


@pytest.mark.parametrize("province", ["19", "79"])
def test_every_commune_is_found_by_the_code_that_is_kept(province: str) -> None:
    """In Thái Nguyên, Văn Lang and Văn Lăng differ by a mark."""
    for one in atlas().communes[province]:
        kept_as = settle(atlas(), f"1 Đường A, {one.name}, {one.province.name}")
        assert named(kept_as.code) == one
    assert named("") is None


def test_only_a_former_name_of_that_commune_is_taken_down() -> None:
    saigon = named("79.26740")
    assert saigon is not None
    assert confirmed(atlas(), saigon, WAS) == WAS
    assert confirmed(atlas(), saigon, "phường 1, quận 3, TP. Hồ Chí Minh") == ""
    assert confirmed(atlas(), saigon, "<b>") == ""


def test_an_old_address_in_one_line_is_converted_and_the_buyer_reads_so(
    stall: Stall, client: TestClient
) -> None:
    order = ordered(client, stall, address=OLD)
    assert kept(stall) == CONVERTED
    assert f"Tên cũ: {WAS}" in client.get(f"/don/{order}").text


def test_a_program_may_send_the_parts(stall: Stall, client: TestClient) -> None:
    ordered(client, stall, place=SAIGON)
    assert kept(stall) == (NOW, "79.26740", atlas().version, "")


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"place": SAIGON | {"province": "01"}},
        {"place": SAIGON | {"street": ""}},
        {"place": SAIGON | {"commune": "Sài Gòn"}},
    ],
)
def test_an_order_to_nowhere_is_refused(
    stall: Stall, client: TestClient, where: dict[str, object]
) -> None:
    wish = {"product": stall.offer().product.public_id, "quantity": 1, "key": "k" * 16}
    buyer = {"name": "Hoa", "phone": "0912345678"}
    assert client.post("/api/v1/orders", json=wish | buyer | where).status_code == 422


def test_the_checkout_keeps_what_the_old_address_was_called(
    stall: Stall, client: TestClient
) -> None:
    client.post("/gio", data={"variant": stall.offer().variant.public_id, "quantity": "1"})
    page = client.get("/gio/dat", params={"cu": OLD}).text
    client.post("/gio/dat", data=fields(page) | {"name": "Hoa", "phone": "0912345678"})
    assert kept(stall) == CONVERTED


def test_who_is_forgotten_leaves_no_commune(stall: Stall, client: TestClient) -> None:
    order = ordered(client, stall, address=OLD)
    with Session(writing(stall.engine)) as session, session.begin():
        buyers.erase_again(session, order, START)
    assert kept(stall) == ("", "", atlas().version, "")


def test_a_shop_and_its_points_are_converted_as_they_are_told(
    stall: Stall, as_manager: TestClient
) -> None:
    point = {"name": "Kho", "address": OLD, "hours": "7-17"}
    assert f"Tên cũ: {WAS}" in as_manager.post("/htx/giao-hang/diem", data=point).text
    assert kept(stall, PickupPoint) == CONVERTED
    told = {"name": "HTX", "registration": "0101243150", "representative": "Hoa", "address": OLD}
    assert f"Tên cũ: {WAS}" in as_manager.post("/htx/gian-hang", data=told).text
    assert kept(stall, Shop) == CONVERTED


def test_what_was_written_before_is_understood_in_the_night(
    stall: Stall, client: TestClient
) -> None:
    ordered(client, stall, place=SAIGON)
    with Session(writing(stall.engine)) as session, session.begin():
        buyer, shop = session.exec(select(OrderBuyer)).one(), session.exec(select(Shop)).one()
        for row, address in ((buyer, OLD), (shop, "Thôn 1")):
            row.address, row.commune, row.units = address, "", ""
    settling.settle_all(stall.engine, START)
    assert kept(stall) == CONVERTED
    assert kept(stall, Shop) == ("Thôn 1", "", atlas().version, "")
