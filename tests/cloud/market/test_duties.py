"""Complaints and the public log of what was taken down."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud import daily
from cloud.db import writing
from cloud.i18n import TIME_ZONE
from cloud.market import duties
from cloud.market.errors import AlreadyDown
from cloud.market.models import Complaint
from cloud.products import service as products
from cloud.products.errors import ProductGone, WrongState
from cloud.products.rules import Action
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall

WORDS = "Dưa không ngọt như ghi trên trang."


def test_a_buyer_complains_and_reads_the_answer_behind_a_link(
    stall: Stall, client: TestClient, as_manager: TestClient
) -> None:
    product = stall.offer().product.public_id
    assert "Chuyện gì không đúng?" in client.get(f"/khieu-nai/mon/{product}").text
    sent = client.post(f"/khieu-nai/mon/{product}", data={"words": WORDS}, follow_redirects=False)
    link = sent.headers["location"]
    assert "chưa trả lời" in client.get(link).text

    assert WORDS in as_manager.get("/htx/khieu-nai").text
    number = link.rpartition("/")[2]
    as_manager.post(f"/htx/khieu-nai/{number}", data={"answer": "Chúng tôi đổi quả khác."})
    assert "Chúng tôi đổi quả khác." in client.get(link).text


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), date(2026, 3, 11)),  # a Monday
        (datetime(2026, 3, 2, 17, 0, tzinfo=UTC), date(2026, 3, 12)),  # Tuesday in Viet Nam
        (datetime(2026, 3, 6, 1, 0, tzinfo=UTC), date(2026, 3, 17)),  # a Friday
        (datetime(2026, 3, 7, 1, 0, tzinfo=UTC), date(2026, 3, 17)),  # a Saturday
        (datetime(2026, 3, 8, 1, 0, tzinfo=UTC), date(2026, 3, 17)),  # a Sunday
    ],
)
def test_a_complaint_is_to_be_answered_within_seven_working_days(said: datetime, by: date) -> None:
    assert duties.answer_by(said) == by


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2026, 1, 1)))
def test_the_term_is_seven_working_days_and_never_ends_on_a_weekend(said: datetime) -> None:
    by, first = duties.answer_by(said), said.astimezone(TIME_ZONE).date() + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((by - first).days + 1)]
    assert sum(day.weekday() < 5 for day in days) == 7
    assert by.weekday() < 5


def test_what_is_not_answered_is_work_of_the_day_and_then_late(
    stall: Stall,
    client: TestClient,
    log_in: Callable[..., TestClient],
    clock: FixedClock,
) -> None:
    product = stall.offer().product.public_id
    manager = log_in(stall.seeded.manager)
    assert "Việc hôm nay" not in manager.get("/htx/don").text
    links = [
        client.post(
            f"/khieu-nai/mon/{product}", data={"words": WORDS}, follow_redirects=False
        ).headers["location"]
        for _ in range(2)
    ]
    assert "Hạn trả lời: hết ngày 11/03/2026." in client.get(links[0]).text
    assert "Trả lời 2 khiếu nại" in manager.get("/htx/don").text
    assert "Trả lời trước hết ngày 11/03/2026." in manager.get(duties.PATH).text
    clock.advance(days=9)
    assert "Quá hạn" not in manager.get(duties.PATH).text
    clock.advance(days=1)
    manager = log_in(stall.seeded.manager)
    assert manager.get(duties.PATH).text.count("Quá hạn") == 2
    assert "2 quá hạn" in manager.get("/htx/don").text
    for link in links:
        number = link.rpartition("/")[2]
        manager.post(f"{duties.PATH}/{number}", data={"answer": "Chúng tôi đổi quả khác."})
    assert "Quá hạn" not in manager.get(duties.PATH).text
    assert "Việc hôm nay" not in manager.get("/htx/don").text


def test_who_waits_longest_is_heard_first(stall: Stall, session: Session) -> None:
    product, who = stall.offer().product.public_id, stall.seeded.manager.principal
    first, second, third = (
        duties.complain(session, product, f"{WORDS} {n}", START, simulated=False).public_id
        for n in range(3)
    )
    duties.answer(session, who, first, "Xin lỗi.", START)
    order = [told.row.public_id for told in duties.heard(session, who)]
    assert order == [second, third, first]


def test_a_complaint_is_heard_at_its_own_cooperative_only(
    stall: Stall, client: TestClient, as_neighbour: TestClient
) -> None:
    product = stall.offer().product.public_id
    sent = client.post(f"/khieu-nai/mon/{product}", data={"words": WORDS}, follow_redirects=False)
    number = sent.headers["location"].rpartition("/")[2]
    assert WORDS not in as_neighbour.get("/htx/khieu-nai").text
    answer = as_neighbour.post(f"/htx/khieu-nai/{number}", data={"answer": "Không phải tôi."})
    assert answer.status_code == 404


def test_what_a_buyer_wrote_is_erased_ninety_days_after_the_answer(
    stall: Stall, client: TestClient, as_manager: TestClient
) -> None:
    product = stall.offer().product.public_id
    with Session(writing(stall.engine)) as session, session.begin():
        said, unanswered = (
            duties.complain(session, product, words, START, simulated=False).public_id
            for words in (WORDS, "Chưa ai trả lời tôi.")
        )
        manager = stall.seeded.manager.principal
        duties.answer(session, manager, said, "Chào chị Hoa.", START + timedelta(days=9))
    night = FixedClock()
    night.advance(days=98, hours=23)
    assert daily.work(stall.engine, night, (duties.forget_answered,)) == 0
    assert "Chào chị Hoa." in client.get(f"/khieu-nai/{said}").text
    night.advance(hours=1)
    assert duties.forget_answered in daily.CHORES
    assert daily.work(stall.engine, night, (duties.forget_answered,)) == 0
    with Session(stall.engine) as session:
        kept = session.exec(select(Complaint.words, Complaint.answer))
        assert set(kept) == {("", ""), ("Chưa ai trả lời tôi.", "")}
    assert "Lời đã xóa" in client.get(f"/khieu-nai/{said}").text
    assert "Chưa ai trả lời tôi." in client.get(f"/khieu-nai/{unanswered}").text
    desk = as_manager.get("/htx/khieu-nai").text
    assert WORDS not in desk
    assert "Lời đã xóa" in desk


def test_what_is_taken_down_is_gone_for_good_and_everybody_reads_why(
    stall: Stall, client: TestClient, engine: Engine
) -> None:
    listing = stall.offer()
    path = f"/cho/{listing.product.public_id}"
    assert client.get(path).status_code == 200
    with Session(writing(engine)) as session, session.begin():
        duties.take_down(session, listing.product.public_id, "Ghi sai nơi trồng.", START)
    assert client.get(path).status_code == 404
    log = client.get("/da-go").text
    assert "Ghi sai nơi trồng." in log
    assert listing.product.name in log
    manager = stall.seeded.manager.principal
    with Session(writing(engine)) as session:
        for action in Action:
            with pytest.raises(WrongState):
                products.act(session, manager, listing.product.public_id, action, START)


def test_a_product_is_taken_down_once_and_has_to_be_there(stall: Stall, session: Session) -> None:
    product = stall.offer().product.public_id
    duties.take_down(session, product, "Ghi sai nơi trồng.", START)
    with pytest.raises(AlreadyDown):
        duties.take_down(session, product, "Lần nữa.", START + timedelta(days=1))
    with pytest.raises(ProductGone):
        duties.take_down(session, "zzzzzzzzzz", "Không có.", START)


def test_the_rules_lead_to_the_log_and_an_empty_log_says_so(client: TestClient) -> None:
    assert "/da-go" in client.get("/quy-che").text
    assert "Chưa gỡ món nào" in client.get("/da-go").text
    assert client.get("/khieu-nai/zzzzzzzzzz").status_code == 404
