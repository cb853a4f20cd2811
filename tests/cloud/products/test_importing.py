"""Products from sheets: every fault is named by row, column and reason; good rows come in."""

import csv
import io
import random
import unicodedata
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from cloud import sheet
from cloud.products import importing, rows, service
from cloud.products.kinds import Kind
from cloud.products.models import ProductState
from cloud.products.rows import SHORT, plan
from cloud.sheet import inert
from cloud.tax.vat import Vat
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

HEADINGS: Final = list(rows.COLUMNS.values())
GOOD: Final = [
    "Dưa lưới",
    "Dưa",
    "L1",
    "1000",
    "45.000",
    "2",
    "Xã Thử",
    "7",
    "",
    "",
    "",
    "",
    "",
    "8%",
]
TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
SPOILT: Final = {
    "name": ["D", "x" * 81],
    "kind": ["", "Ô tô"],
    "lot": ["", "L999"],
    "mass_g": ["9", "nửa ký", "1e3", "-500"],
    "price": ["999", "45.00", "45,000", "miễn phí", ""],
    "quantity": ["-1", "nhiều", "1,5"],
    "shelf_life_days": ["0", "mười", "3651"],
    "vat": ["12%", "0.5", "tám"],
}


def text(*lines: list[str]) -> str:
    return sheet.text([HEADINGS, *lines])


def upload(client: TestClient, octets: bytes, act: str = "read") -> str:
    files = {"files": ("a.csv", octets, "text/csv")}
    answer = client.post("/htx/nhap-hang", data={"act": act}, files=files)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_thousand_rows_with_every_twentieth_spoilt_name_every_fault() -> None:
    """The oracle is whoever spoilt them."""
    chance = random.Random(20_261_130)
    lines, wanted = [], []
    for number in range(2, 1_002):
        line = [f"Dưa {number}", *GOOD[1:]]
        if number % 20 == 0:
            column = chance.choice(list(SPOILT))
            line[list(rows.COLUMNS).index(column)] = chance.choice(SPOILT[column])
            wanted.append((number, column))
        lines.append(line)
    found = plan([HEADINGS, *lines], {"L1": 10**9})
    assert found is not None
    assert [(one.row, one.column) for one in found.faults] == wanted
    assert len(wanted) == 50
    assert len(found.good) == 950
    assert {one.row for one in found.good}.isdisjoint(number for number, _column in wanted)


def test_a_row_with_several_faults_names_them_all() -> None:
    line = ["D", "Ô tô", "L9", "1", "1", "-1", "", "0", "", "", "", "", "", "12%"]
    found = plan([HEADINGS, line], {"L1": 1})
    assert found is not None
    assert [one.column for one in found.faults] == list(SPOILT)


@pytest.mark.parametrize(
    ("typed", "vat"),
    [("5%", Vat.FIVE), ("0.05", Vat.FIVE), ("10", Vat.TEN), ("kct", Vat.KCT), ("", None)],
)
def test_a_rate_is_read_as_people_and_spreadsheets_write_it(typed: str, vat: Vat | None) -> None:
    found = plan([HEADINGS, [*GOOD[:-1], typed]], {"L1": 10_000})
    assert found is not None
    assert [one.told.vat for one in found.good] == [vat]


def test_a_lot_is_given_away_once() -> None:
    found = plan([HEADINGS, GOOD, GOOD, GOOD], {"L1": 5_000})
    assert found is not None
    assert [(one.row, one.column, one.reason) for one in found.faults] == [(4, "quantity", SHORT)]


def test_headings_are_found_below_a_title_in_any_order_and_without_marks() -> None:
    places = list(reversed(range(len(HEADINGS))))
    head = [HEADINGS[place].lower() for place in places]
    line = [GOOD[place] for place in places]
    found = plan([["Bảng hàng"], [], head, line], {"L1": 9_999})
    assert found is not None
    assert (found.good[0].row, found.good[0].told.kind) == (4, Kind.MELON)
    assert plan([["Tên", "Giá"], ["Dưa", "1"]], {}) is None


@given(st.text(max_size=30))
def test_nothing_that_is_written_is_a_formula(cell: str) -> None:
    assert not inert(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert inert(cell).removeprefix("'") == cell or inert(cell) == cell


def as_cp1258(text: str) -> bytes:
    """As old programs write Vietnamese: the letter first, its tone behind it."""
    out = b""
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        tone = next((mark for mark in apart[1:] if mark in TONES), "")
        bare = unicodedata.normalize("NFC", apart.replace(tone, "") if tone else apart)
        out += (bare + tone).encode("cp1258")
    return out


WRITERS: Final = {
    "utf-8": str.encode,
    "utf-8 with a mark": lambda told: told.encode("utf-8-sig"),
    "utf-16": lambda told: told.encode("utf-16"),
    "cp1258": as_cp1258,
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_sheets_are_read_as_programs_write_them(
    stall: Stall, as_manager: TestClient, writer: Callable[[str], bytes]
) -> None:
    stall.lot()
    page = upload(as_manager, writer(text(["Bưởi Diễn", "Trái cây", *GOOD[2:]])))
    assert "1 dòng tốt, 0 dòng sai" in page
    assert "Bưởi Diễn" in page


def test_good_rows_come_in_as_drafts_and_bad_ones_are_taken_along(
    stall: Stall, as_manager: TestClient
) -> None:
    stall.lot(10_000)
    bad = ["=HYPERLINK(1)", *GOOD[1:4], "0", *GOOD[5:]]
    more = ["Dưa lưới", "Dưa", "L1", "500", "25.000", "4", *GOOD[6:]]
    sent = text(GOOD, bad, more)
    page = upload(as_manager, sent.encode())
    assert "2 dòng tốt, 1 dòng sai" in page
    assert "Giá phải là số đồng" in page
    with Session(stall.engine) as session:
        assert service.own(session, stall.seeded.manager.principal) == [], "nothing is written yet"

    told = as_manager.post("/htx/nhap-hang", data={"act": "faults", "rows": sent}).text
    (line,) = list(csv.reader(io.StringIO(told.removeprefix("\ufeff"))))[1:]
    assert line[0] == "'=HYPERLINK(1)"
    assert line[-1] == "Giá một gói: Giá phải là số đồng, từ 1.000 trở lên."

    done = as_manager.post("/htx/nhap-hang", data={"act": "confirm", "rows": sent})
    assert done.url.path == "/htx/san-pham"
    with Session(stall.engine) as session:
        (made,) = service.own(session, stall.seeded.manager.principal)
    assert made.product.state is ProductState.DRAFT
    assert [(pack.variant.pack_name, pack.left) for pack in made.packs] == [
        ("1 kg", 2),
        ("500 g", 4),
    ]
    assert made.lot.left_g == 6_000


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_along_comes_in_again(
    stall: Stall, as_manager: TestClient, session: Session, kind: str
) -> None:
    stall.offer(name="-Dưa =1+1", description_vi="@ngọt")
    taken = as_manager.get(f"/htx/xuat-hang.{kind}")
    assert taken.status_code == 200
    found = plan(sheet.read(taken.content), {"L1": 10**9})
    assert found is not None
    assert [(one.told.name, one.told.description_vi) for one in found.good] == [
        ("-Dưa =1+1", "@ngọt")
    ]
    assert importing.table(session, stall.seeded.neighbour.principal, str)[1:] == []


def test_what_is_no_sheet_of_products_is_refused(as_manager: TestClient) -> None:
    for octets in (b"", b"\x89PNG\r\n", "Tên,Giá\nDưa,1".encode()):
        files = {"files": ("a.csv", octets, "text/csv")}
        answer = as_manager.post("/htx/nhap-hang", data={"act": "read"}, files=files)
        assert answer.status_code == 409
        assert "Không đọc được bảng này" in answer.text


def test_a_neighbours_lot_is_no_lot(stall: Stall, session: Session) -> None:
    stall.lot()
    who = stall.seeded.neighbour.principal
    found = importing.judged(session, who, text(GOOD))
    assert [one.column for one in found.faults] == ["lot"]


def test_the_same_sheet_sent_twice_finds_the_lot_empty(stall: Stall, session: Session) -> None:
    stall.lot(2_000)
    who = stall.seeded.manager.principal
    assert importing.bring(session, who, text(GOOD), START) == 1
    assert importing.bring(session, who, text(GOOD), START) == 0
