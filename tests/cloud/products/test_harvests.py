"""Several lots behind one product: what comes in, what is sold next, and what is sold no more."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.errors import NotFound
from cloud.lots import service as lots
from cloud.lots.balance import NotEnough
from cloud.lots.models import Lot
from cloud.market.reading import Wish, cards
from cloud.orders import desk, reading
from cloud.orders import service as orders
from cloud.orders.models import Order, OrderLine, OrderRequest
from cloud.orders.rules import Step
from cloud.packing import service as packing
from cloud.products import harvests, service
from cloud.products.errors import LotUnfit, OutOfStock, ProductGone
from cloud.products.forms import MoreForm
from cloud.products.models import Product
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.market.test_keeping import counted

KEY = "0123456789"


def more(stall: Stall, listing: Listing, lot: Lot, packs: int = 5, key: str = KEY) -> None:
    """Another lot comes in behind a product of one pack."""
    told = {"lot": lot.public_id, "packs": [listing.variant.public_id], "quantities": [packs]}
    form = MoreForm.model_validate(told | {"key": key})
    with Session(writing(stall.engine)) as session, session.begin():
        who = stall.seeded.manager.principal
        harvests.add(session, who, listing.product.public_id, form, START)


def younger(stall: Stall, days: int = 2, grams: int = 50_000) -> Lot:
    """A lot that was harvested later than those before."""
    lot = stall.lot(grams)
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        row = session.get_one(Lot, lot.id)
        row.harvested_on = START.date() + timedelta(days=days)
    return row


def buy(stall: Stall, listing: Listing, packs: int, key: str = "k" * 16) -> list[tuple[str, int]]:
    """Somebody orders; the code of each line's lot, and how many packs."""
    wanted = OrderRequest(
        product=listing.product.public_id,
        quantity=packs,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=key,
    )
    with Session(writing(stall.engine)) as session, session.begin():
        placed = orders.place(session, wanted, START, simulated=False)
        assert placed.order.total - placed.order.fee == packs * placed.lines[0].price
        return [(placed.lots[line.lot_id], line.quantity) for line in placed.lines]


def shown(stall: Stall, listing: Listing) -> Listing:
    with Session(stall.engine, expire_on_commit=False) as session:
        return service.offered(session, listing.product.public_id, simulated=False)


def test_an_order_of_two_lots_has_two_lines_at_the_price_of_all_of_it(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    assert buy(stall, listing, 6) == [(listing.lot.code, 4), (lot.code, 2)]


def test_whoever_looks_sees_the_lot_that_is_sold_next(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    assert [one.code for one in shown(stall, listing).following] == [lot.code]
    buy(stall, listing, 4)
    assert (shown(stall, listing).lot.code, shown(stall, listing).following) == (lot.code, ())


def test_what_comes_back_is_sold_first_again(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    buy(stall, listing, 4)
    harvests.work(stall.engine, START)
    assert named(stall, listing) == lot.id
    with Session(writing(stall.engine)) as session, session.begin():
        order = session.exec(select(Order)).one().public_id
        desk.lead(session, stall.seeded.manager.principal, order, Step.CANCEL, START)
    harvests.work(stall.engine, START)
    assert named(stall, listing) == listing.lot.id


def named(stall: Stall, listing: Listing) -> int:
    with Session(stall.engine) as session:
        return session.get_one(Product, listing.product.id).lot_id


def test_a_round_asks_the_same_however_many_lots_wait_their_turn(stall: Stall) -> None:
    with counted(stall.engine) as before:
        harvests.work(stall.engine, START)
    for n in range(3):
        more(stall, stall.offer(packs=4), younger(stall), key=f"{n:010}")
    with counted(stall.engine) as after:
        harvests.work(stall.engine, START)
    assert len(after) == len(before), after


def test_a_form_that_is_sent_twice_comes_in_once(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    more(stall, listing, lot)
    assert shown(stall, listing).left == 9


def test_a_lot_gives_what_was_harvested_over_all_products(stall: Stall) -> None:
    listing, other, lot = stall.offer(), stall.offer(), younger(stall, grams=9_000)
    more(stall, listing, lot, 5)
    with pytest.raises(NotEnough):
        more(stall, other, lot, 5)
    assert [shown(stall, one).left for one in (listing, other)] == [55, 50]


@pytest.mark.parametrize("wrong", ["product", "simulated", "recalled", "old"])
def test_only_what_buyers_expect_comes_in(stall: Stall, wrong: str) -> None:
    listing, lot = stall.offer(kind="vegetable"), stall.lot()
    with Session(writing(stall.engine)) as session, session.begin():
        row = session.get_one(Lot, lot.id)
        if wrong == "product":
            row.product = "Cà chua"
        elif wrong == "simulated":
            row.simulated = True
        elif wrong == "recalled":
            row.recalled_at = START
        else:
            row.harvested_on = START.date() - timedelta(days=6)
    with pytest.raises(LotUnfit):
        more(stall, listing, lot)


def test_a_neighbours_lot_does_not_exist(stall: Stall) -> None:
    listing, lot = stall.offer(), stall.lot()
    with Session(writing(stall.engine)) as session, session.begin():
        told = {"lot": lot.public_id, "packs": [listing.variant.public_id], "quantities": [1]}
        form, who = MoreForm.model_validate(told | {"key": KEY}), stall.seeded.neighbour.principal
        with pytest.raises(NotFound):
            harvests.add(session, who, listing.product.public_id, form, START)


def test_a_recalled_lot_is_not_sold_and_the_next_one_takes_its_place(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    with Session(writing(stall.engine)) as session, session.begin():
        who = stall.seeded.manager.principal
        lots.recall(session, who, listing.lot.public_id, "có mùi lạ", START)
    with pytest.raises(ProductGone):
        shown(stall, listing)

    harvests.work(stall.engine, START)

    found = shown(stall, listing)
    assert (found.lot.code, found.left) == (lot.code, 5)
    with Session(stall.engine) as session:
        (card,) = cards(session, Wish(), 9, simulated=False).cards
        assert (card.harvested_on, card.left) == (lot.harvested_on, 5)
    with pytest.raises(OutOfStock):
        buy(stall, listing, 6)
    assert buy(stall, listing, 5) == [(lot.code, 5)]


def test_an_old_lot_leaves_the_shelf_and_returns_if_it_keeps_longer(
    stall: Stall, clock: FixedClock
) -> None:
    listing = stall.offer(packs=4, kind="vegetable")
    more(stall, listing, younger(stall))
    clock.advance(days=6)
    harvests.work(stall.engine, clock.now())
    assert shown(stall, listing).left == 5
    with Session(writing(stall.engine)) as session, session.begin():
        found = service.own_one(session, stall.seeded.manager.principal, listing.product.public_id)
        found.product.shelf_life_days = 9
    harvests.work(stall.engine, clock.now())
    assert shown(stall, listing).left == 9


def test_the_packing_room_and_who_asks_for_a_lot_find_it_by_the_line(stall: Stall) -> None:
    listing, lot = stall.offer(packs=4), younger(stall)
    more(stall, listing, lot)
    buy(stall, listing, 6)
    who = stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        bought = session.exec(select(Order)).one()
        desk.lead(session, who, bought.public_id, Step.CONFIRM, START)
        assert [(one.lot, one.quantity) for one in packing.waiting(session, who, None)] == [
            (listing.lot.code, 4),
            (lot.code, 2),
        ]
        lines = session.exec(select(OrderLine).where(OrderLine.lot_id == lot.id)).all()
        assert [line.quantity for line in lines] == [2]
        desk.lead(session, who, bought.public_id, Step.CANCEL, START)
        assert reading.lines(session, bought)
    assert shown(stall, listing).lot.code == listing.lot.code
    assert buy(stall, listing, 5, "l" * 16) == [(listing.lot.code, 4), (lot.code, 1)]


def test_one_lot_more_is_one_guarded_statement_more(stall: Stall) -> None:
    one, two = stall.offer(packs=4), stall.offer(packs=4)
    more(stall, two, younger(stall))
    with counted(stall.engine) as of_one:
        buy(stall, one, 4)
    with counted(stall.engine) as of_two:
        buy(stall, two, 5, "l" * 16)
    counts = [
        [sum(one.startswith(verb) for one in asked) for verb in ("SELECT", "UPDATE")]
        for asked in (of_one, of_two)
    ]
    assert counts[1] == [counts[0][0], counts[0][1] + 1], (of_one, of_two)


def test_the_desk_puts_in_another_lot_and_corrects_the_one_that_was_counted(
    stall: Stall, as_manager: TestClient
) -> None:
    client, listing, lot = as_manager, stall.offer(packs=4), younger(stall)
    path = f"/htx/san-pham/{listing.product.public_id}"
    page = client.get(path).text
    assert f"{lot.code}, thu hoạch" in page
    pack = listing.variant.public_id
    sent = {"lot": lot.public_id, "packs": pack, "quantities": "3", "key": KEY}
    assert client.post(f"{path}/lo", data=sent, follow_redirects=True).status_code == 200

    told = {"way": "fewer", "quantity": "2", "reason": "dập", "key": KEY, "lot": lot.public_id}
    page = client.post(f"/htx/goi/{pack}/kho", data=told, follow_redirects=True).text

    assert re.findall(r"có (\d+) gói", page) == ["4", "1"]
    assert client.get(f"/cho/{listing.product.public_id}").text.count(lot.code) == 1
    assert "Thêm hàng từ lô" in client.get(f"{path}/lich-su").text
