"""Label sheets as a streamed PDF: code, product, lot, harvest day and the serial in clear.

A sheet depends only on its label and serials, so a reprint is byte-identical. A simulated lot
prints «MẪU» on every label; there is no way to leave it out.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from traceability.errors import SheetError
from traceability.font import Font, subset
from traceability.labels import DEFAULT_PRINTER, Grid, Label, Printer
from traceability.pdf import Document, Sink, embed
from traceability.qr import MM_PER_INCH, QUIET, fit
from traceability.template import Template
from traceability.token import ALPHABET, GROUP, SERIAL_LENGTH, grouped

MAX_LABELS: Final = 100_000  # per file: what print shops' software still opens
SAMPLE: Final = "MẪU"
POINT: Final = 72 / MM_PER_INCH  # points per mm
INSET: Final = 1.0 * POINT  # a die cut may be off by this much
SAMPLE_SIZE, PRODUCT_SIZE, TEXT_SIZE = 8.0, 6.5, 5.5
MARK: Final = 0.8  # mm, within the inset that no label prints on
LEADING: Final = 1.25
BAR: Final = 1.5  # a capital with two marks above it is taller than its size
PRODUCT_LINES: Final = 2
FIRST_LINE: Final = 3 * (GROUP + 1)  # three groups of the serial, then two


def write(
    sink: Sink, label: Label, serials: Iterable[str], printer: Printer = DEFAULT_PRINTER
) -> int:
    """Write the sheets and return how many labels they hold; a misfit is refused before a byte."""
    face = _Face(label, printer)
    document = Document(sink)
    font = embed(document, face.font)
    words = document.stream(
        face.words().encode(),
        f"/Type /XObject /Subtype /Form /BBox [{face.box()}]"
        f" /Resources << /Font << /F {font} 0 R >> >>",
    )
    pages = document.reserve()
    kids, count = [], 0
    for batch in _batches(serials, len(face.places)):
        count += len(batch)
        if count > MAX_LABELS:
            raise SheetError(f"One file holds {MAX_LABELS} labels; split the print run.")
        content = document.stream((face.marks + face.page(batch)).encode())
        kids.append(document.add(f"<< /Type /Page /Parent {pages} 0 R /Contents {content} 0 R >>"))
    width, height = (side * POINT for side in printer.grid.page)
    document.add(
        f"<< /Type /Pages /Count {len(kids)} /MediaBox [0 0 {width:.3f} {height:.3f}]"
        f" /Resources << /Font << /F {font} 0 R >> /XObject << /L {words} 0 R >> >>"
        f" /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>",
        pages,
    )
    document.close(document.add(f"<< /Type /Catalog /Pages {pages} 0 R >>"))
    return count


class _Face:
    """One label's layout in points: the code on the left, words and serial on the right."""

    def __init__(self, label: Label, printer: Printer) -> None:
        # Decomposed marks (as some keyboards send them) have no positions in a plain font.
        self._product = normalize("NFC", label.product)
        self._simulated = label.simulated
        self._facts = (f"Lô {label.lot}", f"Thu hoạch {label.harvested_on:%d/%m/%Y}")
        self.font: Font = subset("".join((self._product, *self._facts, SAMPLE, ALPHABET)))
        self._template = Template(label.prefix(), SERIAL_LENGTH)
        grid = printer.grid
        fitted = fit(self._template.size, printer.dpi, grid.height - 2 * INSET / POINT)
        self._dot = 72 / printer.dpi
        self._width, self._height = grid.width * POINT, grid.height * POINT
        self._side = self._template.size * fitted.dots * self._dot
        margin = (self._height - fitted.symbol_mm * POINT) / 2 + QUIET * fitted.dots * self._dot
        self._code = (self._snap(INSET) + QUIET * fitted.dots * self._dot, self._snap(margin))
        self._left = INSET + fitted.symbol_mm * POINT
        self._room = self._width - INSET - self._left
        signs = ALPHABET + " "
        self.marks = _marks(grid) if printer.marks else ""
        self._glyphs = {sign: self.font.encode(sign) for sign in signs}
        self._advances = {sign: self.font.width(sign, TEXT_SIZE) for sign in signs}
        self._before = self._before_image()
        self._upper = self._line(self._left, INSET + TEXT_SIZE * LEADING)
        self._lower = self._line(self._left, INSET)
        self.places = [(self._snap(x * POINT), self._snap(y * POINT)) for x, y in grid.corners()]

    def box(self) -> str:
        return f"0 0 {self._width:.3f} {self._height:.3f}"

    def words(self) -> str:
        """All that every label repeats."""
        top, parts = self._height - INSET, []
        if self._simulated:
            bar = SAMPLE_SIZE * BAR
            top -= bar
            parts.append(f"{self._left:.3f} {top:.3f} {self._room:.3f} {bar:.3f} re f 1 g")
            parts.append(self._text(SAMPLE, SAMPLE_SIZE, self._left + 2, top + bar / 5) + " 0 g")
        product = self.font.wrap(self._product, PRODUCT_SIZE, self._room)
        if len(product) > PRODUCT_LINES:
            product[PRODUCT_LINES - 1 :] = [" ".join(product[PRODUCT_LINES - 1 :])]
        lines = [(line, PRODUCT_SIZE) for line in product]
        for line, size in [*lines, *((fact, TEXT_SIZE) for fact in self._facts)]:
            top -= size * LEADING
            parts.append(self._text(line, size, self._left, top + size / 4))
        return "\n".join(parts)

    def page(self, serials: list[str]) -> str:
        # The last page is rarely full.
        images = self._template.matrices(serials)
        return "\n".join(map(self._stamp, serials, images, self.places[: len(serials)]))

    def _stamp(self, serial: str, image: NDArray[np.uint8], place: tuple[float, float]) -> str:
        """The code is a 1-bit mask in hexadecimal: raw bytes could fake the end of the image."""
        shown = grouped(serial)
        upper, lower = self._serial(shown[: FIRST_LINE - 1]), self._serial(shown[FIRST_LINE:])
        return (
            f"q 1 0 0 1 {place[0]:.4f} {place[1]:.4f} cm\n"
            f"{self._before}{image.tobytes().hex().upper()}> EI Q\n/L Do\n"
            f"{self._upper}{upper} ET\n{self._lower}{lower} ET\nQ"
        )

    def _before_image(self) -> str:
        x, y = self._code
        size = self._template.size
        return (
            f"q {self._side:.4f} 0 0 {self._side:.4f} {x:.4f} {y:.4f} cm"
            f" BI /W {size} /H {size} /BPC 1 /IM true /D [1 0] /F /AHx ID "
        )

    def _serial(self, text: str) -> str:
        """A line of the serial, narrowed where it is too wide: cut off, nobody could type it."""
        width = sum(map(self._advances.__getitem__, text))
        shown = f"<{''.join(map(self._glyphs.__getitem__, text))}> Tj"
        if width <= self._room:
            return shown
        return f"{100 * self._room / width:.1f} Tz {shown} 100 Tz"

    def _text(self, text: str, size: float, x: float, y: float) -> str:
        shown = self.font.encode(self.font.clip(text, size, self._room))
        return f"{self._line(x, y, size)}<{shown}> Tj ET"

    @staticmethod
    def _line(x: float, y: float, size: float = TEXT_SIZE) -> str:
        return f"BT /F {size} Tf {x:.3f} {y:.3f} Td "

    def _snap(self, points: float) -> float:
        """To whole printer dots: unsnapped modules lose half of the scans at 203 dpi."""
        return round(points / self._dot) * self._dot


def _marks(grid: Grid) -> str:
    """Crosses at the corners of all labels, where knife and ruler go; the labels stay clean."""
    arm = MARK * POINT
    found = []
    for left, bottom in grid.corners():
        for x in (left, left + grid.width):
            for y in (bottom, bottom + grid.height):
                across, up = x * POINT, y * POINT
                found.append(f"{across - arm:.3f} {up:.3f} m {across + arm:.3f} {up:.3f} l")
                found.append(f"{across:.3f} {up - arm:.3f} m {across:.3f} {up + arm:.3f} l")
    return "\n".join(["q 0.25 w 0.5 G", *dict.fromkeys(found), "S Q", ""])


def _batches(serials: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(serials)
    while batch := list(islice(rest, size)):
        yield batch
