"""Orders as tables: taken along by days, and parcels' numbers brought in row by row."""

import pytest
from sqlmodel import Session, col, select

from cloud import sheet
from cloud.audit.models import AuditEntry
from cloud.audit.rules import AuditAction
from cloud.dispatch import rules
from cloud.dispatch.rules import NOT_PACKED, OTHER_NUMBER, OVER, REASONS, TWICE, Standing, plan
from cloud.orders import reading
from cloud.orders.models import Fulfilment
from cloud.shipping.carrier import CarrierName
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.money.test_once import bought, pay_at_the_door

HEAD = ["Mã đơn", "Mã vận đơn", "Bên giao", "Cước bên giao"]
DAYS = {"first": "2026-03-01", "last": "2026-03-02"}
PACKED = Standing(Fulfilment.PACKED, is_fetched=False, tracking=None)


def code(letter: str) -> str:
    return f"HX{letter * 7}"


def judged(*rows: list[str], **orders: Standing) -> rules.Plan:
    known = {code(letter): order for letter, order in orders.items()}
    found = plan([["Gửi ngày 2/3"], HEAD, *rows], known, CarrierName.OTHER)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("row", "order", "column", "reason"),
    [
        ([code("B"), "G1", "GHN", ""], PACKED, "code", REASONS["code"]),
        ([code("A"), "", "GHN", ""], PACKED, "tracking", REASONS["tracking"]),
        ([code("A"), "<b>", "GHN", ""], PACKED, "tracking", REASONS["tracking"]),
        ([code("A"), "G1", "Xe ôm", ""], PACKED, "carrier", REASONS["carrier"]),
        ([code("A"), "G1", "GHN", "free"], PACKED, "fee", REASONS["fee"]),
        (
            [code("A"), "G1", "GHN", ""],
            Standing(Fulfilment.CONFIRMED, is_fetched=False, tracking=None),
            "code",
            NOT_PACKED,
        ),
        (
            [code("A"), "G1", "GHN", ""],
            Standing(Fulfilment.RETURNED, is_fetched=False, tracking="G1"),
            "code",
            OVER,
        ),
        (
            [code("A"), "G1", "GHN", ""],
            Standing(Fulfilment.PACKED, is_fetched=True, tracking=None),
            "code",
            rules.FETCHED,
        ),
        (
            [code("A"), "G1", "GHN", ""],
            Standing(Fulfilment.SHIPPED, is_fetched=False, tracking="G9"),
            "tracking",
            OTHER_NUMBER,
        ),
    ],
)
def test_a_fault_is_named_by_row_column_and_reason(
    row: list[str], order: Standing, column: str, reason: str
) -> None:
    found = judged(row, A=order)
    assert [(one.row, one.column, one.reason) for one in found.faults] == [(3, column, reason)]
    assert found.good == []
    assert found.bad == [(3, row)]


def test_a_row_is_read_as_people_and_carriers_write_it() -> None:
    found = judged([f"hx {'A' * 7}", "GHN-1", "Giao Hàng Nhanh", "22.000"], A=PACKED)
    (row,) = found.good
    assert (row.code, row.carrier, row.fee) == (code("A"), CarrierName.GHN, 22_000)
    head = ["Mã đơn khách hàng", "Mã vận đơn"]
    theirs = plan([head, [code("A"), "S.1"]], {code("A"): PACKED}, CarrierName.GHTK)
    assert theirs is not None
    assert [(one.carrier, one.fee) for one in theirs.good] == [(CarrierName.GHTK, None)]


def test_an_order_stands_in_a_sheet_once_and_a_sheet_without_headings_is_none() -> None:
    found = judged([code("A"), "G1", "", ""], [code("A"), "G2", "", ""], A=PACKED)
    assert [(one.row, one.reason) for one in found.faults] == [(4, TWICE)]
    assert plan([["Tên", "Số"], ["a", "1"]], {}, CarrierName.OTHER) is None


def test_packed_orders_leave_with_their_numbers_and_bad_rows_come_back(
    stall: Stall, session: Session, as_manager: TestClient
) -> None:
    product = stall.offer(packs=9).product.public_id
    first, second = (bought(stall, product, number, carried=False) for number in range(2))
    for step in ("confirm", "pack"):
        as_manager.post(f"/htx/don/{first.order.public_id}", data={"step": step})
    rows = [
        [one.payment.code, f"GHN-{at}", "GHN", "22000"] for at, one in enumerate((first, second))
    ]
    files = {"files": ("a.csv", sheet.written([HEAD, *rows]), "text/csv")}
    page = as_manager.post("/htx/van-don", data={"act": "read"}, files=files).text
    assert "1 dòng tốt, 1 dòng sai" in page
    assert "Đơn chưa đóng gói xong" in page

    told = {"rows": sheet.text([HEAD, *rows]), "carrier": "other"}
    back = as_manager.post("/htx/van-don", data=told | {"act": "faults"}).content
    assert sheet.read(back)[1][:2] == [second.payment.code, "GHN-1"]
    assert len(sheet.read(back)) == 2
    for _twice in range(2):
        answer = as_manager.post("/htx/van-don", data=told | {"act": "confirm"})
        assert answer.status_code == 200
    parcel = reading.placed(session, first.order.public_id).parcel
    assert parcel is not None
    assert (parcel.carrier, parcel.tracking, parcel.fee) == (CarrierName.GHN, "GHN-0", 22_000)
    assert reading.placed(session, second.order.public_id).order.fulfilment is Fulfilment.PLACED


def test_a_number_that_came_later_is_given_to_the_parcel(
    stall: Stall, session: Session, as_manager: TestClient
) -> None:
    product = stall.offer(packs=9).product.public_id
    pay_at_the_door(stall)
    sent = bought(stall, product, 1, carried=True)
    table = sheet.text([["Mã đơn", "Mã vận đơn"], [sent.payment.code, "VTP1"]])
    told = {"act": "confirm", "carrier": "viettel_post", "rows": table}
    as_manager.post("/htx/van-don", data=told)
    parcel = reading.placed(session, sent.order.public_id).parcel
    assert parcel is not None
    assert (parcel.carrier, parcel.tracking) == (CarrierName.VIETTEL_POST, "VTP1")


def test_orders_are_taken_along_by_days_and_buyers_only_when_asked_for(
    stall: Stall, session: Session, as_manager: TestClient
) -> None:
    product = stall.offer(packs=9, name="=Dưa").product.public_id
    placed = bought(stall, product, 1, carried=False)
    assert START.date().isoformat() == DAYS["last"]
    plain = as_manager.post("/htx/so-don", data=DAYS | {"form": "csv"})
    head, line = sheet.read(plain.content)
    assert dict(zip(head, line, strict=True)) | {"Hàng": ""} == {
        "Mã đơn": placed.payment.code,
        "Ngày đặt": "02/03/2026",
        "Bước": "Đã đặt",
        "Tiền": "Chưa trả tiền",
        "Hàng": "",
        "Tiền hàng": "70000",
        "Phí giao": "0",
        "Tổng cộng": "70000",
        "Còn thiếu": "70000",
        "Bên giao": "",
        "Mã vận đơn": "",
        "Thu hộ": "0",
        "Cước bên giao": "",
    }
    assert "Hoa" not in plain.text
    whole = as_manager.post("/htx/so-don", data=DAYS | {"form": "csv", "buyers": "yes"})
    assert sheet.read(whole.content)[1][-4:-1] == [
        "Nguyễn Thị Hoa",
        "0912345678",
        "12 Lê Lợi, phường Bến Thành",
    ]
    book = as_manager.post("/htx/so-don", data=DAYS)
    assert sheet.read(book.content)[1][0] == placed.payment.code
    other = {"first": "2026-03-03", "last": "2026-03-04", "form": "csv"}
    assert len(sheet.read(as_manager.post("/htx/so-don", data=other).content)) == 1
    taken = select(AuditEntry.detail).where(AuditEntry.action == AuditAction.ORDERS_TAKEN)
    asked = [one["buyers"] for one in session.exec(taken.order_by(col(AuditEntry.seq)))]
    assert asked == ["no", "yes", "no", "no"]


def test_days_are_in_order_and_orders_the_cooperatives_own(
    stall: Stall, as_manager: TestClient, as_neighbour: TestClient, as_farmer: TestClient
) -> None:
    product = stall.offer(packs=9).product.public_id
    pay_at_the_door(stall)
    placed = bought(stall, product, 1, carried=True)
    turned = {"first": "2026-03-02", "last": "2026-03-01"}
    assert as_manager.post("/htx/so-don", data=turned).status_code == 409
    foreign = as_neighbour.post("/htx/so-don", data=DAYS | {"form": "csv"})
    assert len(sheet.read(foreign.content)) == 1
    assert as_farmer.post("/htx/so-don", data=DAYS).status_code == 403
    table = sheet.text([["Mã đơn", "Mã vận đơn"], [placed.payment.code, "X1"]])
    told = {"act": "read", "rows": table}
    files = {"files": ("a.csv", table.encode(), "text/csv")}
    answer = as_neighbour.post("/htx/van-don", data=told, files=files)
    assert "Không có đơn nào mang mã này" in answer.text
    for octets in (b"\0", b"a,b\n1,2\n"):
        files = {"files": ("a.csv", octets, "text/csv")}
        assert as_manager.post("/htx/van-don", data=told, files=files).status_code == 409
