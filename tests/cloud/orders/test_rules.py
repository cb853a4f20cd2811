"""Orders: the way of the goods, the state of the money, sums, and when two requests are one."""

from itertools import product as every

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cloud.orders.models import Fulfilment, OrderRequest
from cloud.orders.rules import Step, after, fingerprint, masked, steps_from, total
from cloud.payments.models import AllocationKind
from cloud.payments.rules import Books, PaymentState, books

REQUEST = {
    "product": "0123456789",
    "quantity": 2,
    "name": "Nguyễn Thị Hoa",
    "phone": "0912 345 678",
    "address": "12 Lê Lợi, phường Bến Thành",
    "key": "k" * 16,
}


WAYS = """
    placed     confirm  confirmed
    placed     cancel   cancelled
    confirmed  pack     packed
    confirmed  cancel   cancelled
    packed     ship     shipped
    packed     cancel   cancelled
    shipped    deliver  delivered
    shipped    return   returned
    delivered  return   returned
"""


def test_only_these_ways_exist() -> None:
    found = {
        (state.value, step.value, end.value)
        for state, step in every(Fulfilment, Step)
        if (end := after(state, step))
    }
    assert found == {tuple(line.split()) for line in WAYS.strip().splitlines()}


def test_the_usual_way_from_placing_to_delivering() -> None:
    state = Fulfilment.PLACED
    for expected in (
        Fulfilment.CONFIRMED,
        Fulfilment.PACKED,
        Fulfilment.SHIPPED,
        Fulfilment.DELIVERED,
    ):
        following = after(state, steps_from(state)[0])
        assert following is expected
        state = following


@pytest.mark.parametrize("state", Fulfilment)
def test_cancelling_is_possible_until_the_goods_leave(state: Fulfilment) -> None:
    possible = after(state, Step.CANCEL) is not None
    assert possible == (state in {Fulfilment.PLACED, Fulfilment.CONFIRMED, Fulfilment.PACKED})


@pytest.mark.parametrize("state", [Fulfilment.CANCELLED, Fulfilment.RETURNED])
def test_an_ended_order_stays_ended(state: Fulfilment) -> None:
    assert steps_from(state) == ()


@pytest.mark.parametrize(
    ("expected", "received", "result"),
    [
        (70_000, 0, PaymentState.UNPAID),
        (70_000, 1, PaymentState.PARTIAL),
        (70_000, 69_999, PaymentState.PARTIAL),
        (70_000, 70_000, PaymentState.PAID),
        (70_000, 80_000, PaymentState.PAID),
    ],
)
def test_a_payment_stands_where_its_money_is(
    expected: int, received: int, result: PaymentState
) -> None:
    assert Books(expected, received).state is result


MOVES = st.lists(st.tuples(st.sampled_from(AllocationKind), st.integers(1, 10**12)), max_size=9)


@given(expected=st.integers(1, 10**12), moves=MOVES, closed=st.booleans())
def test_what_a_payment_owes_and_what_it_has_to_give_back_never_overlap(
    *, expected: int, moves: list[tuple[AllocationKind, int]], closed: bool
) -> None:
    found = books(expected, moves, closed=closed)
    assert found == books(expected, reversed(moves), closed=closed)
    assert found.owed >= 0
    assert found.refundable >= 0
    assert not (found.owed and found.refundable)
    assert found.refundable <= max(0, found.kept)
    assert found.owed <= max(0, expected - found.received)


def test_money_that_went_back_is_not_owed_again() -> None:
    given_back = Books(70_000, received=70_000, refunded=70_000, closed=True)
    assert (given_back.state, given_back.owed) == (PaymentState.REFUNDED, 0)
    too_much = Books(70_000, received=80_000)
    assert (too_much.state, too_much.refundable) == (PaymentState.PAID, 10_000)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**5)), max_size=5))
def test_a_total_is_whole_and_fits_its_column(lines: list[tuple[int, int]]) -> None:
    assert total(lines) == sum(price * quantity for price, quantity in lines) < 2**63


def test_the_same_request_has_the_same_fingerprint_in_any_order() -> None:
    assert fingerprint(REQUEST) == fingerprint(dict(reversed(REQUEST.items())))
    assert fingerprint(REQUEST) != fingerprint(REQUEST | {"quantity": 3})


def test_a_masked_number_shows_its_end_only() -> None:
    assert masked("+84912345678") == "••••••678"


def test_the_same_buyer_typed_differently_is_the_same_request() -> None:
    typed = {"name": "  Nguyê\u0303n  Thị Hoa ", "phone": "+84 912-345-678"}
    assert OrderRequest.model_validate(REQUEST | typed) == OrderRequest.model_validate(REQUEST)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "0123"),
        ("phone", "01234567890"),  # eleven digits ended in 2018
        ("phone", "chín một hai"),
        ("quantity", 0),
        ("quantity", -1),
        ("quantity", 2.5),
        ("quantity", "2"),
        ("quantity", True),
        ("quantity", 100_001),
        ("name", "  "),
        ("name", "x" * 81),
        ("address", "Huế"),
        ("address", 7),
        ("product", "../etc"),
        ("key", "short"),
        ("price", 1),
    ],
)
def test_a_request_is_read_strictly(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        OrderRequest.model_validate(REQUEST | {field: value})
