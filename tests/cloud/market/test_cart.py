"""The cart and guest checkout: three screens, one order for each stall, nothing twice."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from httpx2 import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from cloud.addresses.units import atlas
from cloud.cooperatives import service as cooperatives
from cloud.db import writing
from cloud.market import cart
from cloud.orders import service
from cloud.orders.errors import KeyReused
from cloud.orders.models import CheckoutRequest, IdempotencyKey, Order, OrderBuyer, OrderLine
from cloud.products import service as products
from cloud.products.models import Product, ProductState, Stock, Variant
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.market.filled import fields

TRIALS = int(os.environ.get("VUONSO_TRIALS", "20"))
"""Double submits; `script/prove twice` sends a thousand."""

BUYER = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "street": "12 Lê Lợi"}
HANOI = "01"


def ward() -> str:
    return atlas().communes[HANOI][0].code


def put(client: TestClient, listing: Listing, packs: int = 1) -> None:
    form = {"variant": listing.variant.public_id, "quantity": str(packs)}
    assert client.post("/gio", data=form).status_code == 200


def filled(client: TestClient, **fields_of: str) -> dict[str, str]:
    page = client.get(f"/gio/dat?tinh={HANOI}")
    return fields(page.text) | BUYER | {"commune": ward()} | fields_of


@pytest.fixture
def other(stall: Stall) -> Listing:
    """A product of a second stall."""
    moved = stall.offer(name="Gạo Huế").product
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        owner = cooperatives.create(session, "HTX Hai", "Xã Hai, Huế", "+84234000001", START)
        account = products.Account("Ngân hàng Thử", "970499", "99", "HTX HAI")
        shop = products.open_shop(session, owner, account, START)
        theirs = session.get_one(Product, moved.id)
        variant = session.exec(select(Variant).where(Variant.product_id == moved.id)).one()
        theirs.shop_id, theirs.cooperative_id = shop.id or 0, shop.cooperative_id
        variant.cooperative_id = shop.cooperative_id
        session.flush()
        manager = replace(stall.seeded.manager.principal, cooperative_id=shop.cooperative_id)
        return products.own_one(session, manager, theirs.public_id)


def test_a_guest_buys_on_three_screens(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=5)
    put(client, listing, 2)
    assert "70.000 đ" in client.get("/gio").text
    answer = client.post("/gio/dat", data=filled(client), follow_redirects=False)
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "70.000 đ" in page.text
    assert "VietQR" in page.text
    assert "Giỏ chưa có gì" in client.get("/gio").text
    with Session(stall.engine) as session:
        buyer = session.exec(select(OrderBuyer)).one()
        assert (buyer.name, buyer.phone) == ("Nguyễn Thị Hoa", "+84912345678")
        name = atlas().communes[HANOI][0].name
        assert buyer.address == f"12 Lê Lợi, {name}, Thành phố Hà Nội"


def test_the_cart_is_put_together_changed_and_emptied(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=9)
    put(client, listing, 2)
    put(client, listing, 3)
    assert "175.000 đ" in client.get("/gio").text
    one = listing.variant.public_id
    client.post("/gio/doi", data={"variant": one, "quantity": "4"})
    assert "140.000 đ" in client.get("/gio").text
    client.post("/gio/doi", data={"variant": one, "quantity": "0"})
    assert "Giỏ chưa có gì" in client.get("/gio").text


def test_two_stalls_are_two_orders_and_the_buyer_sees_it(
    stall: Stall, other: Listing, client: TestClient
) -> None:
    put(client, stall.offer(), 1)
    put(client, other, 2)
    shown = client.get("/gio").text
    assert "Giỏ có hàng của 2 người bán" in shown
    assert "HTX Hai" in shown
    answer = client.post("/gio/dat", data=filled(client), follow_redirects=False)
    page = client.get(answer.headers["location"]).text
    assert "thành 2 đơn" in page
    with Session(stall.engine) as session:
        orders = session.exec(select(Order).order_by(col(Order.id))).all()
        assert [order.total for order in orders] == [35_000, 70_000]
        assert len({order.shop_id for order in orders}) == 2
        assert all(f"/don/{order.public_id}" in page for order in orders)


def test_lines_of_one_stall_are_one_order(stall: Stall, client: TestClient) -> None:
    for name in ("Dưa lưới", "Gạo nếp"):
        put(client, stall.offer(name=name), 2)
    client.post("/gio/dat", data=filled(client))
    with Session(stall.engine) as session:
        order = session.exec(select(Order)).one()
        lines = session.exec(select(OrderLine).order_by(col(OrderLine.position))).all()
        assert [line.product_name for line in lines] == ["Dưa lưới", "Gạo nếp"]
        assert [line.position for line in lines] == [1, 2]
        assert order.total == 140_000


def test_what_is_short_is_named_nothing_is_placed_and_nothing_typed_is_lost(
    stall: Stall, client: TestClient
) -> None:
    plenty = stall.offer(name="Gạo nếp")
    put(client, plenty, 1)
    put(client, stall.offer(packs=5), 9)
    refused = client.post("/gio/dat", data=filled(client))
    assert refused.status_code == 409
    assert "«Dưa lưới ruột cam» chỉ còn 5 gói" in refused.text
    kept = fields(refused.text)
    assert {name: kept[name] for name in BUYER} == BUYER
    assert kept["commune"] == ward()
    with Session(stall.engine) as session:
        assert session.exec(select(Order)).all() == []
        assert session.exec(select(IdempotencyKey)).all() == []
        assert session.exec(select(func.sum(Stock.reserved))).one() == 0


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("phone", "0123", "Số điện thoại chưa đúng"),
        ("name", " ", "Hãy ghi tên người nhận"),
        ("street", "", "Hãy chọn xã, phường"),
        ("commune", "00000", "Hãy chọn xã, phường"),
        ("key", "", "Trang này cũ rồi"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_beside_it(
    stall: Stall, client: TestClient, name: str, typed: str, words: str
) -> None:
    put(client, stall.offer())
    refused = client.post("/gio/dat", data=filled(client) | {name: typed})
    assert refused.status_code == 422
    assert words in refused.text
    mended = fields(refused.text) | BUYER | {"commune": ward()}
    assert client.post("/gio/dat", data=mended).status_code == 200


def test_without_a_province_or_a_cart_there_is_nothing_to_ask(
    stall: Stall, client: TestClient
) -> None:
    def leads(path: str) -> str:
        return client.get(path, follow_redirects=False).headers["location"]

    assert leads(f"/gio/dat?tinh={HANOI}") == "/gio"
    put(client, stall.offer())
    assert leads("/gio/dat") == "/gio"
    assert leads("/gio/dat?tinh=00") == "/gio"


def test_an_old_address_is_converted_and_said_so(stall: Stall, client: TestClient) -> None:
    put(client, stall.offer())
    old = "12 Lê Lợi, phường Bến Nghé, quận 1, TP. Hồ Chí Minh"
    page = client.get("/gio/dat", params={"cu": old}).text
    assert "nay thuộc Phường Sài Gòn" in page
    assert fields(page)["street"] == "12 Lê Lợi"


def test_what_is_sold_no_more_is_said_and_left_out(stall: Stall, client: TestClient) -> None:
    listing = stall.offer()
    put(client, listing)
    with Session(writing(stall.engine)) as session, session.begin():
        session.get_one(Product, listing.product.id).state = ProductState.PAUSED
    assert "không còn bán" in client.get("/gio").text


def request(listing: Listing, key: str, packs: int = 1) -> CheckoutRequest:
    return CheckoutRequest(
        cart={listing.variant.public_id: packs},
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=key,
    )


def check_out(stall: Stall, wanted: CheckoutRequest) -> list[str]:
    with Session(writing(stall.engine)) as session, session.begin():
        placed = service.check_out(session, wanted, START, simulated=False)
        return [one.order.public_id for one in placed]


def test_a_double_click_orders_once(stall: Stall) -> None:
    """Both clicks at the same moment, many times over."""
    listing = stall.offer(packs=TRIALS + 1)
    with ThreadPoolExecutor(2) as clicks:
        for trial in range(TRIALS):
            wanted = request(listing, f"double-click-{trial:06}")
            one, two = clicks.map(lambda wish: check_out(stall, wish), (wanted, wanted))
            assert one == two
    with Session(stall.engine) as session:
        assert session.exec(select(func.count()).select_from(Order)).one() == TRIALS
        assert session.exec(select(Stock.reserved)).one() == TRIALS


def test_the_same_checkout_again_is_answered_after_all_was_sold(
    stall: Stall, other: Listing
) -> None:
    wanted = request(stall.offer(packs=1), "k" * 16)
    wanted = wanted.model_copy(update={"cart": {**wanted.cart, other.variant.public_id: 1}})
    first = check_out(stall, wanted)
    assert len(first) == 2
    assert check_out(stall, wanted) == first


def test_the_same_key_with_another_cart_is_refused(stall: Stall) -> None:
    listing = stall.offer()
    check_out(stall, request(listing, "k" * 16))
    with pytest.raises(KeyReused):
        check_out(stall, request(listing, "k" * 16, packs=2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "abc.1",
        "0123456789.0",
        "0123456789.1000",
        "0123456789.1.1",
        "'; DROP",
        "0123456789",
    ],
)
def test_a_cookie_that_is_none_is_an_empty_cart(text: str) -> None:
    assert cart.read(text) == {}


def test_a_cookie_reads_as_it_was_written_and_stays_small() -> None:
    full: cart.Cart = {}
    for n in range(30):
        full = cart.put(full, f"{n:010}", 999)
    assert len(full) == cart.MOST_LINES
    assert cart.read(cart.text(full)) == full
    assert len(cart.text(full)) < 400


LINES = st.lists(st.from_regex(r"[0-9a-z]{10}\.[0-9]{1,4}", fullmatch=True), max_size=60)


@given(st.one_of(st.text(max_size=600), LINES.map("-".join)))
def test_whatever_a_cookie_says_is_few_lines_of_few_packs(text: str) -> None:
    """It is not signed: see docs/market.md."""
    found = cart.read(text)
    assert len(found) <= cart.MOST_LINES
    assert all(1 <= packs <= cart.MOST_PACKS for packs in found.values())
    assert all(re.fullmatch(r"[0-9a-z]{10}", one) for one in found)
    assert cart.read(cart.text(found)) == found


def test_a_forged_cart_buys_nothing_that_is_not_for_sale_and_at_no_other_price(
    stall: Stall, client: TestClient
) -> None:
    good, paused = stall.offer(packs=2), stall.offer(name="Gạo nếp")
    with Session(writing(stall.engine)) as session, session.begin():
        session.get_one(Product, paused.product.id).state = ProductState.PAUSED
    draft = stall.offer(name="Gạo tẻ", publish=False)
    wanted = [good.variant.public_id, paused.variant.public_id, draft.variant.public_id]
    client.cookies.set(cart.COOKIE, "-".join(f"{one}.1" for one in [*wanted, "zzzzzzzzzz"]))
    page = client.get("/gio").text
    assert "Có 3 món trong giỏ không còn bán" in page
    client.post("/gio/dat", data=filled(client))
    with Session(stall.engine) as session:
        assert session.exec(select(Order.total)).all() == [35_000]
        assert session.exec(select(OrderLine.variant_id)).all() == [good.variant.id]
    many = filled_cart(client, f"{good.variant.public_id}.999")
    assert many.status_code == 409


def filled_cart(client: TestClient, text: str) -> Response:
    """The form of a page that is no page of ours."""
    form = BUYER | {"cart": text, "tinh": HANOI, "commune": ward(), "key": "k" * 16}
    return client.post("/gio/dat", data=form)
