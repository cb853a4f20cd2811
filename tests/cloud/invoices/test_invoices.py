"""An invoice from a buyer's wish to the provider's answer; forgotten with who wished for it."""

import json

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from cloud.db import writing
from cloud.orders import buyers, service
from cloud.orders.billing import MAX_PDF, Invoice
from cloud.orders.models import OrderRequest
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

WISH = {
    "tax_code": "0100 109 106",
    "company": "Công ty Hoa Sen",
    "address": "12 Lê Lợi, Bến Thành",
    "email": "ketoan@example.vn",
}
ANSWER = {"number": "1C26TVS-7", "lookup": "ABC123", "issued_on": "2026-03-02"}
PDF = b"%PDF-1.7 an invoice"


@pytest.fixture
def melon(stall: Stall) -> str:
    return stall.offer(packs=5).product.public_id


@pytest.fixture
def order(stall: Stall, melon: str) -> str:
    return bought(stall, melon, "k")


def bought(stall: Stall, product: str, key: str) -> str:
    request = OrderRequest(
        product=product,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        key=key * 16,
    )
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, request, START, simulated=False).order.public_id


def test_a_wish_becomes_a_draft_for_a_provider(
    order: str, client: TestClient, as_manager: TestClient
) -> None:
    assert "Người bán đã biết" in client.post(f"/don/{order}/hoa-don", data=WISH).text
    assert "Công ty Hoa Sen" in as_manager.get("/htx/hoa-don").text
    as_manager.post(f"/htx/hoa-don/{order}/thue", data={"vat": "5%"})
    address = f"/htx/hoa-don/{order}/nhap"

    told = json.loads(as_manager.get(address, params={"dang": "json"}).content)
    assert told["buyer"]["tax_code"] == "0100109106"
    assert (told["net"], told["tax"], told["total"]) == (66_667, 3_333, 70_000)
    assert told["in_words"] == "Bảy mươi nghìn đồng"

    text = as_manager.get(address).text
    for part in (
        "<MST>0100109106</MST>",
        "<TgTTTBSo>70000</TgTTTBSo>",
        "<TSuat>5%</TSuat>",
        "<DGia>33333.5</DGia>",
        "<LTSuat><TSuat>5%</TSuat><ThTien>66667</ThTien><TThue>3333</TThue></LTSuat>",
        "<TgTTTBChu>Bảy mươi nghìn đồng</TgTTTBChu>",
    ):
        assert part in text
    assert as_manager.get(address, params={"dang": "xlsx"}).content.startswith(b"PK")
    assert as_manager.get(address, params={"dang": "doc"}).status_code == 422


def test_lines_keep_the_tax_they_were_ordered_with(
    stall: Stall, melon: str, order: str, client: TestClient, as_manager: TestClient
) -> None:
    facts = as_manager.get(f"/htx/san-pham/{melon}/sua").text
    assert "Theo loại hàng: Không chịu thuế (KCT)" in facts
    told = {"name": "Dưa lưới ruột cam", "kind": "other", "origin": "Xã Thử", "vat": "8%"}
    as_manager.post(f"/htx/san-pham/{melon}/sua", data=told)
    as_manager.post(f"/htx/san-pham/{melon}", data={"action": "publish"})
    found = []
    for placed in (order, bought(stall, melon, "l")):
        client.post(f"/don/{placed}/hoa-don", data=WISH)
        answer = as_manager.get(f"/htx/hoa-don/{placed}/nhap?dang=json")
        (line,) = json.loads(answer.content)["lines"]
        found.append((line["vat"], line["net"], line["tax"]))
    assert found == [("KCT", 70_000, 0), ("8%", 64_815, 5_185)]


def test_who_sells_is_named_with_its_tax_code(
    order: str, client: TestClient, as_manager: TestClient, as_farmer: TestClient
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    assert "chưa có mã số thuế" in as_manager.get("/htx/hoa-don").text
    told = {"tax_code": "0100 109 107"}
    assert as_manager.post("/htx/gian-hang/thue", data=told).status_code == 409
    told = {"tax_code": "0100 109 106"}
    assert as_farmer.post("/htx/gian-hang/thue", data=told).status_code == 403
    assert as_manager.post("/htx/gian-hang/thue", data=told).status_code == 200
    assert "chưa có mã số thuế" not in as_manager.get("/htx/hoa-don").text
    draft = as_manager.get(f"/htx/hoa-don/{order}/nhap").text
    assert draft.partition("<NMua>")[0].count("<MST>0100109106</MST>") == 1


def test_a_rate_for_more_lines_than_there_are_is_refused(
    order: str, client: TestClient, as_manager: TestClient
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    for form in ({"vat": ["5%", "8%"]}, {"vat": "12%"}, {"vat": "5%", "fee": "KKKNT"}):
        answer = as_manager.post(f"/htx/hoa-don/{order}/thue", data=form)
        assert answer.status_code == 422


def test_the_answer_is_kept_and_found_by_the_buyer(
    order: str, client: TestClient, as_manager: TestClient
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    assert client.get(f"/don/{order}/hoa-don.pdf").status_code == 404
    form = {"files": ("hd.pdf", PDF, "application/pdf")}
    as_manager.post("/htx/hoa-don", data=ANSWER | {"order": order}, files=form)
    page = client.get(f"/don/{order}").text
    assert "1C26TVS-7" in page
    assert "ABC123" in page
    assert client.get(f"/don/{order}/hoa-don.pdf").content == PDF
    assert client.post(f"/don/{order}/hoa-don", data=WISH).status_code == 409
    assert as_manager.post("/htx/hoa-don", data=ANSWER | {"order": order}).status_code == 409


@pytest.mark.parametrize("octets", [b"<html>", b"%PDF-" + b"0" * MAX_PDF], ids=["html", "large"])
def test_what_is_no_pdf_is_refused(
    order: str, client: TestClient, as_manager: TestClient, octets: bytes
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    form = {"files": ("hd.pdf", octets, "application/pdf")}
    assert (
        as_manager.post("/htx/hoa-don", data=ANSWER | {"order": order}, files=form).status_code
        == 409
    )


def test_a_slip_in_the_tax_code_is_told(order: str, client: TestClient) -> None:
    answer = client.post(f"/don/{order}/hoa-don", data=WISH | {"tax_code": "0100109107"})
    assert answer.status_code == 409
    assert "Mã số thuế chưa đúng" in answer.text


def test_a_wish_goes_with_its_buyer_and_an_issued_invoice_stays(
    stall: Stall, order: str, client: TestClient, as_manager: TestClient
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    with stall.engine.connect() as connection:
        stored = connection.execute(sa.text("SELECT company, tax_code FROM invoice")).one()
    assert "Hoa Sen" not in repr(stored)
    as_manager.post(f"/htx/don/{order}", data={"step": "cancel"})
    with Session(writing(stall.engine)) as session, session.begin():
        buyers.ask_erasure(session, order, START)
    with Session(stall.engine) as session:
        assert session.exec(select(Invoice)).all() == []
    assert client.post(f"/don/{order}/hoa-don", data=WISH).status_code == 409


def test_invoices_are_the_managers_own(
    order: str, client: TestClient, as_neighbour: TestClient, as_farmer: TestClient
) -> None:
    client.post(f"/don/{order}/hoa-don", data=WISH)
    assert as_farmer.get("/htx/hoa-don").status_code == 403
    assert "Hoa Sen" not in as_neighbour.get("/htx/hoa-don").text
    assert as_neighbour.get(f"/htx/hoa-don/{order}/nhap").status_code == 404
    assert as_neighbour.post("/htx/hoa-don", data=ANSWER | {"order": order}).status_code == 404
