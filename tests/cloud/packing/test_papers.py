"""Slips and labels as people and scanners read them: lots, stamps, addresses, money."""

import io
import zipfile
from urllib.parse import quote

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from sqlmodel import Session

from cloud.db import writing
from cloud.lots.models import Lot
from cloud.orders import buyers, reading, service
from cloud.orders.models import OrderRequest
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

NAME = "Nguyễn Thị Hoa"
ADDRESS = "12 Lê Lợi, phường Bến Thành"


@pytest.fixture
def lot(stall: Stall) -> Lot:
    listing = stall.offer(packs=9, simulated=True)
    with Session(stall.engine) as session:
        return session.get_one(Lot, listing.product.lot_id)


@pytest.fixture
def order(stall: Stall, lot: Lot, client: TestClient) -> str:
    product = client.get("/cho").text.partition('href="/cho/')[2][:10]
    request = OrderRequest(
        product=product,
        quantity=3,
        name=NAME,
        phone="0912345678",
        address=ADDRESS,
        key="k" * 16,
    )
    assert lot.id
    with Session(writing(stall.engine)) as session, session.begin():
        return service.place(session, request, START, simulated=True).order.public_id


def words(octets: bytes) -> str:
    pages = pypdfium2.PdfDocument(octets)
    text = "\n".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(text.split())


def codes(octets: bytes) -> set[str]:
    """What a scanner finds on the printed pages."""
    found = set()
    for page in pypdfium2.PdfDocument(octets):
        picture = page.render(scale=300 / 72).to_pil().convert("L")
        found |= {one.text for one in zxingcpp.read_barcodes(np.asarray(picture))}
    return found


def size(octets: bytes) -> tuple[int, int]:
    width, height = pypdfium2.PdfDocument(octets)[0].get_size()
    return round(width / 72 * 25.4), round(height / 72 * 25.4)


def test_a_slip_names_each_lot_its_stamps_and_where_to_look(
    lot: Lot, order: str, as_manager: TestClient
) -> None:
    run = as_manager.post(f"/api/v1/lots/{lot.public_id}/stamps", json={"quantity": 5}).json()
    as_manager.post(f"/api/v1/issuances/{run['id']}/activate", json={})
    answer = as_manager.get(f"/htx/don/{order}/phieu.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    said = words(answer.content)
    serial = str(run["first_serial"]).replace(" ", "")
    for word in (
        NAME,
        ADDRESS,
        "3 × Dưa lưới ruột cam",
        f"Lô {lot.code}",
        "105.000",
        "02/03/2026",
    ):
        assert word in said
    assert serial in said.replace(" ", "")
    assert codes(answer.content) == {f"http://testserver/lo/{lot.gtin}/{quote(lot.code)}"}
    assert size(answer.content) == (148, 210)


def test_a_label_says_from_whom_to_whom_and_what_to_collect(
    stall: Stall, order: str, as_manager: TestClient
) -> None:
    octets = as_manager.get(f"/htx/don/{order}/nhan.pdf").content
    said = words(octets)
    with Session(stall.engine) as session:
        code = reading.placed(session, order).payment.code
    for word in ("HTX Thử", "+84262000001", NAME, "+84912345678", ADDRESS, "Không thu tiền", code):
        assert word in said
    assert codes(octets) == {code}
    assert size(octets) == (100, 150)
    assert as_manager.get(f"/htx/don/{order}/nhan.pdf").content == octets


def test_papers_are_the_shops_own_and_end_with_the_buyer(
    stall: Stall, order: str, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    for paper in ("phieu", "nhan"):
        assert as_neighbour.get(f"/htx/don/{order}/{paper}.pdf").status_code == 404
    as_manager.post(f"/htx/don/{order}", data={"step": "cancel"})
    with Session(writing(stall.engine)) as session, session.begin():
        buyers.ask_erasure(session, order, START)
    assert as_manager.get(f"/htx/don/{order}/nhan.pdf").status_code == 409


def test_the_packing_list_is_what_was_taken_on_and_waits(
    order: str, as_manager: TestClient, as_farmer: TestClient, as_neighbour: TestClient
) -> None:
    assert "Không có gì phải soạn" in as_manager.get("/htx/soan-hang").text
    as_manager.post(f"/htx/don/{order}", data={"step": "confirm"})
    page = as_manager.get("/htx/soan-hang").text
    assert NAME in page
    assert "Dưa lưới ruột cam" in page
    assert NAME in as_manager.get("/htx/soan-hang?ngay=2026-03-02").text
    assert NAME not in as_manager.get("/htx/soan-hang?ngay=2026-03-03").text
    assert NAME not in as_neighbour.get("/htx/soan-hang").text
    assert as_farmer.get("/htx/soan-hang").status_code == 403

    assert NAME in words(as_manager.get("/htx/soan-hang/phieu.pdf").content)
    octets = as_manager.get("/htx/soan-hang/phieu.xlsx").content
    with zipfile.ZipFile(io.BytesIO(octets)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "sheet" in name]
    assert sum(NAME in one for one in sheets) == 1
    assert sum("<v>3</v>" in one for one in sheets) == 3, "in each of the three tables"

    as_manager.post(f"/htx/don/{order}", data={"step": "pack"})
    assert NAME not in as_manager.get("/htx/soan-hang").text
