import io
import re
from collections.abc import Iterator
from dataclasses import replace
from unicodedata import normalize

import pytest
import zxingcpp
from PIL import Image
from pypdf import PageObject, PdfReader

from traceability.errors import FitError, SheetError
from traceability.keys import SeasonKey
from traceability.labels import GRIDS, Grid, Label, Printer
from traceability.sheet import MAX_LABELS, write
from traceability.token import SERIAL_LENGTH, grouped, serials

IMAGE = re.compile(rb"BI /W (\d+) /H \1 /BPC 1 /IM true /D \[1 0\] /F /AHx ID ([0-9A-F]+)> EI")


def printed(label: Label, codes: list[str], printer: Printer | None = None) -> bytes:
    sheets = io.BytesIO()
    count = write(sheets, label, codes, printer) if printer else write(sheets, label, codes)
    assert count == len(codes)
    return sheets.getvalue()


def codes_on(page: PageObject) -> list[str]:
    """What a scanner reads from the image masks of a page."""
    contents = page.get_contents()
    assert contents is not None
    read = []
    for side, data in IMAGE.findall(contents.get_data()):
        size, raw = int(side), bytes.fromhex(data.decode())
        mask = Image.frombytes("1", (size, size), raw).convert("L")
        paper = Image.new("L", (size + 8, size + 8), 255)
        paper.paste(mask.point(lambda dark: 255 - dark), (4, 4))
        big = paper.resize((paper.width * 4, paper.height * 4), Image.Resampling.NEAREST)
        read += [code.text for code in zxingcpp.read_barcodes(big)]
    return read


def test_every_code_reads_and_every_word_can_be_copied(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(70)))

    reader = PdfReader(io.BytesIO(printed(label, codes)), strict=True)

    assert len(reader.pages) == 2
    read = [link for page in reader.pages for link in codes_on(page)]
    assert read == [label.prefix() + serial for serial in codes]
    text = reader.pages[0].extract_text()
    assert text.count("Cà chua bi Đà Lạt") == 65
    assert text.count("Lô 20261123-Z1-01") == 65
    assert text.count("Thu hoạch 23/11/2026") == 65
    assert grouped(codes[0]) in text.replace("\n", " ")
    assert "MẪU" not in text


def test_the_widest_serial_is_narrowed_and_never_cut_off(label: Label) -> None:
    """Else nobody could type it; on such a label it is wider than its room."""
    wide = "W" * SERIAL_LENGTH
    (page,) = PdfReader(io.BytesIO(printed(label, [wide], Printer(GRIDS["a4-65"], 203)))).pages
    assert page.extract_text().count("W") == SERIAL_LENGTH
    contents = page.get_contents()
    assert contents is not None
    assert contents.get_data().count(b" Tz ") == 2, "the lines after it are of their own width"


def test_every_label_of_a_simulated_lot_says_so(key: SeasonKey, label: Label) -> None:
    sheets = printed(replace(label, simulated=True), list(serials(key, 1, range(65))))
    (page,) = PdfReader(io.BytesIO(sheets)).pages
    assert page.extract_text().count("MẪU") == 65


def test_a_reprint_is_byte_identical(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(66)))
    assert printed(label, codes) == printed(label, codes)


def test_plain_paper_shows_where_to_cut_and_labels_stay_clean(
    key: SeasonKey, label: Label
) -> None:
    codes = list(serials(key, 1, range(2)))
    grid = GRIDS["a4-65"]
    plain, marked = (
        PdfReader(io.BytesIO(printed(label, codes, Printer(grid, marks=marks)))).pages[0]
        for marks in (False, True)
    )
    before, after = plain.get_contents(), marked.get_contents()
    assert before is not None
    assert after is not None
    drawn = after.get_data().removesuffix(before.get_data())
    assert drawn.count(b" l\n") == 2 * (2 * grid.columns) * (grid.rows + 1)
    assert codes_on(marked) == codes_on(plain)


@pytest.mark.parametrize("name", sorted(GRIDS))
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_labels_stay_inside_the_paper(key: SeasonKey, label: Label, name: str, dpi: int) -> None:
    grid = GRIDS[name]
    per_page = grid.columns * grid.rows
    codes = list(serials(key, 1, range(per_page + 1)))
    reader = PdfReader(io.BytesIO(printed(label, codes, Printer(grid, dpi))))
    assert len(reader.pages) == 2
    width, height = grid.page
    assert all(0 <= x <= width - grid.width + 0.01 for x, _ in grid.corners())
    assert all(-0.01 <= y <= height - grid.height + 0.01 for _, y in grid.corners())


def test_a_name_of_any_length_keeps_to_its_label(key: SeasonKey, label: Label) -> None:
    long = replace(label, product="Dưa lưới " * 40)
    (page,) = PdfReader(io.BytesIO(printed(long, list(serials(key, 1, range(1)))))).pages
    text = page.extract_text()
    assert "…" in text
    assert len(text.splitlines()) <= 7


def test_marks_typed_apart_are_put_together(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(1)))
    apart = replace(label, product=normalize("NFD", label.product))
    assert printed(apart, codes) == printed(label, codes)


def test_a_label_too_small_for_the_code_is_refused_before_a_byte(
    key: SeasonKey, label: Label
) -> None:
    sheets = io.BytesIO()
    tiny = Grid(10, 20, 20, 12, 5, 5, 20)
    with pytest.raises(FitError, match=r"needs 15\.7 mm at 300 dpi; the label gives 10\.0 mm"):
        write(sheets, label, serials(key, 1, range(1)), Printer(tiny))
    assert not sheets.getvalue()


def test_pages_leave_while_serials_still_come(key: SeasonKey, label: Label) -> None:
    sheets = io.BytesIO()
    written_before = []

    def watched() -> Iterator[str]:
        for serial in serials(key, 1, range(65 * 3)):
            written_before.append(len(sheets.getvalue()))
            yield serial

    write(sheets, label, watched())

    assert written_before[0] < written_before[66] < written_before[131]


def test_no_stamps_give_an_empty_document(label: Label) -> None:
    assert len(PdfReader(io.BytesIO(printed(label, []))).pages) == 0


def test_codes_of_a_page_lie_on_whole_printer_dots(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(65)))
    (page,) = PdfReader(io.BytesIO(printed(label, codes, Printer(dpi=203)))).pages
    contents = page.get_contents()
    assert contents is not None
    corners = re.findall(rb"q 1 0 0 1 ([\d.]+) ([\d.]+) cm", contents.get_data())
    assert len(corners) == 65
    for corner in corners:
        for dots in (float(side) * 203 / 72 for side in corner):
            assert dots == pytest.approx(round(dots), abs=0.001)


def test_a_stamp_without_a_product_number_has_the_short_link(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(1)))
    short = replace(label, gtin=None)
    (page,) = PdfReader(io.BytesIO(printed(short, codes))).pages
    assert codes_on(page) == [f"https://TXNG.VN/T/{codes[0]}"]


def test_a_file_too_long_to_open_is_refused(label: Label) -> None:
    with pytest.raises(SheetError, match="split the print run"):
        write(io.BytesIO(), label, ["0" * 20] * (MAX_LABELS + 1))
