"""A list of products: looked at first, good rows in, bad rows back; what the diary makes of it."""

import html
import io
import zipfile
from datetime import timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.diary.models import DiaryInput
from cloud.diary.rules import Used
from cloud.sheet import SheetError, read, written
from cloud.supplies import rules, service
from cloud.supplies.models import Supply
from cloud.supplies.rules import Column, Flaw, Product
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, FixedClock, Seeded
from tests.cloud.vietgap.test_book import sheets

PAGE = "/htx/vat-tu"
LIST = """Danh mục vật tư,,,,
Tên thuốc / phân,Hoạt chất,Số đăng ký,Liều lượng,Thời gian cách ly (ngày)
Abamectin 3.6EC,Abamectin 36 g/l,1234/CNĐKT-BVTV,20 ml cho 16 lít,7
NPK 20-20-15,,,5 kg,
,Mancozeb,,,10
Ridomil Gold,Metalaxyl,,,7-10
abamectin 3.6ec,,,,3
=HYPERLINK(1),,,,x
"""


def sent(client: TestClient, octets: bytes) -> httpx2.Response:
    files = {"files": ("list.csv", octets, "text/csv")}
    return client.post(PAGE, data={"act": "read"}, files=files, follow_redirects=False)


def taken(client: TestClient, text: str = LIST) -> str:
    """The address of a list that was read and confirmed."""
    answer = sent(client, text.encode())
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    assert client.post(address, follow_redirects=False).status_code == 303
    return str(address)


def test_a_list_is_read_by_its_own_headings_and_each_bad_row_says_why() -> None:
    found = rules.read(read(LIST.encode()))
    assert found is not None
    assert set(found.columns) == set(Column)
    assert found.rows == [
        Product("Abamectin 3.6EC", "1234/CNĐKT-BVTV", "Abamectin 36 g/l", "20 ml cho 16 lít", 7),
        Product("NPK 20-20-15", dose="5 kg"),
    ]
    assert [(one.row, one.column, one.flaw) for one in found.problems] == [
        (5, "Tên thuốc / phân", Flaw.NO_NAME),
        (6, "Thời gian cách ly (ngày)", Flaw.NO_DAYS),
        (7, "Tên thuốc / phân", Flaw.TWICE),
        (8, "Thời gian cách ly (ngày)", Flaw.NO_DAYS),
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [("", None), ("7", 7), ("07", 7), ("7.0", 7), ("14 ngày", 14), ("3 days", 3), ("0", 0)],
)
def test_days_as_people_write_them(text: str, days: int | None) -> None:
    assert rules.days(text) == days


@pytest.mark.parametrize("text", ["7-10", "-1", "một tuần", "1000", "7,5", "\u0667"])
def test_what_is_no_number_of_days_is_not_guessed(text: str) -> None:
    with pytest.raises(rules.FlawError):
        rules.days(text)


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=12))
def test_any_table_is_read_or_refused_and_no_row_is_lost(table: list[list[str]]) -> None:
    head = ["Tên", "Cách ly"]
    found = rules.read([head, *table])
    assert found is not None
    below = table if found.head == head else []
    assert len(found.rows) + len(found.problems) == sum(any(row) for row in below)
    assert all(len(one.name) <= 80 and one.name for one in found.rows)
    written([one.cells for one in found.problems])


def test_what_somebody_typed_is_stricter_than_the_label_or_does_not_count() -> None:
    label = Used("Abamectin", "1234", "20 ml", 7)
    assert Used("", phi_days=10).with_label(label).phi_days == 10
    assert Used("", phi_days=3).with_label(label).phi_days == 7
    assert Used("", dose="30 ml").with_label(label).dose == "30 ml"
    assert Used("x").with_label(Used("NPK")).phi_days is None


def test_nothing_counts_before_it_is_confirmed_and_then_the_good_rows_do(
    as_manager: TestClient, engine: Engine
) -> None:
    answer = sent(as_manager, LIST.encode())
    page = html.unescape(as_manager.get(answer.headers["location"]).text)
    assert "2 dòng đúng, 2 dòng mới. 4 dòng sai." in page
    for told in ("phải là số ngày, ví dụ 7", "tên này đã có ở dòng trên", "thiếu tên"):
        assert told in page
    with Session(engine) as session:
        assert session.exec(select(Supply)).all() == []
    for _time in range(2):
        as_manager.post(answer.headers["location"])
    with Session(engine) as session:
        rows = session.exec(select(Supply).order_by(Supply.folded)).all()
    assert [(row.name, row.phi_days) for row in rows] == [
        ("Abamectin 3.6EC", 7),
        ("NPK 20-20-15", None),
    ]
    assert "cách ly 7 ngày" in as_manager.get(PAGE).text


def test_the_bad_rows_come_back_as_a_file_with_the_reason_and_without_a_formula(
    as_manager: TestClient,
) -> None:
    answer = as_manager.get(f"{taken(as_manager)}/loi.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    table = read(answer.content)
    assert table[0][-1] == "Lỗi"
    assert table[2] == [
        "Ridomil Gold",
        "Metalaxyl",
        "",
        "",
        "7-10",
        "Thời gian cách ly (ngày): phải là số ngày, ví dụ 7",
    ]
    assert table[4][0] == "'=HYPERLINK(1)"
    mended = answer.content.replace(b"7-10", b"10")
    again = as_manager.get(sent(as_manager, mended).headers["location"])
    assert "2 dòng đúng, 1 dòng mới. 2 dòng sai." in again.text


def test_a_second_list_writes_over_what_is_there_and_brings_back_what_was_removed(
    as_manager: TestClient, engine: Engine
) -> None:
    taken(as_manager)
    with Session(engine) as session:
        known = session.exec(select(Supply).where(Supply.folded == "abamectin 3.6ec")).one()
    as_manager.post(f"{PAGE}/{known.public_id}/bo")
    assert "Abamectin" not in as_manager.get(PAGE).text
    taken(as_manager, "Tên,Cách ly\nABAMECTIN 3.6EC,14\n")
    with Session(engine) as session:
        row = session.get_one(Supply, known.id)
        assert (row.public_id, row.phi_days, row.gone_at) == (known.public_id, 14, None)


def test_more_than_a_telephone_can_offer_are_refused_and_none_is_taken(
    as_manager: TestClient, engine: Engine
) -> None:
    rows = "\n".join(f"Thuốc {number},7" for number in range(service.MOST + 1))
    address = sent(as_manager, f"Tên,Cách ly\n{rows}".encode()).headers["location"]
    assert as_manager.post(address).status_code == 409
    with Session(engine) as session:
        assert session.exec(select(Supply)).all() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (b"", 409),
        (b"\x00\x01", 409),
        ("Tên\nAbamectin".encode(), 409),
        (b"PK\x03\x04 no archive", 409),
        (b"a,b\n1,2", 409),
        (bytes(service.MAX_OCTETS + 1), 413),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    as_manager: TestClient, octets: bytes, status: int
) -> None:
    assert sent(as_manager, octets).status_code == status


def test_a_workbook_that_unpacks_to_a_city_is_no_list() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<row>" + b" " * (21 << 20))
    with pytest.raises(SheetError):
        read(sink.getvalue())


def test_an_entry_takes_number_and_days_from_the_list_and_the_harvest_waits(
    as_manager: TestClient, as_farmer: TestClient, engine: Engine, seeded: Seeded
) -> None:
    taken(as_manager)
    form = as_farmer.get("/nhat-ky/ghi").text
    assert "Abamectin 3.6EC · cách ly 7 ngày" in form
    with Session(engine) as session:
        supply = session.exec(select(Supply).where(Supply.phi_days == 7)).one().public_id
    body = {
        "key": "0" * 12,
        "zone": seeded.zones[0].public_id,
        "work": "spray",
        "day": START.date().isoformat(),
        "supply": supply,
    }
    made = as_farmer.post("/api/v1/diary", data=body)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["product"], told["registration"]) == ("Abamectin 3.6EC", "1234/CNĐKT-BVTV")
    assert told["harvest_from"] == (START.date() + timedelta(days=7)).isoformat()
    harvest = {"zone": seeded.zones[0].public_id, "product": "Dưa lưới", "quantity_g": 5_000}
    refused = as_manager.post("/api/v1/lots", json=harvest)
    assert refused.status_code == 409
    assert "09/03/2026" in refused.json()["error"]["sentence"]


def test_a_typed_name_of_the_list_has_its_days_and_another_cooperatives_product_does_not_exist(
    as_manager: TestClient,
    as_farmer: TestClient,
    engine: Engine,
    seeded: Seeded,
    clock: FixedClock,
) -> None:
    taken(as_manager)
    body = {
        "key": "0" * 12,
        "zone": seeded.zones[0].public_id,
        "work": "spray",
        "day": clock.now().date().isoformat(),
        "product": "  ABAMECTIN  3.6EC ",
        "phi_days": "3",
    }
    assert as_farmer.post("/api/v1/diary", data=body).status_code == 201
    with Session(engine) as session:
        used = session.exec(select(DiaryInput)).one()
        assert (used.phi_days, used.ingredient) == (7, "Abamectin 36 g/l")
    zone = seeded.zones[0].public_id
    book = as_farmer.get(f"/so-vietgap/so.xlsx?khu={zone}").content
    _facts, works, *_more = sheets(book)
    assert dict(zip(*works, strict=True))["Hoạt chất"] == "Abamectin 36 g/l"
    strange = {**body, "key": "1" * 12, "supply": "0123456789"}
    assert as_farmer.post("/api/v1/diary", data=strange).status_code == 404
