"""Carts of many goods: totals add up to the đồng, and nobody waits for each other in a circle."""

import random
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from cloud.db import new_public_id, writing
from cloud.orders import service
from cloud.orders.models import CheckoutRequest, Order, OrderLine
from cloud.orders.reading import Placed
from cloud.payments.vietqr import decode
from cloud.products import packs
from cloud.products.errors import OutOfStock
from cloud.products.forms import PriceForm
from cloud.products.models import Hold, HoldState, Stock
from cloud.products.rules import Tier, unit_price
from cloud.products.service import Listing
from cloud.shipping import service as shipping
from cloud.shipping.fees import Delivery, Tariff, quote
from cloud.shipping.models import TariffForm
from tests.cloud.conftest import START, Stall

BUYERS = 8
CARTS = 12
TARIFF = Tariff(base=20_000, base_g=5_000, step=3_000, free_from=900_000)
PRICES = ((35_000, ()), (12_345, (Tier(3, 11_111),)), (7_001, (Tier(5, 6_999), Tier(20, 5_003))))
"""Of each product: for one pack, and from so many packs on."""


@dataclass(frozen=True)
class Shelf:
    """Three products of one stall, each with its prices."""

    stall: Stall
    goods: tuple[Listing, ...]

    def request(self, amounts: dict[int, int]) -> CheckoutRequest:
        """So many packs of each, in the order in which they were put into the cart."""
        return CheckoutRequest(
            cart={self.goods[n].variant.public_id: packs for n, packs in amounts.items()},
            name="Nguyễn Thị Hoa",
            phone="0912345678",
            address="12 Lê Lợi, phường Bến Thành",
            key=f"cart-{new_public_id()}-{new_public_id()}",
        )


@pytest.fixture
def shelf(stall: Stall) -> Shelf:
    goods = tuple(stall.offer(packs=300, price=price) for price, _tiers in PRICES)
    who = stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        form = TariffForm(base=20_000, base_kg=5, step=3_000, free_from="900000")
        shipping.set_tariff(session, who, form, START)
        for listing, (price, tiers) in zip(goods, PRICES, strict=True):
            told = {"price": price}
            for n, tier in enumerate(tiers, 1):
                told |= {f"from_{n}": tier.min_quantity, f"price_{n}": tier.price}
            form_of = PriceForm.model_validate(told)
            packs.reprice(session, who, listing.variant.public_id, form_of, START)
    return Shelf(stall, goods)


AMOUNTS = st.dictionaries(st.integers(0, 2), st.integers(1, 60), min_size=1)


@settings(
    max_examples=30,
    deadline=None,  # a database on a loaded machine keeps no time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(amounts=AMOUNTS)
def test_what_is_expected_is_the_sum_of_the_lines_and_the_way(
    shelf: Shelf, amounts: dict[int, int]
) -> None:
    with Session(writing(shelf.stall.engine)) as session:
        (placed,) = service.check_out(session, shelf.request(amounts), START, simulated=False)
        prices = [unit_price(PRICES[n][0], PRICES[n][1], packs) for n, packs in amounts.items()]
        assert [(line.price, line.quantity) for line in placed.lines] == [
            *zip(prices, amounts.values(), strict=True)
        ]
        goods = sum(price * packs for price, packs in zip(prices, amounts.values(), strict=True))
        fee = quote(TARIFF, 1_000 * sum(amounts.values()), goods, Delivery.HOME)
        assert placed.order.total == goods + fee == placed.books.expected == placed.owed
        assert told_by_code(placed) == goods + fee
        assert [line.lot_id for line in placed.lines] == [shelf.goods[n].lot.id for n in amounts]
        session.rollback()


def told_by_code(placed: Placed) -> int | None:
    return decode(placed.vietqr or "").amount


def test_carts_of_the_same_goods_in_any_order_never_block_each_other(shelf: Shelf) -> None:
    together = Barrier(BUYERS)

    def buy(buyer: int) -> int:
        chance, sold = random.Random(buyer), 0
        together.wait(timeout=30)
        for _cart in range(CARTS):
            places = chance.sample(range(len(PRICES)), 3)
            amounts = {n: chance.randint(1, 9) for n in places}
            sold += bought(shelf, shelf.request(amounts))
        return sold

    with ThreadPoolExecutor(BUYERS) as pool:
        placed = sum(pool.map(buy, range(BUYERS)))
    with Session(shelf.stall.engine) as session:
        lines = session.exec(select(OrderLine)).all()
        holds = session.exec(select(Hold)).all()
        wanted, held = counted(lines), counted(holds)
        stocks = {one.variant_id: one for one in session.exec(select(Stock))}
        assert len(session.exec(select(Order)).all()) == placed
    assert {one.state for one in holds} == {HoldState.OPEN}
    assert 0 < placed < BUYERS * CARTS, "some find nothing left"
    assert {n: one.reserved for n, one in stocks.items()} == wanted == held
    assert all(one.reserved <= one.on_hand == 300 for one in stocks.values())


def counted(rows: Iterable[OrderLine] | Iterable[Hold]) -> Counter[int]:
    """Packs of each variant."""
    many = Counter[int]()
    for row in rows:
        many[row.variant_id] += row.quantity
    return many


def bought(shelf: Shelf, request: CheckoutRequest) -> bool:
    try:
        with Session(writing(shelf.stall.engine)) as session, session.begin():
            service.check_out(session, request, START, simulated=False)
    except OutOfStock:
        return False
    return True
