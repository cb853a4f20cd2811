"""The same key and body are the same order, another body is refused: in any order, and at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, func, select

from cloud.db import new_public_id, writing
from cloud.orders import service
from cloud.orders.errors import KeyReused
from cloud.orders.models import IdempotencyKey, Order, OrderRequest
from cloud.products import stock
from cloud.products.errors import OutOfStock
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.orders.test_ordering import body

SENDERS = 8
ROUNDS = 5


def orders(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Order)).one()


@pytest.fixture
def shelf(stall: Stall) -> Listing:
    return stall.offer(packs=5_000)


@settings(
    max_examples=25,
    deadline=None,  # a database on a loaded machine keeps no time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sent=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 2)), max_size=8))
def test_what_is_sent_again_is_answered_as_it_was_and_what_is_altered_is_refused(
    shelf: Listing, client: TestClient, sent: Sequence[tuple[int, int]]
) -> None:
    story = new_public_id()
    first: dict[int, tuple[int, object]] = {}
    for key, quantity in sent:
        wanted = body(shelf, quantity=quantity, key=f"{story}-{key:05}")
        answer = client.post("/api/v1/orders", json=wanted)
        known = first.setdefault(key, (quantity, answer.json()))
        if known[0] == quantity:
            assert (answer.status_code, answer.json()) == (201, known[1])
        else:
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key_reused")
    ids = {str(told["id"]) for _, told in first.values() if isinstance(told, dict)}
    assert len(ids) == len(first)


def test_of_two_bodies_under_one_key_at_the_same_moment_one_is_an_order(
    stall: Stall, shelf: Listing
) -> None:
    together = Barrier(SENDERS)

    def send(sender: int, round_: int) -> tuple[int, str]:
        quantity = 1 + sender % 2
        wanted = body(shelf, quantity=quantity, key=f"round-{round_:010}")
        request = OrderRequest.model_validate(wanted)
        together.wait(timeout=30)
        try:
            with Session(writing(stall.engine)) as session, session.begin():
                placed = service.place(session, request, START, simulated=False)
                return quantity, placed.order.public_id
        except KeyReused:
            return quantity, ""

    for round_ in range(ROUNDS):
        with ThreadPoolExecutor(SENDERS) as pool:
            told = [*pool.map(send, range(SENDERS), [round_] * SENDERS)]
        won = {quantity for quantity, order in told if order}
        assert len(won) == len({order for _, order in told if order}) == 1
        assert all(bool(order) is (quantity in won) for quantity, order in told)
    with Session(stall.engine) as session:
        assert orders(session) == ROUNDS


def test_an_intention_that_failed_leaves_its_key_free(stall: Stall, session: Session) -> None:
    scarce = stall.offer(packs=1)
    wanted = OrderRequest.model_validate(body(scarce, quantity=2))
    with pytest.raises(OutOfStock), session.begin_nested():
        service.place(session, wanted, START, simulated=False)
    assert session.exec(select(col(IdempotencyKey.key))).all() == []

    fewer = OrderRequest.model_validate(body(scarce, quantity=1))
    assert service.place(session, fewer, START, simulated=False).order.total == 35_000
    assert stock.left(session, scarce.variant) == 0
