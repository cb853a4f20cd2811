"""Goods are kept for a day for whoever has not paid; a buyer finds an order without its link."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from cloud.db import writing
from cloud.orders import desk, reading, terms
from cloud.orders.desk import Money
from cloud.orders.models import Fulfilment, OrderEvent
from cloud.orders.rules import HELD, Step, held_until, runs_out
from cloud.products import stock
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

MINUTE = timedelta(minutes=1)


def state(stall: Stall, order: str) -> Fulfilment:
    with Session(stall.engine) as session:
        return reading.placed(session, order).order.fulfilment


@given(
    st.sampled_from(Fulfilment),
    st.integers(-5, 5),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_only_what_nobody_accepted_or_paid_runs_out_and_only_after_a_day(
    state: Fulfilment, kept: int, age: timedelta
) -> None:
    found = runs_out(state, kept, START, START + age)
    assert found == (state is Fulfilment.PLACED and kept <= 0 and age >= HELD)
    assert held_until(START) == START + HELD


def test_after_a_day_the_goods_are_back_and_money_waits_for_a_person(
    stall: Stall, listing: Listing, order: str
) -> None:
    terms.expire(stall.engine, START + HELD - MINUTE)
    assert state(stall, order) is Fulfilment.PLACED
    for _twice in range(2):
        terms.expire(stall.engine, START + HELD)
    assert state(stall, order) is Fulfilment.CANCELLED
    with Session(stall.engine) as session:
        assert stock.left(session, listing.variant) == 5
        assert reading.placed(session, order).payment.closed_at is not None
        told = session.exec(select(OrderEvent.what, OrderEvent.account_id)).all()
        assert told == [("placed", None), ("cancelled", None)]


@pytest.mark.parametrize("paid", [True, False], ids=["paid in part", "accepted"])
def test_who_paid_something_or_was_accepted_keeps_the_goods(
    stall: Stall, order: str, *, paid: bool
) -> None:
    manager = stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        if paid:
            desk.record_money(session, manager, order, Money(1_000, "m" * 16), START)
        else:
            desk.lead(session, manager, order, Step.CONFIRM, START)
    terms.expire(stall.engine, START + 3 * HELD)
    assert state(stall, order) is not Fulfilment.CANCELLED


def test_a_buyer_finds_the_order_by_number_and_code(
    stall: Stall, order: str, client: TestClient
) -> None:
    with Session(stall.engine) as session:
        code = reading.placed(session, order).payment.code
    typed = {"phone": "0912 345 678", "code": f"{code[:5].lower()} {code[5:]}"}
    page = client.post("/tra-don", data=typed)
    assert page.url.path == f"/don/{order}"
    assert "Hàng được giữ cho bạn đến" in page.text
    for wrong in ({"phone": "0912345679"}, {"phone": ""}, {"code": "HX0000000"}):
        answer = client.post("/tra-don", data=typed | wrong)
        assert answer.status_code == 404
        assert "Không thấy đơn nào khớp" in answer.text


def test_the_desk_shows_one_step_at_a_time(order: str, as_manager: TestClient) -> None:
    assert "Đã đặt · 1" in as_manager.get("/htx/don").text
    assert order in as_manager.get("/htx/don?buoc=placed").text.split("bước nào", 1)[1]
    board = as_manager.get("/htx/don?buoc=packed").text.split("Đơn đang ở bước nào", 1)[1]
    assert order not in board
