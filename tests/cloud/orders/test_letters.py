"""Buyers hear by mail, shops on their desk: written with the deed, sent later, once or never."""

import logging

import pytest
from sqlmodel import Session, col, select

from cloud.alerts.delivery import TRIES
from cloud.alerts.email import Mail
from cloud.alerts.notifier import Message
from cloud.db import writing
from cloud.money import service as money
from cloud.money.service import Refund
from cloud.orders import buyers, desk, letters, post, reading, service, terms
from cloud.orders.desk import Handed, Money
from cloud.orders.letters import About, OrderLetter, Reader
from cloud.orders.models import OrderRequest
from cloud.orders.post import NO_WAY, Ways
from cloud.orders.rules import Step
from cloud.shipping.carrier import CarrierName, Manual
from tests.cloud.alerts.letterbox import Letterbox
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Stall

SENDER, BASE = "vuon@example.vn", "https://vuon.example"
OUT = (Step.CONFIRM, Step.PACK, Step.SHIP)


def buy(stall: Stall, email: str = "hoa@example.vn", *, simulated: bool = False) -> str:
    request = OrderRequest(
        product=stall.offer(packs=5, simulated=simulated).product.public_id,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        email=email,
        key="k" * 16,
    )
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, request, START, simulated=simulated).order.public_id


def lead(stall: Stall, order: str, *steps: Step) -> None:
    handed = Handed(Manual(CarrierName.GHN, "GHN-77"))
    with Session(writing(stall.engine)) as session, session.begin():
        for step in steps:
            desk.lead(session, stall.seeded.manager.principal, order, step, START, handed)


def pay(stall: Stall, order: str) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        seen = Money(70_000, "m" * 16)
        desk.record_money(session, stall.seeded.manager.principal, order, seen, START)


def rows(stall: Stall, reader: Reader) -> list[OrderLetter]:
    with Session(stall.engine) as session:
        found = select(OrderLetter).where(OrderLetter.reader == reader)
        return list(session.exec(found.order_by(col(OrderLetter.id))))


def sent(stall: Stall, box: Letterbox) -> list[str]:
    """What is due goes out; the subjects of all that came."""
    post.deliver(stall.engine, START, Ways(BASE, mail=Mail(box.url, SENDER)))
    return [str(mail["Subject"]) for mail in box.mails]


def test_a_buyer_hears_of_each_thing_once(stall: Stall) -> None:
    order = buy(stall)
    pay(stall, order)
    lead(stall, order, *OUT, Step.RETURN)
    manager = stall.seeded.manager.principal
    with Session(writing(stall.engine)) as session, session.begin():
        money.refund(session, manager, order, Refund(70_000, "FT1", "r" * 16), START)
        code = reading.placed(session, order).payment.code
    with Letterbox() as box:
        subjects = sent(stall, box)
        assert sent(stall, box) == subjects
        bodies = [mail.get_content() for mail in box.mails]
    assert subjects == [
        f"Đã nhận đơn {code}",
        f"Đơn {code}: tiền đã về",
        f"Đơn {code} đang trên đường",
        f"Đơn {code}: đã trả lại tiền",
    ]
    assert all(f"{BASE}/don/{order}" in body for body in bodies)
    assert "GHN-77" in bodies[2]
    assert {str(mail["To"]) for mail in box.mails} == {"hoa@example.vn"}


def test_who_has_the_goods_is_led_to_say_what_they_were_like(stall: Stall) -> None:
    order = buy(stall)
    lead(stall, order, *OUT, Step.DELIVER)
    with Letterbox() as box:
        assert sent(stall, box)[-1].endswith(": hàng đã tới")
        assert f"{BASE}/don/{order}/danh-gia\n" in box.mails[-1].get_content()


def test_what_did_not_happen_is_told_to_nobody(stall: Stall) -> None:
    order = buy(stall)
    before = len(rows(stall, Reader.BUYER))
    with Session(writing(stall.engine)) as session:
        desk.lead(session, stall.seeded.manager.principal, order, Step.CANCEL, START)
        session.rollback()
    assert len(rows(stall, Reader.BUYER)) == before


def test_a_server_that_is_away_is_asked_again_later_and_in_the_end_no_more(
    stall: Stall, clock: FixedClock
) -> None:
    buy(stall)
    nobody = Ways(BASE, mail=Mail("smtp://127.0.0.1:9", SENDER))
    for _try in range(TRIES):
        post.deliver(stall.engine, clock.now(), nobody)
        clock.advance(minutes=11)
    (letter,) = rows(stall, Reader.BUYER)
    assert (letter.tries, letter.over_at is not None) == (TRIES, True)
    with Letterbox() as box:
        assert sent(stall, box) == []


def test_a_letter_that_could_not_go_goes_later(stall: Stall, clock: FixedClock) -> None:
    buy(stall)
    with Letterbox(refusal="451 later") as box:
        assert sent(stall, box) == []
        clock.advance(minutes=1)
        box.refusal = ""
        post.deliver(stall.engine, clock.now(), Ways(BASE, mail=Mail(box.url, SENDER)))
        assert len(box.mails) == 1


@pytest.mark.parametrize("email", ["hoa@example.vn", ""])
def test_without_a_way_nothing_waits(stall: Stall, email: str) -> None:
    buy(stall, email)
    post.deliver(stall.engine, START, Ways(BASE))
    (letter,) = rows(stall, Reader.BUYER)
    assert (letter.reason, letter.over_at) == (NO_WAY, START)


def test_a_sender_of_sms_would_reach_who_gave_no_address(stall: Stall) -> None:
    told: list[str] = []

    class Phone:
        def send(self, address: str, message: Message) -> None:
            told.append(f"{address} {message.subject}")

    buy(stall, email="")
    post.deliver(stall.engine, START, Ways(BASE, sms=Phone()))
    assert len(told) == 1
    assert told[0].startswith("+84912345678 Đã nhận đơn HX")


def test_who_is_forgotten_hears_nothing_more(stall: Stall) -> None:
    order = buy(stall)
    lead(stall, order, Step.CANCEL)
    with Session(writing(stall.engine)) as session, session.begin():
        buyers.ask_erasure(session, order, START)
    with Letterbox() as box:
        assert sent(stall, box) == []


def test_a_sample_writes_to_nobody(stall: Stall) -> None:
    buy(stall, simulated=True)
    assert rows(stall, Reader.BUYER) == []
    assert [one.about for one in rows(stall, Reader.SHOP)] == [About.PLACED]


def test_the_log_does_not_hold_the_secret_of_an_order(
    stall: Stall, caplog: pytest.LogCaptureFixture
) -> None:
    order = buy(stall)
    with caplog.at_level(logging.DEBUG), Letterbox(refusal="550 no") as box:
        sent(stall, box)
    said = caplog.text + repr(rows(stall, Reader.BUYER))
    assert "is not delivered" in caplog.text
    assert order not in said
    assert "hoa@example.vn" not in said


def test_the_shop_reads_its_news_on_the_desk(
    stall: Stall, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    order = buy(stall)
    page = as_manager.get("/htx/don").text
    assert "Có đơn mới 70.000" in page
    pay(stall, order)
    assert "Tiền về 70" not in as_manager.get("/htx/don").text, "who wrote it down knows it"
    newest = page.partition('name="upto" value="')[2].partition('"')[0]
    as_neighbour.post("/htx/don", data={"upto": newest})
    assert "Có đơn mới" in as_manager.get("/htx/don").text
    assert "Có đơn mới" not in as_manager.post("/htx/don", data={"upto": newest}).text


def test_a_term_that_runs_out_is_told_to_both(stall: Stall, clock: FixedClock) -> None:
    buy(stall)
    clock.advance(days=2)
    terms.expire(stall.engine, clock.now())
    for reader in Reader:
        assert [one.about for one in rows(stall, reader)] == [About.PLACED, About.CANCELLED]


def test_old_letters_go(stall: Stall, session: Session, clock: FixedClock) -> None:
    buy(stall)
    clock.advance(days=31)
    letters.sweep(session, clock.now())
    assert session.exec(select(OrderLetter)).all() == []
