"""Who bought is forgotten: when they ask, and when nobody needs to know any more."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import daily
from cloud.audit import service as audit
from cloud.db import writing
from cloud.orders import desk, rules, service
from cloud.orders.desk import Money
from cloud.orders.errors import KeyReused
from cloud.orders.models import Fulfilment, OrderBuyer, OrderRequest
from cloud.orders.rules import BUYER_KEPT, ERASED_WITHIN, Step
from cloud.tables import METADATA
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall

BUYER = ("Nguyễn Thị Hoa", "+84912345678", "12 Lê Lợi, phường Bến Thành")
ERASED = "Đã xóa tên, số điện thoại và địa chỉ."
DELIVERED = (Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER)


@pytest.fixture
def request_(stall: Stall) -> OrderRequest:
    name, phone, address = BUYER
    listing = stall.offer(packs=5)
    return OrderRequest(
        product=listing.product.public_id,
        quantity=2,
        name=name,
        phone=phone,
        address=address,
        key="k" * 16,
    )


@pytest.fixture
def order(stall: Stall, request_: OrderRequest) -> str:
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, request_, START, simulated=False).order.public_id


def lead(stall: Stall, order: str, *steps: Step, at: datetime = START) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        for step in steps:
            desk.lead(session, stall.seeded.manager.principal, order, step, at)


def pay(stall: Stall, order: str) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        money = Money(70_000, "m" * 16)
        desk.record_money(session, stall.seeded.manager.principal, order, money, START)


def known(engine: Engine) -> bool:
    """Whether any word of the buyer stands in any table."""
    with engine.connect() as connection:
        everything = " ".join(
            repr(row)
            for table in METADATA.sorted_tables
            for row in connection.execute(sa.select(table))
        )
    return any(word in everything for word in BUYER)


def ask(client: TestClient, order: str) -> str:
    answer = client.post(f"/don/{order}/xoa-thong-tin")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "steps", [(Step.CANCEL,), (Step.CONFIRM, Step.PACK, Step.SHIP, Step.RETURN)]
)
def test_a_buyer_is_forgotten_at_once_when_nothing_is_under_way(
    stall: Stall, order: str, client: TestClient, steps: tuple[Step, ...]
) -> None:
    lead(stall, order, *steps)
    assert known(stall.engine)
    assert ERASED in ask(client, order)
    assert not known(stall.engine)
    assert ERASED in ask(client, order), "asking twice changes nothing"
    with Session(stall.engine) as session:
        assert audit.breaks(session) == []


def test_goods_on_their_way_arrive_first(
    stall: Stall, order: str, client: TestClient, as_manager: TestClient, clock: FixedClock
) -> None:
    day = (START + ERASED_WITHIN).strftime("%d/%m")
    assert f"chậm nhất ngày {day}" in ask(client, order)
    assert f"Khách xin xóa thông tin. Giao trước ngày {day}" in as_manager.get("/htx/don").text
    lead(stall, order, *DELIVERED)
    assert daily.work(stall.engine, clock) == 0
    assert known(stall.engine), "it is not paid"
    pay(stall, order)
    assert not known(stall.engine)
    assert ERASED in as_manager.get("/htx/don").text
    assert "tel:" not in as_manager.get("/htx/don").text


def test_the_day_that_was_told_holds_whatever_has_become_of_the_order(
    stall: Stall, order: str, client: TestClient, clock: FixedClock
) -> None:
    ask(client, order)
    clock.advance(seconds=ERASED_WITHIN.total_seconds() - 60)
    ask(client, order)
    daily.work(stall.engine, clock)
    assert known(stall.engine)
    clock.advance(seconds=60)
    daily.work(stall.engine, clock)
    assert not known(stall.engine), "asking again does not put it off"


def test_a_buyer_who_did_not_ask_is_forgotten_after_a_season(
    stall: Stall, order: str, clock: FixedClock
) -> None:
    lead(stall, order, *DELIVERED, at=START + timedelta(days=5))
    clock.advance(seconds=BUYER_KEPT.total_seconds())
    daily.work(stall.engine, clock)
    assert known(stall.engine), "the season begins with the last thing that happened"
    clock.advance(days=5)
    daily.work(stall.engine, clock)
    assert not known(stall.engine)


def test_what_was_bought_and_paid_stays(
    stall: Stall, order: str, client: TestClient, as_manager: TestClient
) -> None:
    lead(stall, order, Step.CANCEL)
    page = ask(client, order)
    assert "Dưa lưới ruột cam" in page
    assert "70.000" in as_manager.get("/htx/don").text


def test_a_request_that_comes_again_after_that_orders_nothing(
    stall: Stall, order: str, client: TestClient, request_: OrderRequest
) -> None:
    lead(stall, order, Step.CANCEL)
    ask(client, order)
    with Session(writing(stall.engine)) as session, pytest.raises(KeyReused):
        service.place(session, request_, START, simulated=False)
    with Session(stall.engine) as session:
        assert len(session.exec(select(OrderBuyer)).all()) == 1


def test_an_order_nobody_knows_has_no_buyer_to_forget(client: TestClient) -> None:
    assert client.post("/don/0123456789/xoa-thong-tin").status_code == 404


@pytest.mark.parametrize(
    ("state", "paid", "owing"),
    [
        (Fulfilment.PLACED, True, True),
        (Fulfilment.CONFIRMED, True, True),
        (Fulfilment.PACKED, True, True),
        (Fulfilment.SHIPPED, True, True),
        (Fulfilment.DELIVERED, False, True),
        (Fulfilment.CANCELLED, False, False),
        (Fulfilment.RETURNED, False, False),
    ],
)
def test_an_address_is_needed_until_the_goods_are_there_and_paid(
    state: Fulfilment, *, paid: bool, owing: bool
) -> None:
    assert (rules.needs_buyer(state, 0), rules.needs_buyer(state, 1)) == (paid, owing)
