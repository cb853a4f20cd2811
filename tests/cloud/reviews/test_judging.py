"""The market's keeper decides, and everybody reads why something is not shown."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from cloud import daily
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.db import writing
from cloud.orders.rules import Step
from cloud.reviews import desk, judging
from cloud.reviews.errors import ReviewGone, WrongState
from cloud.reviews.models import Part, Reason, Review, ReviewState
from cloud.reviews.rules import WORDS_KEPT
from tests.cloud.client import TestClient
from tests.cloud.conftest import START
from tests.cloud.reviews.conftest import JUDGE, WORDS, Shoppers


def refuse(shoppers: Shoppers, review: str, part: Part = Part.REVIEW) -> None:
    with Session(writing(shoppers.engine)) as session, session.begin():
        judging.refuse(session, review, part, Reason.INSULT, JUDGE)


def test_nobody_reads_it_before_the_market_has(client: TestClient, shoppers: Shoppers) -> None:
    shoppers.write(shoppers.buy())
    assert WORDS not in client.get(f"/cho/{shoppers.product}").text
    with Session(writing(shoppers.engine)) as session, session.begin():
        (case,) = judging.waiting(session)
        judging.publish(session, case.review.public_id, JUDGE)
    assert WORDS in client.get(f"/cho/{shoppers.product}").text
    assert shoppers.counters() == (1, 5)


def test_what_is_refused_is_told_without_its_words(client: TestClient, shoppers: Shoppers) -> None:
    refuse(shoppers, shoppers.shown())
    page = client.get("/da-go").text
    assert "Đánh giá đã đăng rồi gỡ" in page
    assert "Xúc phạm, tục tĩu" in page
    assert WORDS not in page
    assert WORDS not in client.get(f"/cho/{shoppers.product}").text
    assert "Xúc phạm, tục tĩu" in client.get(f"/don/{shoppers.orders[0]}/danh-gia").text
    assert shoppers.counters() == (0, 0)
    with pytest.raises(WrongState):
        refuse(shoppers, shoppers.reviews()[0].public_id)


def test_the_record_of_the_cooperative_names_who_judged(shoppers: Shoppers) -> None:
    refuse(shoppers, shoppers.shown())
    with Session(shoppers.engine) as session:
        judged = select(AuditEntry).where(AuditEntry.action == AuditAction.REVIEW_JUDGED)
        details = [entry.detail for entry in session.exec(judged.order_by("seq"))]
    assert details == [
        {"by": "Chị Chợ", "done": "published"},
        {"by": "Chị Chợ", "done": "refused", "part": "review", "reason": "insult"},
    ]


def test_an_answer_alone_can_be_refused(client: TestClient, shoppers: Shoppers) -> None:
    review = shoppers.shown()
    with pytest.raises(ReviewGone):
        refuse(shoppers, review, Part.ANSWER)
    with Session(writing(shoppers.engine)) as session, session.begin():
        desk.answer(session, shoppers.who, review, "Khách này nói láo.", START)
    refuse(shoppers, review, Part.ANSWER)
    page = client.get(f"/cho/{shoppers.product}").text
    assert "Khách này nói láo." not in page
    assert WORDS in page
    assert "Trả lời của người bán" in client.get("/da-go").text


def test_goods_that_came_back_take_their_review_along(
    client: TestClient, shoppers: Shoppers
) -> None:
    review = shoppers.shown()
    shoppers.lead(shoppers.orders[0], Step.RETURN)
    assert shoppers.reviews()[0].state is ReviewState.RETURNED
    assert shoppers.counters() == (0, 0)
    assert WORDS not in client.get(f"/cho/{shoppers.product}").text
    with Session(writing(shoppers.engine)) as session, pytest.raises(WrongState):
        judging.publish(session, review, JUDGE)


def test_words_that_nobody_may_read_are_erased_ninety_days_later(shoppers: Shoppers) -> None:
    refuse(shoppers, shoppers.shown())
    shoppers.shown()
    assert judging.forget_hidden in daily.CHORES
    for moment, kept in ((-timedelta(hours=1), [WORDS, WORDS]), (timedelta(), ["", WORDS])):
        with Session(writing(shoppers.engine)) as session, session.begin():
            judging.forget_hidden(session, JUDGE.now + WORDS_KEPT + moment)
            assert list(session.exec(select(Review.words).order_by("id"))) == kept


def test_what_a_shop_reports_is_looked_at_again_and_stays_meanwhile(
    client: TestClient, shoppers: Shoppers
) -> None:
    review = shoppers.shown(stars=1)
    with Session(writing(shoppers.engine)) as session, session.begin():
        desk.report(session, shoppers.who, review, Reason.NOT_BOUGHT, START)
    assert WORDS in client.get(f"/cho/{shoppers.product}").text
    with Session(writing(shoppers.engine)) as session, session.begin():
        (case,) = judging.waiting(session)
        judging.publish(session, case.review.public_id, JUDGE)
        assert judging.waiting(session) == []
    assert shoppers.counters() == (1, 1)
    (row,) = shoppers.reviews()
    assert (row.reported_for, row.reported_at) == (None, START)
