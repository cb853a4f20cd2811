"""What a page shows is what the order charges: prices for more packs, and packs that are gone."""

import pytest
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.i18n import dong
from cloud.orders import baskets
from cloud.orders.models import Order, OrderLine
from cloud.payments.models import Payment
from cloud.products import packs
from cloud.products.forms import PackForm, PriceForm
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.market.test_cart import filled, put
from tests.cloud.market.test_keeping import counted
from tests.cloud.orders.test_ordering import body

PRICES = {1: 35_000, 4: 35_000, 5: 30_000, 9: 30_000, 10: 25_000, 12: 25_000}


@pytest.fixture
def listing(stall: Stall) -> Listing:
    """35.000 đ a pack, 30.000 đ from five and 25.000 đ from ten on; twelve are there."""
    made = stall.offer(packs=12)
    form = PriceForm(price=35_000, from_1=5, price_1=30_000, from_2=10, price_2=25_000)
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        packs.reprice(session, manager, made.variant.public_id, form, START)
    return made


def ordered(stall: Stall) -> tuple[int, list[int]]:
    """The order's total, which is what is waited for, and the price of each line."""
    with Session(stall.engine) as session:
        order = session.exec(select(Order)).one()
        assert session.exec(select(Payment.expected)).one() == order.total
        lines = session.exec(select(OrderLine.price).order_by(col(OrderLine.position))).all()
        return order.total, list(lines)


@pytest.mark.parametrize(("quantity", "price"), PRICES.items())
def test_the_cart_shows_what_the_order_charges(
    stall: Stall, client: TestClient, listing: Listing, quantity: int, price: int
) -> None:
    put(client, listing, quantity)
    cart = client.get("/gio").text
    checkout = client.get("/gio/dat?tinh=01").text
    client.post("/gio/dat", data=filled(client))
    total, prices = ordered(stall)
    assert (total, prices) == (price * quantity, [price])
    assert f"{dong(price)} × {quantity}" in cart
    assert all(dong(total) in page for page in (cart, checkout))


@pytest.mark.parametrize(("quantity", "price"), PRICES.items())
def test_programs_pay_the_same(
    stall: Stall, client: TestClient, listing: Listing, quantity: int, price: int
) -> None:
    answer = client.post("/api/v1/orders", json=body(listing, quantity=quantity))
    assert answer.status_code == 201
    assert ordered(stall) == (price * quantity, [price])


def test_the_cart_tells_from_how_many_each_is_cheaper(
    client: TestClient, listing: Listing
) -> None:
    for more, told in ((4, "từ 5 gói: 30.000 đ"), (1, "từ 10 gói: 25.000 đ"), (5, "")):
        put(client, listing, more)
        page = client.get("/gio").text
        assert told in page if told else "một gói" not in page


def test_a_cheaper_price_for_more_than_there_are_is_not_told(
    stall: Stall, client: TestClient
) -> None:
    few = stall.offer(packs=4)
    form = PriceForm(price=35_000, from_1=5, price_1=30_000)
    with Session(writing(stall.engine)) as session, session.begin():
        packs.reprice(session, stall.seeded.manager.principal, few.variant.public_id, form, START)
    put(client, few, 2)
    assert "từ 5 gói" not in client.get("/gio").text


def test_a_pack_that_is_no_longer_offered_leaves_the_cart(
    stall: Stall, client: TestClient, listing: Listing
) -> None:
    put(client, listing, 2)
    manager, old = stall.seeded.manager.principal, listing.variant.public_id
    with Session(writing(stall.engine)) as session, session.begin():
        form = PackForm(mass_g=500, price=20_000, quantity=0, key="a-key-of-a-pack-1")
        packs.add(session, manager, listing.product.public_id, form, START)
        packs.retire(session, manager, old, START)
    assert "không còn bán" in client.get("/gio").text
    with Session(stall.engine) as session:
        assert baskets.read(session, {old: 2}, simulated=False) == []


def test_a_full_cart_asks_no_more_than_one_line(
    stall: Stall, client: TestClient, listing: Listing
) -> None:
    put(client, listing)
    with counted(stall.engine) as few:
        client.get("/gio")
    for n in range(8):
        put(client, stall.offer(name=f"Món {n}"))
    with counted(stall.engine) as many:
        page = client.get("/gio").text
    assert "Món 7" in page
    assert len(many) == len(few)
