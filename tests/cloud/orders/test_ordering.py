"""A guest's order: goods held, money expected, carried out once, followed by its link."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlmodel import Session, SQLModel, func, select

from cloud.db import writing
from cloud.orders import reading, service
from cloud.orders.models import (
    IdempotencyKey,
    Order,
    OrderBuyer,
    OrderEvent,
    OrderLine,
    OrderRequest,
)
from cloud.payments.models import Payment
from cloud.payments.vietqr import decode
from cloud.products import stock
from cloud.products.errors import OutOfStock
from cloud.products.models import Hold
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

ROWS = (Order, OrderBuyer, OrderEvent, OrderLine, IdempotencyKey, Payment, Hold)


def body(listing: Listing, **fields: object) -> dict[str, object]:
    return {
        "product": listing.product.public_id,
        "quantity": 2,
        "name": "Nguyễn Thị Hoa",
        "phone": "0912345678",
        "address": "12 Lê Lợi, phường Bến Thành",
        "key": "k" * 16,
    } | fields


def count(session: Session, model: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(model)).one()


def test_an_order_holds_goods_and_waits_for_money(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=5)

    answer = client.post("/api/v1/orders", json=body(listing))

    assert answer.status_code == 201, answer.text
    order = answer.json()
    assert (order["total"], order["owed"], order["payment"]) == (70_000, 70_000, "unpaid")
    assert order["fulfilment"] == "placed"
    assert client.get(f"/api/v1/orders/{order['id']}").json() == order
    assert order["url"] == f"http://testserver/don/{order['id']}"
    with Session(stall.engine) as session:
        assert stock.left(session, listing.variant) == 3
        assert [count(session, model) for model in ROWS] == [1] * len(ROWS)


def test_the_vietqr_pays_the_shop_this_amount_under_this_code(
    stall: Stall, client: TestClient
) -> None:
    order = client.post("/api/v1/orders", json=body(stall.offer())).json()
    code = decode(order["vietqr"])
    assert (code.bin, code.account) == ("970499", "0011223344")
    assert (code.amount, code.purpose) == (70_000, order["payment_code"])
    assert code.initiation == "12"


def test_an_amount_beyond_a_transfer_has_no_code(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(price=250_000_000)
    order = client.post("/api/v1/orders", json=body(listing)).json()
    assert (order["total"], order["vietqr"]) == (500_000_000, None)
    page = client.get(f"/don/{order['id']}").text
    assert "Số tiền này quá lớn" in page
    assert order["payment_code"] in page


def test_a_line_remembers_its_name_price_and_lot(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    request = OrderRequest.model_validate(body(listing))
    placed = service.place(session, request, START, simulated=False)
    line = placed.lines[0]
    assert (line.product_name, line.pack_name, line.price) == ("Dưa lưới ruột cam", "1 kg", 35_000)
    assert line.lot_id == listing.lot.id


def test_the_answer_says_nothing_about_the_buyer(stall: Stall, client: TestClient) -> None:
    order = client.post("/api/v1/orders", json=body(stall.offer())).text
    assert "Hoa" not in order
    assert "912345678" not in order


def test_the_same_request_again_is_the_same_order(stall: Stall, client: TestClient) -> None:
    listing = stall.offer(packs=2)
    first = client.post("/api/v1/orders", json=body(listing))
    again = client.post("/api/v1/orders", json=body(listing))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    with Session(stall.engine) as session:
        assert count(session, Order) == 1


def test_the_same_key_with_another_body_is_refused(stall: Stall, client: TestClient) -> None:
    listing = stall.offer()
    client.post("/api/v1/orders", json=body(listing))
    other = client.post("/api/v1/orders", json=body(listing, quantity=3))
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "key_reused"


def test_too_much_is_refused_with_the_item_and_what_is_left(
    stall: Stall, client: TestClient
) -> None:
    listing = stall.offer(packs=5)

    answer = client.post("/api/v1/orders", json=body(listing, quantity=6))

    assert answer.status_code == 409
    error = answer.json()["error"]
    assert error["code"] == "out_of_stock"
    assert error["sentence"] == "«Dưa lưới ruột cam» chỉ còn 5 gói. Hãy đặt ít hơn."
    with Session(stall.engine) as session:
        assert [count(session, model) for model in ROWS] == [0] * len(ROWS)
    assert client.post("/api/v1/orders", json=body(listing, quantity=5)).status_code == 201


@pytest.mark.parametrize("wrong", [{"quantity": "2"}, {"phone": "0123"}, {"total": 1}])
def test_a_malformed_order_is_not_echoed(
    stall: Stall, client: TestClient, wrong: dict[str, object]
) -> None:
    answer = client.post("/api/v1/orders", json=body(stall.offer(), **wrong))
    assert answer.status_code == 422
    assert "Hoa" not in answer.text


def test_an_unknown_order_is_a_calm_404(client: TestClient) -> None:
    assert client.get("/don/zzzzzzzzzz").status_code == 404
    assert client.get("/api/v1/orders/zzzzzzzzzz").json()["error"]["code"] == "order_not_found"


def test_one_intention_sent_many_times_at_once_is_one_order(stall: Stall) -> None:
    listing = stall.offer(packs=50)
    request = OrderRequest.model_validate(body(listing))
    senders = 6
    together = Barrier(senders)

    def send(_sender: int) -> str:
        together.wait(timeout=30)
        with Session(writing(stall.engine)) as session, session.begin():
            return service.place(session, request, START, simulated=False).order.public_id

    with ThreadPoolExecutor(senders) as pool:
        assert len(set(pool.map(send, range(senders)))) == 1
    with Session(stall.engine) as session:
        assert stock.left(session, listing.variant) == 48


def test_guests_at_the_same_moment_never_buy_more_than_there_is(stall: Stall) -> None:
    listing = stall.offer(packs=10)
    guests, together = 8, Barrier(8)

    def order(guest: int) -> bool:
        request = OrderRequest.model_validate(body(listing, key=f"guest-{guest:012}"))
        together.wait(timeout=30)
        try:
            with Session(writing(stall.engine)) as session, session.begin():
                service.place(session, request, START, simulated=False)
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(guests) as pool:
        assert sum(pool.map(order, range(guests))) == 5
    with Session(stall.engine) as session:
        assert stock.left(session, listing.variant) == 0
        assert count(session, Order) == 5


def test_the_page_of_an_order_shows_the_code_and_hides_the_buyer(
    stall: Stall, client: TestClient
) -> None:
    order = client.post("/api/v1/orders", json=body(stall.offer())).json()

    page = client.get(f"/don/{order['id']}")

    assert page.status_code == 200
    assert "70.000 đ" in page.text
    assert order["payment_code"] in page.text
    assert order["vietqr"] in page.text
    assert "<svg" in page.text
    assert "912345678" not in page.text
    assert "Lê Lợi" not in page.text
    assert "MẪU" not in page.text
    assert 'name="robots" content="noindex"' in page.text


def test_the_page_of_a_sample_says_not_to_pay(stall: Stall, client: TestClient) -> None:
    order = client.post("/api/v1/orders", json=body(stall.offer(simulated=True))).json()
    assert order["simulated"] is True
    page = client.get(f"/don/{order['id']}").text
    assert page.count("MẪU – không chuyển tiền") == 3


def test_orders_are_read_whole(stall: Stall, session: Session) -> None:
    request = OrderRequest.model_validate(body(stall.offer()))
    made = service.place(session, request, START, simulated=False)
    mine = reading.own(session, stall.seeded.manager.principal, 10)
    assert [placed.order.id for placed in mine] == [made.order.id]
    assert not reading.own(session, stall.seeded.neighbour.principal, 10)
