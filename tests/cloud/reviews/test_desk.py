"""The shop reads, answers and reports; it hides nothing."""

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.reviews import desk
from cloud.reviews.errors import AlreadyReported, NamesContact, ReviewGone
from cloud.reviews.models import Reason
from tests.cloud.client import TestClient
from tests.cloud.conftest import START
from tests.cloud.reviews.conftest import WORDS, Shoppers


def test_the_shop_reads_what_everybody_reads_and_not_before(
    as_manager: TestClient, as_neighbour: TestClient, shoppers: Shoppers
) -> None:
    assert "/htx/danh-gia" in as_manager.get("/htx/don").text
    assert "Chưa có đánh giá nào." in as_manager.get("/htx/danh-gia").text
    shoppers.write(shoppers.buy())
    assert WORDS not in as_manager.get("/htx/danh-gia").text
    shoppers.shown(words="Rất thơm.")
    page = as_manager.get("/htx/danh-gia").text
    assert "Rất thơm." in page
    assert not any(order in page for order in shoppers.orders)
    assert "Rất thơm." not in as_neighbour.get("/htx/danh-gia").text


def test_an_answer_is_read_by_everybody_and_may_be_mended(
    as_manager: TestClient, client: TestClient, shoppers: Shoppers
) -> None:
    path = f"/htx/danh-gia/{shoppers.shown(stars=2)}"
    product = f"/cho/{shoppers.product}"
    as_manager.post(path, data={"answer": "Lần sau hái muộn hơn."})
    assert "Lần sau hái muộn hơn." in client.get(product).text
    as_manager.post(path, data={"answer": "Lần sau hái muộn hơn ba ngày."})
    assert "hơn ba ngày." in client.get(product).text


def test_no_address_of_the_desk_hides_a_review(
    as_manager: TestClient, client: TestClient, shoppers: Shoppers
) -> None:
    review = shoppers.shown(stars=1, words="Dưa hỏng.")
    told = as_manager.post(f"/htx/danh-gia/{review}/bao", data={"reason": "unrelated"})
    assert "Chợ đang xem" in told.text
    assert "Dưa hỏng." in client.get(f"/cho/{shoppers.product}").text
    again = as_manager.post(f"/htx/danh-gia/{review}/bao", data={"reason": "unrelated"})
    assert again.status_code == 409
    assert shoppers.counters() == (1, 1)


def test_an_answer_gives_away_no_number(shoppers: Shoppers) -> None:
    review = shoppers.shown()
    with Session(writing(shoppers.engine)) as session, session.begin():
        with pytest.raises(NamesContact):
            desk.answer(session, shoppers.who, review, "Chị Hoa 0912345678", START)
        desk.report(session, shoppers.who, review, Reason.PRIVATE, START)
        with pytest.raises(AlreadyReported):
            desk.report(session, shoppers.who, review, Reason.PRIVATE, START)


def test_what_waits_cannot_be_answered(shoppers: Shoppers) -> None:
    shoppers.write(shoppers.buy())
    waiting = shoppers.reviews()[0].public_id
    with Session(writing(shoppers.engine)) as session, pytest.raises(ReviewGone):
        desk.answer(session, shoppers.who, waiting, "Cảm ơn.", START)


def test_a_reason_is_one_of_the_list_and_none_is_about_stars(as_manager: TestClient) -> None:
    told = as_manager.post("/htx/danh-gia/0123456789/bao", data={"reason": "too_few_stars"})
    assert told.status_code == 422
    assert not any("star" in reason or "bad" in reason for reason in Reason)
