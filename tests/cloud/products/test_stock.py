"""The ledger of packs: whatever happens, in whatever order and at once, nothing is oversold."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from cloud.db import writing
from cloud.lots import service as lots
from cloud.lots.balance import NotEnough
from cloud.lots.models import Lot
from cloud.products import batches, stock
from cloud.products.models import (
    Hold,
    HoldState,
    LotStock,
    MoveReason,
    StockMove,
    Variant,
)
from cloud.products.stock import Change, Held, Shortage, Want
from tests.cloud.conftest import START, Stall
from tests.cloud.products.ledger import (
    balanced,
    by_lot,
    come,
    counters,
    ledger,
    places,
    turned_away,
    window,
)

BUYERS = 8
HANDS = 25
"""Moves of each when all move at once."""


def another(session: Session, pack: Variant) -> Variant:
    """One more pack of the same product, without stock."""
    fresh = Variant.model_validate(pack.model_dump(exclude={"id", "public_id"}))
    session.add(fresh)
    session.flush()
    return fresh


def taken(session: Session, pack: Variant, packs: int, order: str) -> list[tuple[int, int]] | int:
    """The lots that so many packs come from; or what is left where that is too few."""
    held = stock.hold(session, [Want(pack, packs, order)], START)
    if isinstance(held, Shortage):
        return held.left
    return [(one.lot_id or 0, one.quantity) for one in held]


def test_takes_what_is_there_and_names_what_is_short(stall: Stall, session: Session) -> None:
    pack = stall.offer(packs=5).variant
    stock.hold(session, [Want(pack, 3, "order:a")], START)

    short = stock.hold(session, [Want(pack, 3, "order:b")], START)

    assert isinstance(short, Shortage)
    assert (short.want.order, short.left) == ("order:b", 2)
    assert stock.left(session, pack) == 2


def test_an_order_of_several_packs_takes_them_in_one_order(stall: Stall, session: Session) -> None:
    first, second = (stall.offer(packs=5).variant for _ in range(2))
    short = stock.hold(session, [Want(second, 9, "order:a"), Want(first, 9, "order:a")], START)
    assert isinstance(short, Shortage)
    assert short.want.variant.id == first.id


def test_lines_are_numbered_in_the_order_in_which_they_were_wanted(
    stall: Stall, session: Session
) -> None:
    first, second = (stall.offer(packs=5) for _ in range(2))
    younger = stall.lot()
    come(session, second.variant, younger, 3)
    wants = [Want(second.variant, 7, "order:a"), Want(first.variant, 1, "order:a")]

    held = stock.hold(session, wants, START)

    assert not isinstance(held, Shortage)
    assert [(one.source, one.lot_id, one.quantity) for one in held] == [
        ("order:a:1", second.lot.id, 5),
        ("order:a:2", younger.id, 2),
        ("order:a:3", first.lot.id, 1),
    ]


def test_the_oldest_harvest_goes_first_and_packs_return_to_their_lot(
    stall: Stall, session: Session
) -> None:
    listing = stall.offer(packs=4)
    pack, older = listing.variant, stall.lot()
    session.get_one(Lot, older.id).harvested_on = START.date() - timedelta(days=3)
    come(session, pack, older, 2)
    assert taken(session, pack, 3, "order:a") == [(older.id, 2), (listing.lot.id, 1)]

    stock.release(session, ["order:a:1"], START)
    stock.ship(session, ["order:a:2"], START)

    assert by_lot(session, pack) == {listing.lot.id: (3, 0), older.id: (2, 0)}
    assert taken(session, pack, 1, "order:b") == [(older.id, 1)]
    assert balanced(session, pack)


def test_a_recalled_lot_is_not_sold_from_that_moment_on(stall: Stall, session: Session) -> None:
    listing = stall.offer(packs=4)
    pack, younger = listing.variant, stall.lot()
    come(session, pack, younger, 2)
    lots.recall(session, stall.seeded.manager.principal, listing.lot.public_id, "thối", START)

    assert stock.left(session, pack) == 2
    assert taken(session, pack, 3, "order:a") == 2
    session.rollback()


def test_what_is_past_its_shelf_life_is_not_sold(stall: Stall, session: Session) -> None:
    listing = stall.offer(packs=4, kind="vegetable")
    want = Want(listing.variant, 1, "order:a")
    last = START + timedelta(days=5)
    assert not isinstance(stock.hold(session, [want], last), Shortage)
    want = Want(listing.variant, 1, "order:b")
    assert isinstance(stock.hold(session, [want], last + timedelta(days=1)), Shortage)


def test_what_the_version_before_wrote_is_carried_over(stall: Stall) -> None:
    pack = stall.offer(packs=9).variant
    with Session(writing(stall.engine)) as session, session.begin():
        stock.hold(
            session,
            [
                Want(pack, 2, "order:a"),
            ],
            START,
        )
        stock.hold(session, [Want(pack, 1, "order:b")], START)
        stock.ship(session, ["order:b:1"], START)
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(StockMove).values(lot_id=None))
        session.exec(update(Hold).values(lot_id=None))
        session.exec(delete(LotStock))

    batches.carry(stall.engine, START)

    with Session(stall.engine) as session:
        assert balanced(session, pack)
        assert set(by_lot(session, pack).values()) == {(8, 2)}


def test_lots_that_were_not_carried_over_yet_are_sold_and_sent(stall: Stall) -> None:
    pack = stall.offer(packs=9).variant
    with Session(writing(stall.engine)) as session, session.begin():
        stock.hold(session, [Want(pack, 2, "order:a")], START)
        session.exec(update(StockMove).values(lot_id=None))
        session.exec(update(Hold).values(lot_id=None))
        session.exec(delete(LotStock))
    with Session(writing(stall.engine)) as session, session.begin():
        assert len(cast("list[Held]", stock.hold(session, [Want(pack, 7, "order:b")], START))) == 1
        stock.ship(session, ["order:a:1"], START)
    with Session(stall.engine) as session:
        assert balanced(session, pack)
        assert set(by_lot(session, pack).values()) == {(7, 7)}


def test_a_source_comes_in_once(stall: Stall, session: Session) -> None:
    pack = stall.offer().variant
    lot = stall.offer().lot
    other = another(session, pack)
    with pytest.raises(IntegrityError):
        come(session, other, lot, 5, f"lot:{lot.public_id}")


def test_a_lot_gives_no_more_than_was_harvested(stall: Stall, session: Session) -> None:
    pack, lot = stall.offer().variant, stall.lot(5_000)
    come(session, pack, lot, 5)
    with pytest.raises(NotEnough):
        come(session, another(session, pack), lot, 1, "more:2")


def test_a_hold_is_closed_once(stall: Stall, session: Session) -> None:
    pack = stall.offer(packs=5).variant
    stock.hold(session, [Want(pack, 3, "order:a")], START)
    stock.ship(session, ["order:a:1"], START)
    stock.ship(session, ["order:a:1"], START)
    stock.release(session, ["order:a:1"], START)
    assert counters(session, pack) == ledger(session, pack) == (2, 0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["hold", "ahead", "ahead", "ship", "release", "more", "fewer", "harvest", "allot"]
        ),
        st.integers(1, 12),
        st.integers(0, 2),
    ),
    max_size=14,
)


@dataclass(frozen=True)
class Step:
    """Something that happens to so many packs, or to the hold of that number."""

    what: str
    number: int
    lot: Lot
    order: str


def done(session: Session, pack: Variant, step: Step, n: int) -> bool:
    """Do it, and hold the answer against what is free; whether the transaction may go on."""
    lots_before, lot_id = by_lot(session, pack), step.lot.id or 0
    ((taken, ahead),) = places(session, pack)
    free = sum(on_hand - reserved for on_hand, reserved in lots_before.values())
    on_hand, reserved = lots_before.get(lot_id, (0, 0))
    number, source = step.number, f"{step.order}:{n}"
    if step.what in {"hold", "ahead"}:
        want = Want(pack, number, source, ahead=step.what == "ahead")
        short = isinstance(stock.hold(session, [want], START), Shortage)
        assert short == (number > max(0, free - taken) + (ahead - taken) * want.ahead)
        return not short
    if step.what == "harvest":
        come(session, pack, step.lot, number, source)
        ((now_taken, now_ahead),) = places(session, pack)
        assert now_taken == taken
        assert now_ahead == ahead - min(max(0, free + number - taken), number, ahead - taken)
    elif step.what == "allot":
        all_that_fit(session, pack)
    elif step.what in {"more", "fewer"}:
        delta = number if step.what == "more" else -number
        change = Change(lot_id, delta, MoveReason.CORRECTION, source)
        there = lot_id in lots_before and on_hand - reserved + delta >= 0
        assert stock.change(session, pack, change, START) == there
    else:
        close = stock.ship if step.what == "ship" else stock.release
        close(session, [f"{step.order}:{number}:{line}" for line in (1, 2, 3)], START)
    return True


def all_that_fit(session: Session, pack: Variant) -> None:
    """Give those that wait their packs: the oldest first, and all for whom there are enough."""
    holds = session.exec(select(Hold).where(Hold.variant_id == pack.id).order_by(col(Hold.id)))
    every = [(one.source, one.quantity, one.state) for one in holds]
    waits = [(source, packs) for source, packs, state in every if state is HoldState.AHEAD]
    counted = Counter(source.rpartition(":")[0] for source, _packs, _state in every)
    free = sum(on_hand - reserved for on_hand, reserved in by_lot(session, pack).values())
    fits = [source for n, (source, _) in enumerate(waits) if sum_of(waits[: n + 1]) <= free]

    allotted = stock.allot(session, cast("int", pack.id), counted, START)

    assert [one.source for one in allotted] == fits
    wanted = dict(waits)
    for one in allotted:
        assert sum(part.quantity for _source, part in one.parts) == wanted[one.source]


def sum_of(waits: Sequence[tuple[str, int]]) -> int:
    return sum(packs for _source, packs in waits)


@pytest.fixture
def shelved(stall: Stall) -> Stall:
    stall.offer()
    return stall


@settings(
    max_examples=40,
    deadline=None,  # a database on a loaded machine keeps no time
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(packs=st.integers(0, 20), ahead=st.integers(0, 20), steps=STEPS)
def test_the_counters_are_the_ledger_whatever_happens(
    shelved: Stall, packs: int, ahead: int, steps: Sequence[tuple[str, int, int]]
) -> None:
    harvests = [shelved.lot(1_000_000) for _ in range(3)]
    with Session(shelved.engine) as session:
        pack = another(session, session.exec(select(Variant)).one())
        come(session, pack, harvests[0], packs, f"lot:{pack.public_id}")
        window(session, pack, ahead)
        for n, (step, number, which) in enumerate(steps):
            todo = Step(step, number, harvests[which], f"order:{pack.public_id}")
            if not done(session, pack, todo, n):
                break  # a transaction in which something was short ends unsaved
            assert balanced(session, pack)
        session.rollback()


@pytest.mark.parametrize("harvests", [1, 3])
def test_buyers_at_the_same_moment_get_exactly_what_is_there(stall: Stall, harvests: int) -> None:
    packs, each, tries = 42, 2, 6
    pack = stall.offer(packs=packs // harvests).variant
    for n in range(1, harvests):
        lot = stall.lot()
        with Session(writing(stall.engine)) as session, session.begin():
            come(session, pack, lot, packs // harvests, f"more:{n}")
    together = Barrier(BUYERS)

    def buy(buyer: int) -> int:
        together.wait(timeout=30)
        got = 0
        for n in range(tries):
            want = Want(pack, each, f"order:{buyer}:{n}")
            with Session(writing(stall.engine)) as session, session.begin():
                short = isinstance(stock.hold(session, [want], START), Shortage)
                got += 0 if short else each
        return got

    with ThreadPoolExecutor(BUYERS) as pool:
        sold = sum(pool.map(buy, range(BUYERS)))

    assert BUYERS * tries * each > packs
    assert sold == packs
    with Session(stall.engine) as session:
        assert counters(session, pack) == (packs, packs)
        assert balanced(session, pack)
        assert set(by_lot(session, pack).values()) == {(packs // harvests, packs // harvests)}


def test_the_counters_are_the_ledger_when_all_hands_move_at_once(stall: Stall) -> None:
    """Buyers, the desk and whoever counts, each for the same orders of packs of two lots each."""
    shelf = [stall.offer(packs=15).variant for _ in range(2)]
    for n, pack in enumerate(shelf):
        lot = stall.lot()
        with Session(writing(stall.engine)) as session, session.begin():
            come(session, pack, lot, 15, f"more:{n}")
    together = Barrier(BUYERS)

    def work(hand: int) -> None:
        chance = random.Random(hand)
        together.wait(timeout=30)
        for n in range(HANDS):
            with turned_away(), Session(writing(stall.engine)) as session:
                done = one_move(session, shelf, chance, f"{hand}:{n}")
                (session.commit if done else session.rollback)()

    with ThreadPoolExecutor(BUYERS) as pool:
        list(pool.map(work, range(BUYERS)))
    with Session(stall.engine) as session:
        for pack in shelf:
            on_hand, reserved = counters(session, pack)
            assert 0 <= reserved <= on_hand
            assert balanced(session, pack)


def one_move(session: Session, shelf: Sequence[Variant], chance: random.Random, name: str) -> bool:
    """What somebody does; whether it is to be kept."""
    order = f"order:{chance.randrange(BUYERS)}:{chance.randrange(HANDS)}"
    sources = [f"{order}:{line}" for line in range(1, 5)]
    kind = chance.choice(["buy", "buy", "ship", "release", "count"])
    if kind == "buy":
        wants = [Want(pack, chance.randint(1, 4), f"order:{name}") for pack in shelf]
        chance.shuffle(wants)
        return not isinstance(stock.hold(session, wants, START), Shortage)
    if kind == "count":
        pack = chance.choice(shelf)
        lot = chance.choice(sorted(by_lot(session, pack)))
        counted = Change(lot, chance.randint(-3, 3), MoveReason.CORRECTION, f"count:{name}")
        return stock.change(session, pack, counted, START)
    (stock.ship if kind == "ship" else stock.release)(session, sources, START)
    return True


def test_two_at_the_desk_ship_an_order_once(stall: Stall) -> None:
    pack = stall.offer(packs=9).variant
    with Session(writing(stall.engine)) as session, session.begin():
        stock.hold(session, [Want(pack, 4, "order:a")], START)
    together = Barrier(BUYERS)

    def ship(_desk: int) -> None:
        together.wait(timeout=30)
        with Session(writing(stall.engine)) as session, session.begin():
            stock.ship(session, ["order:a:1"], START)

    with ThreadPoolExecutor(BUYERS) as pool:
        list(pool.map(ship, range(BUYERS)))
    with Session(stall.engine) as session:
        assert counters(session, pack) == ledger(session, pack) == (5, 0)
