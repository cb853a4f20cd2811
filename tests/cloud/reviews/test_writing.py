"""The buyer writes behind the link of the order, and no review says who that was."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.orders.rules import Step
from cloud.reviews import judging
from cloud.reviews.errors import AlreadyShown, NamesContact, NotOpen
from cloud.reviews.models import Part, Reason, ReviewState
from cloud.reviews.rules import OPEN_FOR
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall
from tests.cloud.reviews.conftest import JUDGE, WAY, WORDS, Shoppers

BUYER = ("Hoa", "0912", "Lê Lợi")


def sent(client: TestClient, order: str, product: str, **form: object) -> int:
    told = {"product": product, "stars": 4, "words": WORDS} | form
    path = f"/don/{order}/danh-gia"
    return client.post(path, data=told, follow_redirects=False).status_code


def test_a_buyer_writes_reads_changes_and_deletes(
    client: TestClient, clock: FixedClock, shoppers: Shoppers
) -> None:
    order = shoppers.buy()
    path = f"/don/{order}/danh-gia"
    assert path in client.get(f"/don/{order}").text
    page = client.get(path).text
    assert "Đã mua lô L1" in page
    assert page.count('type="radio"') == 5
    assert " checked" not in page
    assert sent(client, order, shoppers.product) == 303
    assert "Chờ chợ đọc" in client.get(path).text
    assert sent(client, order, shoppers.product, stars=2, words="Hơi nhạt.") == 303
    (review,) = shoppers.reviews()
    assert (review.stars, review.words, review.state) == (2, "Hơi nhạt.", ReviewState.WAITING)
    clock.advance(days=61)
    assert "không nhận thêm" in client.get(path).text
    assert path in client.get(f"/don/{order}").text
    gone = client.post(f"{path}/xoa", data={"product": shoppers.product})
    assert gone.status_code == 200
    assert shoppers.reviews() == []
    assert path not in client.get(f"/don/{order}").text


@pytest.mark.parametrize("steps", [WAY[:n] for n in range(1, 4)] + [(*WAY, Step.RETURN)])
def test_who_does_not_have_the_goods_cannot_write(
    client: TestClient, shoppers: Shoppers, steps: tuple[Step, ...]
) -> None:
    order = shoppers.buy(*steps)
    assert f"/don/{order}/danh-gia" not in client.get(f"/don/{order}").text
    assert sent(client, order, shoppers.product) == 409
    assert shoppers.reviews() == []


def test_samples_are_not_reviewed(client: TestClient, stall: Stall) -> None:
    product = stall.offer(simulated=True).product.public_id
    owner = stall.seeded.manager.principal
    shoppers = Shoppers(stall.engine, owner, product, simulated=True)
    assert sent(client, shoppers.buy(), product) == 409


def test_what_was_not_in_the_order_is_not_reviewed(
    client: TestClient, stall: Stall, shoppers: Shoppers
) -> None:
    other = stall.offer(name="Gạo").product.public_id
    order = shoppers.buy()
    assert sent(client, order, other) == 404
    assert sent(client, "zzzzzzzzzz", other) == 404


@pytest.mark.parametrize(
    "wrong", [{"stars": 0}, {"stars": 6}, {"stars": "4.5"}, {"words": "x" * 501}, {"name": "Hoa"}]
)
def test_what_is_no_review_is_refused_at_the_door(
    client: TestClient, shoppers: Shoppers, wrong: dict[str, object]
) -> None:
    assert sent(client, shoppers.buy(), shoppers.product, **wrong) == 422


def test_a_number_in_the_words_is_said_and_nothing_is_typed_again(
    client: TestClient, shoppers: Shoppers
) -> None:
    order = shoppers.buy()
    told = {"product": shoppers.product, "stars": 3, "words": "Gọi 0912 345 678."}
    answer = client.post(f"/don/{order}/danh-gia", data=told)
    assert answer.status_code == 409
    assert "bỏ số điện thoại" in answer.text
    assert "Gọi 0912 345 678." in answer.text
    assert 'value="3" checked' in answer.text
    assert shoppers.reviews() == []


def test_the_shop_is_not_taken_for_the_buyer(
    as_manager: TestClient, as_neighbour: TestClient, shoppers: Shoppers
) -> None:
    order = shoppers.buy()
    assert as_manager.get(f"/don/{order}/danh-gia").status_code == 409
    assert sent(as_manager, order, shoppers.product) == 409
    assert sent(as_neighbour, order, shoppers.product) == 303
    away = as_manager.post(f"/don/{order}/danh-gia/xoa", data={"product": shoppers.product})
    assert away.status_code == 409


def test_the_same_again_is_one_review(client: TestClient, shoppers: Shoppers) -> None:
    order = shoppers.buy()
    assert sent(client, order, shoppers.product) == 303
    assert sent(client, order, shoppers.product) == 303
    assert len(shoppers.reviews()) == 1


def test_what_everybody_reads_is_deleted_but_not_changed(shoppers: Shoppers) -> None:
    shoppers.shown(stars=4)
    (order,) = shoppers.orders
    with pytest.raises(AlreadyShown):
        shoppers.write(order, stars=1)
    assert shoppers.counters() == (1, 4)


def test_what_was_refused_is_written_anew_and_waits_again(shoppers: Shoppers) -> None:
    order = shoppers.buy()
    shoppers.write(order, words="Đồ tồi tệ!")
    review = shoppers.reviews()[0].public_id
    with Session(writing(shoppers.engine)) as session, session.begin():
        judging.refuse(session, review, Part.REVIEW, Reason.INSULT, JUDGE)
    shoppers.write(order, stars=1, words="Dưa hỏng.")
    (again,) = shoppers.reviews()
    assert (again.state, again.refused_for, again.words) == (
        ReviewState.WAITING,
        None,
        "Dưa hỏng.",
    )


def test_a_review_holds_nothing_of_its_buyer(client: TestClient, shoppers: Shoppers) -> None:
    shoppers.shown()
    everything = repr([review.model_dump() for review in shoppers.reviews()])
    page = client.get(f"/cho/{shoppers.product}").text
    assert "Người mua đã nhận hàng" in page
    assert not any(word in everything or word in page for word in BUYER)


def test_the_sixtieth_day_is_the_last(shoppers: Shoppers) -> None:
    shoppers.write(shoppers.buy(), at=START + OPEN_FOR - timedelta(minutes=1))
    with pytest.raises(NotOpen):
        shoppers.write(shoppers.buy(), at=START + OPEN_FOR)


def test_what_leads_elsewhere_is_not_kept(shoppers: Shoppers) -> None:
    order = shoppers.buy()
    with pytest.raises(NamesContact):
        shoppers.write(order, words="rehon.vn")
    assert shoppers.reviews() == []
