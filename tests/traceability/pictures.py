"""Draws the pages' pictures of labels from the sheets that are printed.

python -m tests.traceability.pictures
"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw, ImageOps

from tests.traceability.readback import POINTS_PER_INCH, Batch
from traceability.gs1 import internal_gtin
from traceability.keys import derive
from traceability.labels import GRIDS, Label, Printer
from traceability.qr import MM_PER_INCH
from traceability.token import serials

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
MASTER: Final = bytes(range(32))  # of no season that anybody prints
GRID: Final = GRIDS["a4-65"]
LABEL_DPI: Final = 300  # as many as the printer's: the code is drawn dot for dot
SHEET_DPI: Final = 180  # three dots a module
SHEET_ROWS: Final = 3
EDGE: Final = 190  # the grey of a label's cut, which no printer draws
GREYS: Final = 8
LABEL: Final = Label(
    host="https://txng.vn",
    gtin=internal_gtin(1),
    product="Dưa lưới Mai Anh",
    lot="20261123-Z1-01",
    harvested_on=date(2026, 11, 23),
    simulated=False,
)
VARIANTS: Final = (
    replace(LABEL, product="Dưa lưới ruột cam giống Nhật trồng trong nhà màng"),
    replace(LABEL, product="Rock melon “Mai Anh”", language="en"),
    replace(LABEL, simulated=True),
)


def page(label: Label, dpi: int) -> Image.Image:
    count = len(GRID.corners())
    typed = list(serials(derive(MASTER, "2026-2", kid=3), 1, range(count)))
    pdf = Batch(label, Printer(), typed, []).pdf()
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[0].render(scale=dpi / POINTS_PER_INCH).to_pil()
    return drawn.convert("L")


def cut(label: Label, dpi: int) -> Image.Image:
    """The first label, with its edge."""
    return ImageOps.expand(page(label, dpi).crop(_box(0, dpi)), border=2, fill=EDGE)


def sheet() -> Image.Image:
    """The upper rows of a sheet, with the edges of its labels, which are not printed."""
    drawn = page(LABEL, SHEET_DPI)
    pen = ImageDraw.Draw(drawn)
    for number in range(len(GRID.corners())):
        pen.rounded_rectangle(_box(number, SHEET_DPI), radius=9, outline=EDGE)
    height = _dots(GRID.top + SHEET_ROWS * GRID.height, SHEET_DPI) + 8
    return ImageOps.expand(drawn.crop((0, 0, drawn.width, height)), border=1, fill=EDGE)


def variants() -> Image.Image:
    """Labels side by side: a long name, English, a lot of the demonstration."""
    cuts = [cut(label, LABEL_DPI) for label in VARIANTS]
    gap = 24
    board = Image.new("L", (sum(each.width + gap for each in cuts) - gap, cuts[0].height), 255)
    left = 0
    for each in cuts:
        board.paste(each, (left, 0))
        left += each.width + gap
    return board


def _box(number: int, dpi: int) -> tuple[int, int, int, int]:
    x, y = GRID.corners()[number]
    top = GRID.page[1] - y - GRID.height
    return (
        _dots(x, dpi),
        _dots(top, dpi),
        _dots(x + GRID.width, dpi),
        _dots(top + GRID.height, dpi),
    )


def _dots(mm: float, dpi: int) -> int:
    return round(mm * dpi / MM_PER_INCH)


def main() -> None:
    pictures = {
        "stamp": cut(LABEL, LABEL_DPI),
        "stamp-variants": variants(),
        "stamp-sheet": sheet(),
    }
    for name, picture in pictures.items():
        few = picture.quantize(GREYS)
        few.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
