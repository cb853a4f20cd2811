"""Money on the account: counted by itself, waiting for a person, taken back, given back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.money import intake, report, service
from cloud.money.errors import AlreadyBack, NothingToReturn, StillSpoken, TxnSpent
from cloud.money.intake import Taken
from cloud.money.service import Refund, Wish
from cloud.orders import buyers, desk, reading
from cloud.orders import service as orders
from cloud.orders.models import OrderEvent, OrderRequest
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.payments.matching import Hint, Verdict
from cloud.payments.models import Allocation, BankTxn, Provider
from cloud.payments.rules import PaymentState
from cloud.payments.telling import Told
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall


def ordered(stall: Stall, key: str = "k" * 16, *, simulated: bool = False) -> Placed:
    """Two packs of 35,000 đ."""
    listing = stall.offer(packs=5, simulated=simulated)
    request = OrderRequest(
        product=listing.product.public_id,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=key,
    )
    with (
        Session(writing(stall.engine), expire_on_commit=False) as session,
        session.begin(),
    ):
        return orders.place(session, request, START, simulated=simulated)


def told(content: str, amount: int = 70_000, name: str = "1", **more: str) -> Told:
    return Told(name, amount, incoming=True, content=content, at=START, **more)


def take(session: Session, stall: Stall, *money: Told) -> Taken:
    owner = stall.seeded.manager.principal.cooperative_id
    return intake.take(session, owner, Provider.SEPAY, money, START)


def state(session: Session, placed: Placed) -> PaymentState:
    return reading.placed(session, placed.order.public_id).payment_state


def waiting(session: Session, stall: Stall) -> list[service.Waiting]:
    return service.waiting(session, stall.seeded.manager.principal, START)


@pytest.fixture
def placed(stall: Stall) -> Placed:
    return ordered(stall)


def test_the_right_code_and_amount_pay_an_order_by_themselves(
    stall: Stall, session: Session, placed: Placed
) -> None:
    assert take(session, stall, told(f"MBVCB.1.{placed.payment.code}.CT tu 1")) == Taken(1, 1)
    assert state(session, placed) is PaymentState.PAID
    assert waiting(session, stall) == []
    events = session.exec(select(OrderEvent.what, OrderEvent.amount).order_by(col(OrderEvent.id)))
    assert list(events) == [("placed", None), ("money", 70_000)]


def test_what_is_told_ten_times_counts_once(
    stall: Stall, session: Session, placed: Placed
) -> None:
    money = told(placed.payment.code)
    assert [take(session, stall, money).new for _again in range(10)] == [1] + [0] * 9
    assert len(session.exec(select(Allocation)).all()) == 1


def test_the_bank_and_its_service_tell_of_one_transaction(
    stall: Stall, session: Session, placed: Placed
) -> None:
    take(session, stall, told(placed.payment.code, reference="FT26061"))
    owner = stall.seeded.manager.principal.cooperative_id
    again = told("another wording", name="row 7", reference="FT26061")
    assert intake.take(session, owner, Provider.STATEMENT, [again], START) == Taken(0, 0)


@pytest.mark.parametrize(
    ("amount", "words", "verdict"),
    [
        (69_000, "{}", Verdict.UNDER),
        (71_000, "{}", Verdict.OVER),
        (70_000, "ck{}", Verdict.DAMAGED),
        (70_000, "chuyen tien", Verdict.NO_CODE),
    ],
)
def test_everything_else_waits_with_a_suggestion(
    stall: Stall, session: Session, placed: Placed, amount: int, words: str, verdict: Verdict
) -> None:
    content = f"{words.format(placed.payment.code)} NGUYEN THI HOA"
    assert take(session, stall, told(content, amount)) == Taken(1, 0)
    (one,) = waiting(session, stall)
    assert (one.left, one.verdict) == (amount, verdict)
    assert one.suggestions[0].awaited.code == placed.payment.code
    assert Hint.NAME in one.suggestions[0].hints
    assert state(session, placed) is PaymentState.UNPAID


def test_money_for_a_cancelled_order_waits_to_be_given_back(
    stall: Stall, session: Session, placed: Placed
) -> None:
    manager = stall.seeded.manager.principal
    desk.lead(session, manager, placed.order.public_id, Step.CANCEL, START)
    take(session, stall, told(placed.payment.code))
    (late,) = waiting(session, stall)
    assert late.verdict is Verdict.LATE

    wish = Wish(placed.payment.code, 70_000, "a" * 16)
    service.allocate(session, manager, late.txn.public_id, wish, START)
    (back,) = service.refunds(session, manager)
    assert back.books.refundable == 70_000
    too_much = Refund(70_001, "", "r" * 16)
    with pytest.raises(NothingToReturn):
        service.refund(session, manager, placed.order.public_id, too_much, START)
    for _twice in range(2):
        refund = Refund(70_000, "FT1", "s" * 16)
        service.refund(session, manager, placed.order.public_id, refund, START)
    assert state(session, placed) is PaymentState.REFUNDED
    assert service.refunds(session, manager) == []
    with pytest.raises(AlreadyBack):
        service.undo(session, manager, late.txn.public_id, START)


def test_a_sample_is_never_paid(stall: Stall, session: Session) -> None:
    sample = ordered(stall, simulated=True)
    assert take(session, stall, told(sample.payment.code)) == Taken(1, 0)
    assert waiting(session, stall)[0].verdict is Verdict.LATE


def test_money_on_another_account_pays_nothing(
    stall: Stall, session: Session, placed: Placed
) -> None:
    take(session, stall, told(placed.payment.code, account="999"))
    assert waiting(session, stall)[0].verdict is Verdict.OTHER_ACCOUNT
    take(session, stall, told(placed.payment.code, name="2", account="0011223344"))
    assert state(session, placed) is PaymentState.PAID


def test_one_transfer_can_pay_two_orders_and_no_more(stall: Stall, session: Session) -> None:
    one, two = ordered(stall, "a" * 16), ordered(stall, "b" * 16)
    manager = stall.seeded.manager.principal
    take(session, stall, told(f"{one.payment.code} {two.payment.code}", 140_000))
    (both,) = waiting(session, stall)
    assert both.verdict is Verdict.SEVERAL
    for placed, key in ((one, "c" * 16), (two, "d" * 16)):
        wish = Wish(placed.payment.code, 70_000, key)
        for _twice in range(2):
            service.allocate(session, manager, both.txn.public_id, wish, START)
        assert state(session, placed) is PaymentState.PAID
    wish = Wish(one.payment.code, 1, "e" * 16)
    with pytest.raises(TxnSpent):
        service.allocate(session, manager, both.txn.public_id, wish, START)
    with pytest.raises(StillSpoken):
        service.ignore(session, manager, both.txn.public_id, "lãi", START)


def test_what_was_matched_wrongly_is_taken_back_and_stays_in_the_books(
    stall: Stall, session: Session, placed: Placed
) -> None:
    manager = stall.seeded.manager.principal
    take(session, stall, told(placed.payment.code))
    (done,) = service.spoken(session, manager)
    assert (done.parts, done.by_rule) == ([(placed.payment.code, 70_000)], True)
    for _twice in range(2):
        service.undo(session, manager, done.txn.public_id, START)
    assert state(session, placed) is PaymentState.UNPAID
    assert [one.left for one in waiting(session, stall)] == [70_000]
    assert len(session.exec(select(Allocation)).all()) == 2


def test_what_is_ignored_has_a_reason_and_can_be_looked_at_again(
    stall: Stall, session: Session
) -> None:
    manager = stall.seeded.manager.principal
    take(session, stall, told("lai tien gui", 1_234))
    txn = waiting(session, stall)[0].txn.public_id
    service.ignore(session, manager, txn, "lãi tiền gửi", START)
    assert waiting(session, stall) == []
    assert [one.ignored_reason for one in service.ignored(session, manager)] == ["lãi tiền gửi"]
    service.look_again(session, manager, txn, START)
    assert len(waiting(session, stall)) == 1


def test_the_month_adds_up(stall: Stall, session: Session, placed: Placed) -> None:
    manager = stall.seeded.manager.principal
    out = Told("9", 500, incoming=False, content="phi", at=START)
    take(session, stall, told(placed.payment.code), told("lai", 30, "2"), told("?", 7, "3"), out)
    lai = next(one for one in waiting(session, stall) if one.left == 30)
    service.ignore(session, manager, lai.txn.public_id, "lãi tiền gửi", START)
    month = report.month(session, manager, START.date().replace(day=1))
    total = month.total
    assert (total.incoming, total.matched, total.ignored) == (70_037, 70_000, 30)
    assert (total.waiting, total.outgoing, total.refunded) == (7, 500, 0)
    assert sum(sums.incoming for _day, sums in month.days) == total.incoming
    assert report.month(session, manager, month.before).days == []


def test_a_forgotten_buyers_words_are_forgotten_at_the_bank_too(
    stall: Stall, session: Session, placed: Placed
) -> None:
    manager = stall.seeded.manager.principal
    take(session, stall, told(f"NGUYEN THI HOA {placed.payment.code}"))
    for step in (Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER):
        desk.lead(session, manager, placed.order.public_id, step, START)
    buyers.ask_erasure(session, placed.order.public_id, START)
    assert session.exec(select(BankTxn.content)).one() == placed.payment.code


def test_money_that_comes_twice_at_the_same_moment_is_counted_once(
    stall: Stall, placed: Placed
) -> None:
    together = Barrier(4)

    def pay(number: int) -> int:
        together.wait(timeout=30)
        with Session(writing(stall.engine)) as session, session.begin():
            return take(session, stall, told(placed.payment.code, name=str(number))).matched

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(pay, range(4))) == 1
    with Session(stall.engine) as session:
        assert len(waiting(session, stall)) == 3


def test_the_queue_works_by_forms(
    stall: Stall, placed: Placed, as_manager: TestClient, as_farmer: TestClient
) -> None:
    form = {"amount": "60000", "content": f"ck{placed.payment.code}", "key": "s" * 20}
    page = as_manager.post("/htx/tien", data=form).text
    assert "Mã viết chưa đúng" in page
    assert f"Ghép vào đơn {placed.payment.code}" in page
    with Session(stall.engine) as session:
        txn = session.exec(select(BankTxn.public_id)).one()
    wrong = {"code": "HX0000000", "amount": "60000", "key": "t" * 20}
    assert as_manager.post(f"/htx/tien/{txn}", data=wrong).status_code == 409
    typed = placed.payment.code.lower()
    right = {"code": f"{typed[:4]} {typed[4:]}", "amount": "60000", "key": "u" * 20}
    assert "người ghép" in as_manager.post(f"/htx/tien/{txn}", data=right).text
    assert "Trả một phần" in as_manager.get("/htx/don").text
    assert "Đã ghép vào đơn" in as_manager.get("/htx/doi-soat").text
    assert as_farmer.get("/htx/tien").status_code == 403


def test_a_statement_is_looked_at_before_it_counts_and_counts_once(
    stall: Stall, placed: Placed, as_manager: TestClient
) -> None:
    table = f"Ngày,Ghi có,Nội dung\n02/03/2026,70.000,{placed.payment.code}\nx1,5.000,sai\n"
    for new in (1, 0):
        files = {"files": ("sao-ke.csv", table.encode(), "text/csv")}
        page = as_manager.post("/htx/sao-ke", data={"act": "read"}, files=files)
        assert f"Đọc được 1 dòng, {new} dòng mới." in page.text
        assert "Dòng 3: không thấy ngày" in page.text
        with Session(stall.engine) as session:
            assert state(session, placed) is (PaymentState.UNPAID if new else PaymentState.PAID)
        as_manager.post(page.url.path)
    with Session(stall.engine) as session:
        assert len(session.exec(select(BankTxn)).all()) == 1
    files = {"files": ("a.csv", b"a,b\n1,2\n", "text/csv")}
    refused = as_manager.post("/htx/sao-ke", data={"act": "read"}, files=files)
    assert refused.status_code == 409
    assert "Không đọc được sao kê này" in refused.text


def test_a_long_statement_is_looked_at_with_as_few_questions_as_a_short_one(
    stall: Stall, as_manager: TestClient
) -> None:
    said: list[str] = []
    asked: list[int] = []
    event.listen(stall.engine, "before_cursor_execute", lambda *words: said.append(words[2]))
    for rows in (2, 60):
        lines = [f"02/03/2026,{number}.000,tien {number}" for number in range(1, rows + 1)]
        octets = "\n".join(["Ngày,Ghi có,Nội dung", *lines]).encode()
        files = {"files": ("sao-ke.csv", octets, "text/csv")}
        page = as_manager.post("/htx/sao-ke", data={"act": "read"}, files=files)
        assert f"Đọc được {rows} dòng, {rows} dòng mới." in page.text
        said.clear()
        as_manager.get(page.url.path)
        asked.append(len([one for one in said if "bank_txn" in one]))
    assert asked[0] == asked[1] > 0
