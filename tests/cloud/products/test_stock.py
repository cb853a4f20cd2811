"""The ledger of packs: whatever happens, in whatever order and at once, nothing is oversold."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.products import stock
from cloud.products.models import Hold, HoldState, MoveReason, Stock, StockMove, Variant
from cloud.products.stock import Change, Want
from tests.cloud.conftest import START, Stall

BUYERS = 8
HANDS = 25
"""Moves of each when all move at once."""


def another(session: Session, pack: Variant) -> Variant:
    """One more pack of the same product, without stock."""
    fresh = Variant.model_validate(pack.model_dump(exclude={"id", "public_id"}))
    session.add(fresh)
    session.flush()
    return fresh


def counters(session: Session, pack: Variant) -> tuple[int, int]:
    row = session.exec(select(Stock.on_hand, Stock.reserved).where(Stock.variant_id == pack.id))
    return row.one()


def ledger(session: Session, pack: Variant) -> tuple[int, int]:
    """What the counters must be: the sum of the moves, and of the open holds."""
    moved = select(sa.func.coalesce(sa.func.sum(col(StockMove.delta)), 0))
    held = select(sa.func.coalesce(sa.func.sum(col(Hold.quantity)), 0))
    return (
        int(session.exec(moved.where(StockMove.variant_id == pack.id)).one()),
        int(
            session.exec(
                held.where(Hold.variant_id == pack.id, Hold.state == HoldState.OPEN)
            ).one()
        ),
    )


def test_takes_what_is_there_and_names_what_is_short(stall: Stall, session: Session) -> None:
    pack = stall.offer(packs=5).variant
    assert stock.hold(session, [Want(pack, 3, "order:a:1")], START) is None

    short = stock.hold(session, [Want(pack, 3, "order:b:1")], START)

    assert short is not None
    assert (short.want.source, short.left) == ("order:b:1", 2)
    assert stock.left(session, pack) == 2


def test_an_order_of_several_packs_takes_them_in_one_order(stall: Stall, session: Session) -> None:
    first, second = (stall.offer(packs=5).variant for _ in range(2))
    wants = [Want(second, 9, "order:a:1"), Want(first, 9, "order:a:2")]
    short = stock.hold(session, wants, START)
    assert short is not None
    assert short.want.variant.id == first.id


def test_a_source_comes_in_once(stall: Stall, session: Session) -> None:
    pack = stall.offer().variant
    lot = stall.offer().lot
    other = another(session, pack)
    with pytest.raises(IntegrityError):
        stock.receive(session, other, 5, f"lot:{lot.public_id}", START)


def test_a_hold_is_closed_once(stall: Stall, session: Session) -> None:
    pack = stall.offer(packs=5).variant
    stock.hold(session, [Want(pack, 3, "order:a:1")], START)
    stock.ship(session, ["order:a:1"], START)
    stock.ship(session, ["order:a:1"], START)
    stock.release(session, ["order:a:1"], START)
    assert counters(session, pack) == ledger(session, pack) == (2, 0)


STEPS = st.lists(
    st.tuples(st.sampled_from(["hold", "ship", "release", "more", "fewer"]), st.integers(1, 12)),
    max_size=12,
)


@pytest.fixture
def shelved(stall: Stall) -> Stall:
    stall.offer()
    return stall


@settings(
    max_examples=40,
    deadline=None,  # a database on a loaded machine keeps no time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(packs=st.integers(0, 20), steps=STEPS)
def test_the_counters_are_the_ledger_whatever_happens(
    shelved: Stall, packs: int, steps: Sequence[tuple[str, int]]
) -> None:
    with Session(shelved.engine) as session:
        pack = another(session, session.exec(select(Variant)).one())
        stock.receive(session, pack, packs, f"lot:{pack.public_id}", START)
        free = packs
        for n, (step, number) in enumerate(steps):
            source = f"order:{pack.public_id}:{n}"
            if step == "hold":
                short = stock.hold(session, [Want(pack, number, source)], START)
                assert (short is None) == (number <= free)
                free -= 0 if short else number
            elif step in {"more", "fewer"}:
                delta = number if step == "more" else -number
                change = Change(delta, MoveReason.CORRECTION, source, "đếm lại", None)
                assert stock.change(session, pack, change, START) == (free + delta >= 0)
            else:
                close = stock.ship if step == "ship" else stock.release
                close(session, [f"order:{pack.public_id}:{number}"], START)
            on_hand, reserved = counters(session, pack)
            assert (on_hand, reserved) == ledger(session, pack)
            assert 0 <= reserved <= on_hand
            free = on_hand - reserved
        session.rollback()


def test_buyers_at_the_same_moment_get_exactly_what_is_there(stall: Stall) -> None:
    packs, each, tries = 40, 2, 5
    pack = stall.offer(packs=packs).variant
    together = Barrier(BUYERS)

    def buy(buyer: int) -> int:
        together.wait(timeout=30)
        got = 0
        for n in range(tries):
            want = Want(pack, each, f"order:{buyer}:{n}")
            with Session(writing(stall.engine)) as session, session.begin():
                got += each if stock.hold(session, [want], START) is None else 0
        return got

    with ThreadPoolExecutor(BUYERS) as pool:
        sold = sum(pool.map(buy, range(BUYERS)))

    assert BUYERS * tries * each > packs
    assert sold == packs
    with Session(stall.engine) as session:
        assert counters(session, pack) == ledger(session, pack) == (packs, packs)


def test_the_counters_are_the_ledger_when_all_hands_move_at_once(stall: Stall) -> None:
    """Buyers, the desk and whoever counts, each for the same orders of the same two packs."""
    shelf = [stall.offer(packs=30).variant for _ in range(2)]
    together = Barrier(BUYERS)

    def work(hand: int) -> None:
        chance = random.Random(hand)
        together.wait(timeout=30)
        for n in range(HANDS):
            with Session(writing(stall.engine)) as session:
                done = one_move(session, shelf, chance, f"{hand}:{n}")
                (session.commit if done else session.rollback)()

    with ThreadPoolExecutor(BUYERS) as pool:
        list(pool.map(work, range(BUYERS)))
    with Session(stall.engine) as session:
        for pack in shelf:
            on_hand, reserved = counters(session, pack)
            assert (on_hand, reserved) == ledger(session, pack)
            assert 0 <= reserved <= on_hand


def one_move(session: Session, shelf: Sequence[Variant], chance: random.Random, name: str) -> bool:
    """What somebody does; whether it is to be kept."""
    sources = [f"order:{chance.randrange(BUYERS)}:{chance.randrange(HANDS)}:{n}" for n in range(2)]
    kind = chance.choice(["buy", "buy", "ship", "release", "count"])
    if kind == "buy":
        wants = [
            Want(pack, chance.randint(1, 4), f"order:{name}:{n}") for n, pack in enumerate(shelf)
        ]
        return stock.hold(session, chance.sample(wants, 2), START) is None
    if kind == "count":
        change = Change(chance.randint(-3, 3), MoveReason.CORRECTION, f"count:{name}", "", None)
        return stock.change(session, chance.choice(shelf), change, START)
    (stock.ship if kind == "ship" else stock.release)(session, sources, START)
    return True


def test_two_at_the_desk_ship_an_order_once(stall: Stall) -> None:
    pack = stall.offer(packs=9).variant
    with Session(writing(stall.engine)) as session, session.begin():
        stock.hold(session, [Want(pack, 4, "order:a:1")], START)
    together = Barrier(BUYERS)

    def ship(_desk: int) -> None:
        together.wait(timeout=30)
        with Session(writing(stall.engine)) as session, session.begin():
            stock.ship(session, ["order:a:1"], START)

    with ThreadPoolExecutor(BUYERS) as pool:
        list(pool.map(ship, range(BUYERS)))
    with Session(stall.engine) as session:
        assert counters(session, pack) == ledger(session, pack) == (5, 0)
