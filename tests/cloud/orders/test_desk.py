"""The cooperative's desk: steps move goods, money is counted once, neighbours see nothing."""

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.orders import desk, reading, service
from cloud.orders.desk import Money
from cloud.orders.errors import NothingOwed, OrderGone, WrongStep
from cloud.orders.models import Fulfilment, OrderRequest
from cloud.orders.rules import Step
from cloud.payments.rules import PaymentState
from cloud.products import stock
from cloud.products.service import Listing, own_one
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

OUT = (Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER)


def lead(session: Session, stall: Stall, order: str, *steps: Step) -> Fulfilment:
    for step in steps:
        desk.lead(session, stall.seeded.manager.principal, order, step, START)
    return reading.placed(session, order).order.fulfilment


def test_shipping_takes_the_goods_out_of_the_house(
    stall: Stall, session: Session, listing: Listing, order: str
) -> None:
    state = lead(session, stall, order, Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER)
    assert state is Fulfilment.DELIVERED
    assert stock.left(session, listing.variant) == 3
    manager = stall.seeded.manager.principal
    assert own_one(session, manager, listing.product.public_id).left == 3


def test_cancelling_gives_the_goods_back(
    stall: Stall, session: Session, listing: Listing, order: str
) -> None:
    assert lead(session, stall, order, Step.CONFIRM, Step.CANCEL) is Fulfilment.CANCELLED
    assert stock.left(session, listing.variant) == 5


def test_a_step_out_of_order_is_refused(stall: Stall, session: Session, order: str) -> None:
    with pytest.raises(WrongStep):
        lead(session, stall, order, Step.SHIP)


def test_money_seen_makes_an_order_paid(stall: Stall, session: Session, order: str) -> None:
    manager = stall.seeded.manager.principal
    states = []
    for amount, key in ((30_000, "a"), (30_000, "a"), (40_000, "b")):
        desk.record_money(session, manager, order, Money(amount, key * 16), START)
        placed = reading.placed(session, order)
        states.append((placed.payment_state, placed.owed))
    assert states == [
        (PaymentState.PARTIAL, 40_000),
        (PaymentState.PARTIAL, 40_000),
        (PaymentState.PAID, 0),
    ]
    assert reading.placed(session, order).vietqr is None


def test_more_money_than_owed_is_not_written_down(
    stall: Stall, session: Session, order: str
) -> None:
    money = Money(70_001, "a" * 16)
    with pytest.raises(NothingOwed):
        desk.record_money(session, stall.seeded.manager.principal, order, money, START)


def test_a_neighbours_order_does_not_exist(stall: Stall, session: Session, order: str) -> None:
    neighbour = stall.seeded.neighbour.principal
    with pytest.raises(OrderGone):
        desk.lead(session, neighbour, order, Step.CONFIRM, START)
    with pytest.raises(OrderGone):
        desk.record_money(session, neighbour, order, Money(1, "a" * 16), START)


def test_the_desk_works_by_forms(order: str, as_manager: TestClient) -> None:
    page = as_manager.get("/htx/don").text
    assert "+84912345678" in page
    assert "12 Lê Lợi" in page
    assert "Nhận đơn" in page

    page = as_manager.post(f"/htx/don/{order}", data={"step": "confirm"}).text
    assert "Đóng gói xong" in page
    form = {"amount": "70000", "key": "m" * 20}
    assert "Đã trả tiền" in as_manager.post(f"/htx/don/{order}/tien", data=form).text
    assert as_manager.post(f"/htx/don/{order}", data={"step": "deliver"}).status_code == 409
    assert as_manager.post(f"/htx/don/{order}", data={"step": "fly"}).status_code == 422


def test_today_s_work_comes_first_with_its_counts(
    stall: Stall, order: str, as_manager: TestClient
) -> None:
    shelf = [stall.offer(packs=5).product.public_id for _key in "ab"]
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        done, packed = (buy(session, product, product * 2) for product in shelf)
        for one, steps in ((done, OUT), (packed, OUT[:2])):
            lead(session, stall, one, *steps)
        found = [one.order.public_id for one in reading.own(session, manager, 10)]
    assert found == [order, packed, done]
    page = as_manager.get("/htx/don").text
    for words in ("Việc hôm nay", "Nhận 1 đơn mới", "Gửi đi 1 đơn"):
        assert words in page
    assert "đã tới chưa" not in page
    assert as_manager.get("/htx/don?buoc=packed").text.count("Giao đi") == 1


def buy(session: Session, product: str, key: str) -> str:
    request = OrderRequest(
        product=product,
        quantity=1,
        name="Trần Văn Tư",
        phone="0912345679",
        address="1 Hùng Vương, xã Thử",
        key=key,
    )
    return service.place(session, request, START, simulated=False).order.public_id


def test_the_desk_is_for_those_who_may(
    order: str, as_farmer: TestClient, as_neighbour: TestClient
) -> None:
    assert as_farmer.get("/htx/don").status_code == 403
    assert "Lê Lợi" not in as_neighbour.get("/htx/don").text
    assert as_neighbour.post(f"/htx/don/{order}", data={"step": "cancel"}).status_code == 404
