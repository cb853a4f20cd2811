"""Statements: the banks' own columns, dates and amounts, as CSV and XLSX; nothing lost unsaid."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud import sheet
from cloud.payments.statement import Column, Flaw, Found, money, read
from cloud.sheet import SheetError

VIETCOMBANK = """SAO KÊ TÀI KHOẢN,,,,
Số tài khoản:,0011223344,,,
,,,,
Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả
02/03/2026 14:02:37,5213 - 1,,"70,000",HX00000ZV chuyen tien
02/03/2026,5213 - 2,"11,000",,Phi SMS
không ngày,,,"5,000",sai
2/3/2026 x,,,"5,000",sai
03/03/2026,,,mot tram,sai
Tổng cộng,,"11,000","70,000",
"""
PLAIN = """Date;Amount;Description
2026-03-02;+70.000 VND;HX00000ZV
2026-03-02;-11000;fee
"""


def found(text: str, encoding: str = "utf-8") -> Found:
    made = read(sheet.read(text.encode(encoding)))
    assert made is not None
    return made


def test_a_letterhead_is_skipped_and_each_column_recognised() -> None:
    made = found(VIETCOMBANK)
    assert made.columns[Column.AT] == "Ngày giao dịch"
    assert made.columns[Column.CREDIT] == "Số tiền ghi có"
    assert made.columns[Column.CONTENT] == "Mô tả"
    first, second = made.rows
    assert (first.amount, first.incoming, first.content) == (70_000, True, "HX00000ZV chuyen tien")
    assert first.at == datetime(2026, 3, 2, 7, 2, 37, tzinfo=UTC)
    assert first.reference == "5213 - 1"
    assert (second.amount, second.incoming) == (11_000, False)


def test_a_row_that_cannot_be_read_is_named_and_a_foot_is_none() -> None:
    told = [(one.row, one.flaw) for one in found(VIETCOMBANK).problems]
    assert told == [(8, Flaw.NO_TIME), (9, Flaw.NO_AMOUNT)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_of_banks_is_read(encoding: str) -> None:
    signed = found(PLAIN, encoding)
    assert [(one.amount, one.incoming) for one in signed.rows] == [(70_000, True), (11_000, False)]


def test_two_equal_rows_are_two_transactions_and_the_same_file_is_the_same_two() -> None:
    twice = PLAIN + "2026-03-02;+70.000 VND;HX00000ZV\n"
    names = [one.id for one in found(twice).rows]
    assert len(set(names)) == 3
    assert [one.id for one in found(twice).rows] == names


def test_no_head_no_statement() -> None:
    assert read(sheet.read(b"a,b,c\n1,2,3\n")) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("70.000", 70_000),
        ("70,000", 70_000),
        ("1,234,567.00", 1_234_567),
        ("1.234.567,00", 1_234_567),
        ("+70000 VND", 70_000),
        ("-11000", -11_000),
        ("70000.0", 70_000),
        ("70 000đ", 70_000),
        ("70,5", None),
        ("7e4", None),
        ("", None),
        ("1" * 20, None),
    ],
)
def test_amounts_as_banks_write_them(text: str, amount: int | None) -> None:
    assert money(text) == amount


@given(st.integers(0, 10**14))
def test_an_amount_is_read_as_it_was_written(amount: int) -> None:
    for text in (f"{amount:,}", f"{amount:,}".replace(",", "."), f"{amount:,}.00", str(amount)):
        assert money(text) == amount


@given(st.binary(max_size=300))
def test_no_octets_break_the_reader(octets: bytes) -> None:
    try:
        read(sheet.read(octets))
    except SheetError:
        return


def workbook(rows: str, strings: str = "", name: str = "xl/worksheets/sheet1.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        body = f"<worksheet {space}><sheetData>{rows}</sheetData></worksheet>"
        archive.writestr(name, body)
        if strings:
            archive.writestr("xl/sharedStrings.xml", f"<sst {space}>{strings}</sst>")
    return out.getvalue()


STRINGS = "<si><t>Nội dung</t></si><si><r><t>HX0000</t></r><r><t>0ZV</t></r></si>"
ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Ngày</t></is></c>'
    '<c r="C1" t="inlineStr"><is><t>Ghi có</t></is></c><c r="D1" t="s"><v>0</v></c></row>'
    '<row r="2"><c r="A2"><v>46083.5851504629</v></c><c r="C2"><v>70000</v></c>'
    '<c r="D2" t="s"><v>1</v></c></row>'
)


def test_a_workbook_is_read_with_its_dates_and_its_texts() -> None:
    made = read(sheet.read(workbook(ROWS, STRINGS)))
    assert made is not None
    (one,) = made.rows
    assert (one.amount, one.content) == (70_000, "HX00000ZV")
    assert one.at == datetime(2026, 3, 2, 7, 2, 37, tzinfo=UTC)


def bomb() -> bytes:
    return workbook(" " * (21 * 1024 * 1024))


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        text = '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'
        archive.writestr("xl/worksheets/sheet1.xml", text)
    return out.getvalue()


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(bomb(), id="far too large unpacked"),
        pytest.param(entities(), id="entities"),
        pytest.param(workbook("<row>" * 3), id="broken"),
        pytest.param(workbook("", name="elsewhere.xml"), id="no sheet"),
        pytest.param(workbook(ROWS, STRINGS)[:-40], id="cut"),
        pytest.param(workbook("<row/>" * (sheet.MAX_ROWS + 2)), id="too many rows"),
        pytest.param(b"a,b\n" * (sheet.MAX_ROWS + 2), id="too many lines"),
        pytest.param(b"\x89PNG\r\n\x00\x00", id="a picture"),
        pytest.param(b"a\0b", id="no text"),
    ],
)
def test_a_hostile_file_is_refused(octets: bytes) -> None:
    with pytest.raises(SheetError):
        sheet.read(octets)
