"""Packs that are ordered before their harvest: promised once, and given to who came first."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.errors import Conflict
from cloud.lots import service as lots
from cloud.orders import allotting, desk, reading, rules, service, terms
from cloud.orders.errors import HarvestAwaited, SoldAhead
from cloud.orders.letters import About, OrderLetter, Reader
from cloud.orders.models import Fulfilment, Order, OrderLine
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.products import ahead, editing, packs, stock
from cloud.products.errors import HarvestUnsaid, OutOfStock, PackAwaited
from cloud.products.forms import WindowForm
from cloud.products.models import Hold, HoldState, SaleWindow
from cloud.products.service import Listing, offered
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.orders.early import (
    HARVEST,
    SEASON,
    TODAY,
    announce,
    buy,
    harvest,
    reap,
    wanted,
)
from tests.cloud.products.ledger import balanced, by_lot, counters, places

HANDS = 6
DEEDS = 20
"""Of each hand when all work at once."""


@pytest.fixture
def melons(stall: Stall) -> Listing:
    """Three packs are there, and ten more can be ordered before they are harvested."""
    listing = stall.offer(packs=3)
    announce(stall, listing)
    return listing


def lead(stall: Stall, placed: Placed, *steps: Step) -> None:
    for step in steps:
        with Session(writing(stall.engine)) as session, session.begin():
            who = stall.seeded.manager.principal
            desk.lead(session, who, placed.order.public_id, step, START)


def lines(stall: Stall, placed: Placed) -> list[tuple[int, int | None, int]]:
    """Position, lot and packs of each line, as they are now."""
    with Session(stall.engine) as session:
        found = reading.lines(session, placed.order)
        assert placed.order.total == sum(one.price * one.quantity for one in found)
        return [(one.position, one.lot_id, one.quantity) for one in found]


def taken(stall: Stall, listing: Listing) -> list[tuple[int, int]]:
    """Places taken and places, while all counts agree."""
    with Session(stall.engine) as session:
        assert balanced(session, listing.variant)
        return places(session, listing.variant)


def test_what_is_not_there_waits_for_the_harvest(stall: Stall, melons: Listing) -> None:
    placed = buy(stall, melons, 5)
    assert lines(stall, placed) == [(1, melons.lot.id, 3), (2, None, 2)]
    assert placed.harvest_on == HARVEST
    assert taken(stall, melons) == [(2, 10)]


def test_what_is_there_is_sold_first(stall: Stall, melons: Listing) -> None:
    assert lines(stall, buy(stall, melons, 3)) == [(1, melons.lot.id, 3)]
    assert taken(stall, melons) == [(0, 10)]


def test_whoever_does_not_know_of_the_wait_is_asked_first(stall: Stall, melons: Listing) -> None:
    with pytest.raises(SoldAhead) as refused:
        buy(stall, melons, 5, knows=False)
    assert refused.value.params["left"] == 3
    assert taken(stall, melons) == [(0, 10)]


def test_no_more_is_sold_than_is_there_and_to_come(stall: Stall, melons: Listing) -> None:
    with pytest.raises(OutOfStock) as refused:
        buy(stall, melons, 14)
    assert refused.value.params["left"] == 13
    buy(stall, melons, 13)
    with pytest.raises(OutOfStock):
        buy(stall, melons, 1, "b")
    assert taken(stall, melons) == [(10, 10)]


def test_the_next_harvest_that_has_a_place_is_the_one(stall: Stall, melons: Listing) -> None:
    later = announce(stall, melons, 4)
    with Session(writing(stall.engine)) as session, session.begin():
        session.get_one(SaleWindow, later.id).harvest_on = SEASON
    buy(stall, melons, 13)
    assert buy(stall, melons, 4, "b").harvest_on == SEASON
    assert taken(stall, melons) == [(10, 10), (4, 4)]


def test_nothing_is_packed_before_it_is_harvested(stall: Stall, melons: Listing) -> None:
    placed = buy(stall, melons, 5)
    lead(stall, placed, Step.CONFIRM)
    with pytest.raises(HarvestAwaited):
        lead(stall, placed, Step.PACK)
    lot = reap(stall, melons, 2)
    lead(stall, placed, Step.PACK, Step.SHIP)
    assert lines(stall, placed) == [(1, melons.lot.id, 3), (2, lot.id, 2)]
    assert taken(stall, melons) == [(0, 8)]
    with Session(stall.engine) as session:
        assert counters(session, melons.variant) == (0, 0)
        assert set(by_lot(session, melons.variant).values()) == {(0, 0)}


def test_buyer_and_shop_hear_that_all_of_it_is_there(stall: Stall, melons: Listing) -> None:
    placed = buy(stall, melons, 5)
    harvested = select(OrderLetter.reader).where(OrderLetter.about == About.HARVESTED)
    reap(stall, melons, 1)
    with Session(stall.engine) as session:
        assert session.exec(harvested).all() == []
    reap(stall, melons, 1)
    reap(stall, melons, 1)
    with Session(stall.engine) as session:
        ours = harvested.where(OrderLetter.order_id == placed.order.id)
        assert sorted(session.exec(ours)) == [Reader.BUYER, Reader.SHOP]


def test_who_came_first_has_the_first(stall: Stall, melons: Listing) -> None:
    first, second = buy(stall, melons, 7, "a"), buy(stall, melons, 4, "b")
    one = reap(stall, melons, 5)
    assert lines(stall, first) == [(1, melons.lot.id, 3), (2, one.id, 4)]
    assert lines(stall, second) == [(1, None, 4)]
    with pytest.raises(OutOfStock):
        buy(stall, melons, 4, "c")
    two = reap(stall, melons, 3)
    assert lines(stall, second) == [(1, one.id, 1), (2, two.id, 3)]
    assert taken(stall, melons) == [(0, 2)]


def test_between_the_harvest_and_its_sharing_nobody_takes_it(
    stall: Stall, melons: Listing
) -> None:
    buy(stall, melons, 7)
    harvest(stall, melons, 5)
    with Session(stall.engine) as session:
        assert stock.left(session, melons.variant) == 1
    with pytest.raises(SoldAhead):
        buy(stall, melons, 2, "b", knows=False)
    allotting.work(stall.engine, START)
    assert taken(stall, melons) == [(0, 5)]


def test_a_recalled_lot_is_given_to_nobody(stall: Stall, melons: Listing) -> None:
    placed = buy(stall, melons, 5)
    lot = harvest(stall, melons, 2)
    with Session(writing(stall.engine)) as session, session.begin():
        lots.recall(session, stall.seeded.manager.principal, lot.public_id, "thối", START)
    allotting.work(stall.engine, START)
    assert lines(stall, placed) == [(1, melons.lot.id, 3), (2, None, 2)]


def test_a_harvest_is_not_sold_ahead_and_once_more_from_stock(
    stall: Stall, melons: Listing
) -> None:
    buy(stall, melons, 5)
    reap(stall, melons, 9)
    assert taken(stall, melons) == [(0, 1)]
    with Session(stall.engine) as session:
        assert stock.left(session, melons.variant) == 7


def test_given_up_gives_the_place_back(stall: Stall, melons: Listing) -> None:
    lead(stall, buy(stall, melons, 5, "a"), Step.CANCEL)
    assert taken(stall, melons) == [(0, 10)]
    placed = buy(stall, melons, 13, "b")
    terms.expire(stall.engine, START + rules.HELD)
    assert taken(stall, melons) == [(0, 10)]
    with Session(stall.engine) as session:
        (let_go,) = session.exec(select(Order).where(Order.id == placed.order.id))
        assert let_go.fulfilment is Fulfilment.CANCELLED
        assert reading.whole(session, [let_go])[0].harvest_on is None
    reap(stall, melons, 2)
    assert [lot for _position, lot, _packs in lines(stall, placed)] == [melons.lot.id, None]


def test_packs_given_back_go_to_who_waits(stall: Stall, melons: Listing) -> None:
    first, second = buy(stall, melons, 3, "a"), buy(stall, melons, 2, "b")
    lead(stall, first, Step.CANCEL)
    allotting.work(stall.engine, START)
    assert lines(stall, second) == [(1, melons.lot.id, 2)]


def test_a_window_in_which_somebody_waits_takes_no_more_and_stays(
    stall: Stall, melons: Listing
) -> None:
    placed, who = buy(stall, melons, 5), stall.seeded.manager.principal

    def close() -> None:
        with Session(writing(stall.engine)) as session, session.begin():
            window = session.exec(select(SaleWindow)).one()
            editing.close_window(session, who, window.public_id, START)

    close()
    assert taken(stall, melons) == [(2, 2)]
    with pytest.raises(OutOfStock):
        buy(stall, melons, 1, "b")
    lead(stall, placed, Step.CANCEL)
    close()
    assert taken(stall, melons) == []


def test_a_pack_that_somebody_waits_for_is_not_given_up(stall: Stall, melons: Listing) -> None:
    buy(stall, melons, 5)
    who = stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, pytest.raises(PackAwaited):
        packs.retire(session, who, melons.variant.public_id, START)


@pytest.mark.parametrize("lacking", ["pack", "harvest_on"])
def test_selling_ahead_names_the_pack_and_the_day(
    stall: Stall, session: Session, lacking: str
) -> None:
    listing = stall.offer()
    told = {"opens_on": TODAY, "closes_on": SEASON, "harvest_on": HARVEST, "ahead": 5}
    told["pack"] = listing.variant.public_id
    form = WindowForm.model_validate(told | {lacking: None})
    who = stall.seeded.manager.principal
    with pytest.raises(HarvestUnsaid):
        editing.open_window(session, who, listing.product.public_id, form, START)


def test_places_are_offered_until_the_day_of_the_harvest(
    stall: Stall, melons: Listing, clock: FixedClock
) -> None:
    def told() -> tuple[int, object]:
        ahead.work(stall.engine, clock.now())
        with Session(stall.engine) as session:
            pack = offered(session, melons.product.public_id, simulated=False).first
            return pack.ahead, pack.harvest_on

    buy(stall, melons, 5)
    assert told() == (8, HARVEST)
    clock.advance(days=19)
    assert told() == (8, HARVEST)
    clock.advance(days=1)
    assert told() == (0, None)
    request = wanted(melons, 1, "late")
    with Session(writing(stall.engine)) as session, pytest.raises(OutOfStock):
        service.place(session, request, clock.now(), simulated=False)


def test_the_errand_tells_who_waits_and_who_waits_too_long(stall: Stall, melons: Listing) -> None:
    lead(stall, buy(stall, melons, 5), Step.CONFIRM)
    who = stall.seeded.manager.principal
    with Session(stall.engine) as session:
        (errand,) = allotting.errands(session, who, START)
        assert (errand.params["count"], errand.late) == (1, 0)
        (errand,) = allotting.errands(session, who, START + timedelta(days=21))
        assert errand.late == 1
        assert allotting.errands(session, stall.seeded.neighbour.principal, START) == []


def test_all_hands_at_once_promise_nothing_twice(stall: Stall, melons: Listing) -> None:
    """Buyers, the desk and the harvest, all for one pack of which there are three and ten more."""
    together = Barrier(HANDS)

    def work(hand: int) -> int:
        chance = random.Random(hand)
        together.wait(timeout=30)
        return sum(one_deed(stall, melons, chance, f"{hand}-{n}") for n in range(DEEDS))

    with ThreadPoolExecutor(HANDS) as pool:
        came = 3 + sum(pool.map(work, range(HANDS)))
    allotting.work(stall.engine, START)

    ((waiting, open_places),) = taken(stall, melons)
    with Session(stall.engine) as session:
        on_hand, reserved = counters(session, melons.variant)
        kept = select(Order.id).where(Order.fulfilment != Fulfilment.CANCELLED)
        bought = select(OrderLine).where(col(OrderLine.order_id).in_(kept))
        found = session.exec(bought).all()
        assert sum(one.quantity for one in found if one.lot_id is None) == waiting <= open_places
        assert sum(one.quantity for one in found if one.lot_id) == came - on_hand + reserved
        assert sum(one.quantity for one in found) <= came + open_places <= came + 10
        assert held_as_written(session, found)


def held_as_written(session: Session, bought: Sequence[OrderLine]) -> bool:
    """Each line has its hold, of the same lot and as many packs."""
    for line in bought:
        order = session.get_one(Order, line.order_id)
        source = rules.hold_source(order.public_id, line.position)
        hold = session.exec(select(Hold).where(Hold.source == source)).one()
        waits = hold.state is HoldState.AHEAD
        assert (hold.lot_id, hold.quantity) == (line.lot_id, line.quantity)
        assert waits is (line.lot_id is None)
    return True


def one_deed(stall: Stall, listing: Listing, chance: random.Random, name: str) -> int:
    """What somebody does; how many packs were harvested by it."""
    kind = chance.choice(["buy", "buy", "buy", "cancel", "ship", "harvest", "allot"])
    if kind == "harvest":
        packs_came = chance.randint(1, 2)
        harvest(stall, listing, packs_came)
        return packs_came
    if kind == "allot":
        allotting.work(stall.engine, START)
        return 0
    with suppress(Conflict):
        if kind == "buy":
            buy(stall, listing, chance.randint(1, 3), name)
            return 0
        with Session(stall.engine) as session:
            orders = session.exec(select(Order).order_by(col(Order.id))).all()
            chosen = reading.whole(session, [chance.choice(orders)]) if orders else []
        steps = (Step.CONFIRM, Step.PACK, Step.SHIP) if kind == "ship" else (Step.CANCEL,)
        for placed in chosen:
            lead(stall, placed, *steps)
    return 0
