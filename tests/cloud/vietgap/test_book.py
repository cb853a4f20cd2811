"""The book of a season: as a spreadsheet that runs nothing, and as pages that can be read."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.vietgap.book import Book, Table
from cloud.vietgap.paper import paper
from cloud.vietgap.workbook import MEDIA_TYPE, workbook
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded

BOOK = "/so-vietgap/so"
NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
DAY = START.date().isoformat()


def of_rows(*rows: list[str | int | float]) -> Book:
    table = Table("Việc: [đã] làm?", ("Ngày", "Ghi chú"), (0.3, 0.7), rows)
    return Book("Sổ", [("Khu", "Khu 1")], [table], "trang")


def sheets(octets: bytes) -> list[list[list[str]]]:
    """The cells of each sheet as a program that knows the format reads them."""
    found = []
    with zipfile.ZipFile(io.BytesIO(octets)) as file:
        names = sorted(name for name in file.namelist() if "worksheets/" in name)
        for name in names:
            root = ET.fromstring(file.read(name))
            assert root.findall(".//m:f", NS) == [], "no formula"
            found.append([
                ["".join(cell.itertext()) for cell in row.findall("m:c", NS)]
                for row in root.findall(".//m:row", NS)
            ])  # fmt: skip
    return found


def told(octets: bytes) -> str:
    pdf = pypdfium2.PdfDocument(octets)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def fill(farmer: TestClient, seeded: Seeded) -> None:
    zone = seeded.zones[0].public_id
    common = {"zone": zone, "day": DAY}
    spray = {
        "work": "spray", "key": "0" * 12, "note": "=1+1", "product": "Abamectin 1.8EC",
        "registration": "1234/CNĐKT-BVTV", "dose": "10 ml/bình", "phi_days": "7",
    }  # fmt: skip
    assert farmer.post("/nhat-ky", data={**common, **spray}).status_code == 200
    prune = {"work": "prune", "key": "1" * 12, "note": "tỉa lá gốc"}
    assert farmer.post("/nhat-ky", data={**common, **prune}).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_season_is_taken_along_as_a_table_and_on_paper(
    as_farmer: TestClient, as_manager: TestClient, seeded: Seeded
) -> None:
    fill(as_farmer, seeded)
    zone = seeded.zones[1].public_id
    wish = {"zone": zone, "product": "Dưa lưới", "quantity_g": 12_500}
    assert as_manager.post("/api/v1/lots", json=wish).status_code == 201
    asked = f"khu={seeded.zones[0].public_id}"
    table = as_farmer.get(f"{BOOK}.xlsx?{asked}")
    assert table.headers["content-type"] == MEDIA_TYPE
    facts, works, _harvests, _water = sheets(table.content)
    assert ["Khu", "Nhà màng 1 · Khu 1"] in facts
    day = START.strftime("%d/%m/%Y")
    assert works[1][:8] == [
        day, works[1][1], "Abamectin 1.8EC", "", "1234/CNĐKT-BVTV", "10 ml/bình", "7", "09/03/2026"
    ]  # fmt: skip
    assert works[1][8:] == ["=1+1", "Người thử"]
    assert len(works) == 3
    _facts, _works, harvests, _more = sheets(
        as_farmer.get(f"{BOOK}.xlsx?khu={zone}&tu={DAY}&den={DAY}").content
    )
    assert harvests[1][2:] == ["Dưa lưới", "12.5"]
    text = told(as_farmer.get(f"{BOOK}.pdf?{asked}").content)
    assert all(words in text for words in ("TCVN 11892-1:2017", "Abamectin", "tỉa lá gốc"))
    assert "/so-vietgap" in as_farmer.get("/nhat-ky").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("asked", "status"),
    [("tu=2026-03-02&den=2026-03-01", 409), ("tu=2020-01-01", 409), ("tu=xuân", 422),
     ("khu=nowhere", 404)],
)  # fmt: skip
def test_days_and_zones_that_are_none_are_refused(
    as_farmer: TestClient, as_neighbour: TestClient, seeded: Seeded, asked: str, status: int
) -> None:
    zone = "" if "khu" in asked else f"khu={seeded.zones[0].public_id}&"
    assert as_farmer.get(f"{BOOK}.xlsx?{zone}{asked}").status_code == status
    assert as_neighbour.get(f"{BOOK}.pdf?khu={seeded.zones[0].public_id}").status_code == 404


def test_what_looks_like_a_formula_is_text_and_stays_text_when_edited() -> None:
    starts = ("=", "+", "-", "@", "\t", "\r")
    rows: list[list[str | int | float]] = [[f"{start}cmd|' /C calc'!A0", 7] for start in starts]
    octets = workbook(of_rows(*rows))
    with zipfile.ZipFile(io.BytesIO(octets)) as file:
        root = ET.fromstring(file.read("xl/worksheets/sheet2.xml"))
        styles = file.read("xl/styles.xml").decode()
    cells = [row.findall("m:c", NS)[0] for row in root.findall(".//m:row", NS)[1:]]
    assert {(cell.get("t"), cell.get("s")) for cell in cells} == {("inlineStr", "2")}
    assert styles.index('quotePrefix="1"') > styles.index("<cellXfs")


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_any_text_makes_a_workbook_that_can_be_read(rows: list[list[str]]) -> None:
    given_rows: list[list[str | int | float]] = [list(row) for row in rows]
    _facts, works = sheets(workbook(of_rows(*given_rows)))
    assert len(works) == len(rows) + 1


def test_a_long_book_has_its_headings_on_every_page_and_all_its_rows() -> None:
    rows: list[list[str | int | float]] = [
        [f"ngày {number}", "Tỉa lá gốc, buộc dây, thụ phấn " * 6] for number in range(200)
    ]
    octets = paper(of_rows(*rows))
    pages = pypdfium2.PdfDocument(octets)
    assert len(pages) > 5
    assert all("Ghi chú" in page.get_textpage().get_text_range() for page in pages)
    assert all(f"ngày {number} Tỉa" in told(octets) for number in (0, 99, 199))
    assert paper(of_rows(*rows)) == octets
