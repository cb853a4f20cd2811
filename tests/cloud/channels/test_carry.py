"""From a change to the channel and back: what waits, what arrives, what is never made twice."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from itertools import pairwise

import pytest
from fastapi import FastAPI
from sqlmodel import Session, update

from cloud.channels.codes import Channel
from cloud.channels.look import due
from cloud.channels.pace import Fault, Pace, tomorrow
from cloud.db import writing
from cloud.lots.models import Lot
from cloud.products import service as products
from cloud.products.models import Variant
from cloud.products.rules import Action
from tests.cloud.channels.conftest import Booth, three_photos
from tests.cloud.client import TestClient


def price(booth: Booth, value: int) -> None:
    with Session(writing(booth.engine)) as session, session.begin():
        session.exec(update(Variant).values(price=value))


def act(booth: Booth, product: str, action: Action) -> None:
    with Session(writing(booth.engine)) as session, session.begin():
        products.act(session, booth.stall.seeded.manager.principal, product, action, booth.now)


def agrees(booth: Booth) -> bool:
    """A row of the outbox for each listing that stands otherwise than it should, and no other."""
    return {one.listing_id for one in booth.waiting()} == {
        row.id for row in booth.rows() if due(row)
    }


@pytest.fixture
def listed(booth: Booth) -> Booth:
    """Twenty packs of one product, shown at one channel that gets all that is spare."""
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.carry()
    return booth


def test_what_is_on_sale_gets_there_once_and_is_read_back(listed: Booth) -> None:
    row = listed.row()
    assert listed.floor.promised() == {str(row.desired["key"]): 18}
    assert row.synced_hash == row.desired_hash
    assert (row.promised, row.remote_id, row.fault) == (18, "1000", None)
    assert listed.waiting() == []
    listed.look()
    listed.carry()
    assert len(listed.floor.writes) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda booth, _product: price(booth, 40_000),
        lambda booth, product: act(booth, product, Action.PAUSE),
        lambda booth, _product: booth.buy(products_of(booth), 3, "order:1"),
        lambda booth, _product: recall(booth),
    ],
    ids=["price", "pause", "sale", "recall"],
)
def test_whatever_changes_waits_to_be_carried_and_then_does_not(
    listed: Booth, change: Callable[[Booth, str], object]
) -> None:
    change(listed, str(listed.row().desired["group"]))
    listed.look()
    assert len(listed.waiting()) == 1
    assert agrees(listed)
    listed.carry()
    assert agrees(listed)
    assert listed.waiting() == []
    (told,) = listed.floor.listings.values()
    assert told == listed.row().desired


def products_of(booth: Booth) -> products.Listing:
    with Session(booth.engine, expire_on_commit=False) as session:
        (listing,) = products.own(session, booth.stall.seeded.manager.principal)
        return listing


def recall(booth: Booth) -> None:
    with Session(writing(booth.engine)) as session, session.begin():
        session.exec(update(Lot).values(recalled_at=booth.now))


def test_a_product_that_is_not_sold_any_more_is_hidden_and_not_deleted(listed: Booth) -> None:
    act(listed, str(listed.row().desired["group"]), Action.PAUSE)
    listed.look()
    listed.carry()
    ((number, told),) = listed.floor.listings.items()
    assert (number, told["listed"], told["quantity"]) == ("1000", False, 0)


def test_many_changes_between_two_looks_are_one_message(listed: Booth) -> None:
    for value in (40_000, 41_000, 42_000):
        price(listed, value)
        listed.look()
    listed.carry()
    assert [told["price"] for told in listed.floor.writes] == [35_000, 42_000]


def test_what_was_changed_back_is_not_carried(listed: Booth) -> None:
    price(listed, 40_000)
    listed.look()
    price(listed, 35_000)
    listed.look()
    assert listed.waiting() == []
    assert agrees(listed)


def test_samples_and_drafts_go_nowhere(booth: Booth) -> None:
    booth.stall.offer(simulated=True)
    booth.stall.offer(publish=False)
    booth.use(Channel.SHOPEE)
    booth.look()
    assert booth.rows() == []


def test_a_time_out_after_success_makes_no_second_listing(booth: Booth) -> None:
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("late")
    booth.carry()
    row = booth.row()
    assert (row.fault, row.remote_id, row.promised) == (Fault.RETRY, None, 18)
    assert len(booth.waiting()) == 1

    booth.clock.advance(minutes=2)
    booth.carry()
    assert len(booth.floor.listings) == 1
    assert booth.row().fault is None
    assert booth.waiting() == []


def test_what_got_lost_and_was_taken_off_meanwhile_is_hidden(booth: Booth) -> None:
    product = booth.stall.offer(packs=20).product.public_id
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("late")
    booth.carry()
    act(booth, product, Action.PAUSE)
    booth.look()
    assert agrees(booth)
    booth.clock.advance(minutes=2)
    booth.carry()
    (told,) = booth.floor.listings.values()
    assert told["listed"] is False
    assert booth.waiting() == []


def test_what_never_got_there_and_was_taken_off_is_not_made(booth: Booth) -> None:
    product = booth.stall.offer(packs=20).product.public_id
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("away")
    booth.carry()
    act(booth, product, Action.PAUSE)
    booth.look()
    booth.clock.advance(minutes=2)
    booth.carry()
    assert booth.floor.listings == {}
    assert booth.waiting() == []
    assert booth.row().promised == 0


def test_a_throttled_channel_is_left_alone_as_long_as_it_asks(booth: Booth) -> None:
    booth.stall.offer(packs=20)
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("throttled")
    booth.carry()
    assert len(booth.floor.writes) == 0
    assert booth.link().rest_until == booth.now + timedelta(seconds=90)
    booth.clock.advance(seconds=60)
    booth.carry()
    assert len(booth.floor.writes) == 0
    booth.clock.advance(seconds=60)
    booth.carry()
    assert len(booth.floor.listings) == 2


def test_a_channel_that_knows_us_no_more_stands_still_until_it_is_connected_again(
    listed: Booth,
) -> None:
    listed.floor.known = False
    price(listed, 40_000)
    listed.look()
    listed.carry()
    assert listed.row().fault is Fault.AUTH
    assert listed.link().auth_lost_at == listed.now
    listed.floor.known = True
    listed.clock.advance(days=2)
    listed.carry()
    assert len(listed.floor.writes) == 1

    listed.change(listed.link(), auth_lost_at=None)
    listed.carry()
    assert [told["price"] for told in listed.floor.writes] == [35_000, 40_000]


def test_a_refused_field_waits_for_people_and_keeps_the_channel_s_words(listed: Booth) -> None:
    listed.floor.troubles.append("refused")
    price(listed, 40_000)
    listed.look()
    listed.carry()
    row = listed.row()
    assert (row.fault, row.fault_field) == (Fault.FIX, "title")
    assert row.fault_raw == "item_name has forbidden words"
    assert row.synced["price"] == 35_000
    assert agrees(listed)
    listed.clock.advance(days=3)
    listed.carry()
    assert len(listed.floor.writes) == 1

    price(listed, 41_000)
    listed.look()
    listed.carry()
    assert listed.row().fault is None
    assert len(listed.floor.writes) == 2


def test_a_refusal_of_one_product_does_not_hold_up_the_next(booth: Booth) -> None:
    booth.stall.offer(packs=20)
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()
    booth.floor.troubles.append("refused")
    booth.carry()
    assert len(booth.floor.listings) == 1


def test_enough_for_today_is_tried_after_midnight(listed: Booth) -> None:
    listed.floor.troubles.append("enough")
    price(listed, 40_000)
    listed.look()
    listed.carry()
    assert listed.row().fault is Fault.LIMIT
    assert listed.link().rest_until == tomorrow(listed.now)
    listed.clock.advance(hours=17)
    listed.carry()
    assert len(listed.floor.writes) == 2


def test_a_channel_that_says_yes_and_does_nothing_is_found_out(listed: Booth) -> None:
    listed.floor.troubles.append("deaf")
    price(listed, 40_000)
    listed.look()
    listed.carry()
    row = listed.row()
    assert (row.fault, row.fault_field, row.synced["price"]) == (Fault.FIX, "price", 1)
    assert agrees(listed)
    assert [one.due_at for one in listed.waiting()] == [None]


def test_a_broken_channel_is_tried_more_and_more_rarely(listed: Booth) -> None:
    price(listed, 40_000)
    listed.look()
    waits = []
    for _try in range(4):
        listed.floor.troubles.append("broken")
        listed.carry()
        (waiting,) = listed.waiting()
        assert waiting.due_at is not None
        waits.append(waiting.due_at - listed.now)
        listed.clock.advance(minutes=waits[-1] / timedelta(minutes=1) + 0.01)
    assert all(one * 1.5 < other for one, other in pairwise(waits))
    listed.carry()
    assert listed.waiting() == []


def test_the_bucket_and_the_day_s_budget_hold(booth: Booth) -> None:
    for _product in range(5):
        booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.pace = Pace(burst=2, per_minute=1, per_day=3)
    booth.look()
    booth.carry()
    assert len(booth.floor.writes) == 2
    for _minute in range(5):
        booth.clock.advance(minutes=1)
        booth.carry()
    assert len(booth.floor.writes) == 3
    booth.clock.advance(hours=17)
    booth.carry()
    assert len(booth.floor.writes) == 5


@pytest.mark.parametrize("switch", ["shop", "link", "channel"])
def test_each_switch_stops_everything_at_once(listed: Booth, switch: str) -> None:
    price(listed, 40_000)
    listed.look()
    if switch == "shop":
        listed.change(listed.shop(), stopped_at=listed.now)
    if switch == "link":
        listed.change(listed.link(), on=False)
    listed.carry(stopped=[Channel.SHOPEE] if switch == "channel" else [])
    assert len(listed.floor.writes) == 1
    assert len(listed.waiting()) == 1


def test_a_change_on_the_way_is_carried_after_it(booth: Booth) -> None:
    """The message is out, and what it says is old before its answer comes."""
    booth.stall.offer(packs=20)
    booth.use(Channel.SHOPEE)
    booth.look()

    def meanwhile() -> None:
        price(booth, 40_000)
        booth.look()

    booth.floor.on_write = meanwhile
    booth.carry()
    assert [told["price"] for told in booth.floor.writes] == [35_000, 40_000]
    assert booth.waiting() == []
    assert agrees(booth)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ("refused", "Sàn chưa nhận mục «Tên bán». Hãy sửa mục đó ở sản phẩm."),
        ("enough", "Hôm nay sàn không nhận thêm. Sáng mai máy gửi tiếp."),
        ("broken", "Sàn chưa trả lời. Máy sẽ tự gửi lại."),
        ("deaf", "Sàn chưa nhận mục «Giá»."),
    ],
)
def test_what_a_channel_refused_is_told_with_what_to_do(
    listed: Booth, app: FastAPI, as_manager: TestClient, trouble: str, sentence: str
) -> None:
    app.state.gallery = three_photos
    listed.floor.troubles.append(trouble)
    price(listed, 40_000)
    listed.look()
    listed.carry()
    page = unescape(as_manager.get("/htx/kenh/shopee").text)
    assert sentence in page
    if trouble == "refused":
        assert "Sàn nói: «item_name has forbidden words»" in page
