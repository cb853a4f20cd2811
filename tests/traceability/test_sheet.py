import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import get_args
from unicodedata import normalize

import pytest
import zxingcpp
from PIL import Image
from pypdf import PageObject, PdfReader

from traceability.errors import FitError, SheetError
from traceability.keys import SeasonKey
from traceability.labels import GRIDS, Grid, Label, Language, Printer
from traceability.layout import arrange
from traceability.sealed import DIGITS
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
    assert text.count("Cà chua\nbi Đà Lạt") == 65
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
    first, second = re.findall(rb"Td (\S+ Tz )?<", contents.get_data())
    assert first, "the wide line"
    assert not second, "the short line after it is of its own width"


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
    name, *rest = page.extract_text().partition("…")
    assert rest[0]
    assert name.count("\n") <= 2


def test_a_name_is_as_large_as_it_may_be_and_breaks_evenly(key: SeasonKey, label: Label) -> None:
    assert names(key, replace(label, product="Ớt chuông")) == [(9.0, "Ớt chuông")]
    assert [text for _, text in names(key, replace(label, product="Cam sành Bưởi da xanh"))] == [
        "Cam sành",
        "Bưởi da xanh",
    ]
    sizes = {size for size, _ in names(key, replace(label, product="Cam sành loại một " * 3))}
    assert max(sizes) < 9.0


def names(key: SeasonKey, label: Label) -> list[tuple[float, str]]:
    """Size and text of each line in the bold font."""
    (page,) = PdfReader(io.BytesIO(printed(label, list(serials(key, 1, range(1)))))).pages
    found: list[tuple[float, str]] = []

    def see(text: str, _cm: object, _tm: object, font: dict[str, str] | None, size: float) -> None:
        if text.strip() and font and font["/BaseFont"].endswith("Bold"):
            found.append((size, text.strip()))

    page.extract_text(visitor_text=see)
    return found


def test_what_is_not_known_leaves_no_gap(key: SeasonKey, label: Label) -> None:
    bare = replace(label, product=" ", lot="", harvested_on=None)
    (page,) = PdfReader(io.BytesIO(printed(bare, list(serials(key, 1, range(1)))))).pages
    assert page.extract_text().split("\n")[0] == "txng.vn"
    alone = replace(bare, lot="L1")
    (page,) = PdfReader(io.BytesIO(printed(alone, list(serials(key, 1, range(1)))))).pages
    assert page.extract_text().split("\n")[0] == "Lô L1"


def test_a_label_speaks_english_where_it_is_asked_to(key: SeasonKey, label: Label) -> None:
    english = replace(label, language="en", simulated=True, harvested_on=date(2026, 3, 4))
    (page,) = PdfReader(io.BytesIO(printed(english, list(serials(key, 1, range(1)))))).pages
    text = page.extract_text()
    assert "Lot 20261123-Z1-01" in text
    assert "Harvested 4 Mar 2026" in text
    assert "MẪU · SAMPLE" in text, "a Vietnamese shop must still see that it is none"
    assert "Thu hoạch" not in text


@pytest.mark.parametrize("name", sorted(GRIDS))
def test_who_grew_it_is_named_above_the_lot_and_never_costs_a_fact(
    key: SeasonKey, label: Label, name: str
) -> None:
    told = replace(label, product="Dưa lưới", producer="HTX Nông nghiệp Mai Anh")
    sheets = printed(told, list(serials(key, 1, range(1))), Printer(GRIDS[name]))
    (page,) = PdfReader(io.BytesIO(sheets)).pages
    text = page.extract_text()
    assert text.index("Dưa lưới") < text.index("HTX Nông ng") < text.index("Lô 20261123-Z1-01")
    assert text.count("Thu hoạch 23/11/2026") == 1
    sample = replace(told, simulated=True)
    (page,) = PdfReader(
        io.BytesIO(printed(sample, list(serials(key, 1, range(1))), Printer(GRIDS[name])))
    ).pages
    assert "HTX" not in page.extract_text(), "the sample's own word has its room"


@pytest.mark.parametrize("name", sorted(GRIDS))
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_day_and_a_lot_are_never_cut_short(
    key: SeasonKey, label: Label, name: str, dpi: int
) -> None:
    for language in get_args(Language):
        told = replace(label, language=language, simulated=True)
        sheets = printed(told, list(serials(key, 1, range(1))), Printer(GRIDS[name], dpi))
        (page,) = PdfReader(io.BytesIO(sheets)).pages
        assert {fact.value for fact in told.facts()} <= set(
            re.findall("20261123-Z1-01|23/11/2026|23 Nov 2026", page.extract_text())
        )


def test_the_host_is_told_beside_the_serial_where_it_has_room(
    key: SeasonKey, label: Label
) -> None:
    codes = list(serials(key, 1, range(1)))
    long = "truyxuat.hoptacxa-maianh.vn"
    for host, told in (("txng.vn", True), (long, False)):
        sheets = printed(replace(label, host=f"https://{host}"), codes)
        assert (host in PdfReader(io.BytesIO(sheets)).pages[0].extract_text()) is told


def test_a_larger_label_has_a_larger_code() -> None:
    sizes = [arrange(29, GRIDS[name], 300).fit.symbol_mm for name in ("a4-65", "a4-40")]
    assert sizes == pytest.approx([15.66, 21.93], abs=0.01)


def test_a_sealed_stamp_shows_the_serial_that_can_be_typed(key: SeasonKey, label: Label) -> None:
    carton = replace(label, sealed=True)
    codes = list(serials(key, 1, range(2)))
    digits = ["1" * DIGITS, "2" * DIGITS]
    sheets = io.BytesIO()
    assert write(sheets, carton, codes, Printer(GRIDS["a4-40"]), digits) == 2
    (page,) = PdfReader(sheets).pages
    assert codes_on(page) == [f"https://TXNG.VN/S/{each}" for each in digits]
    assert grouped(codes[1]) in page.extract_text()


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
