"""Sheets as PDFium draws them, dot for dot as a printer of that resolution, read label by label.

PDFium knows nothing of ours, and so do the two readers, ZXing and ZBar.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pypdfium2
import zxingcpp
from PIL import Image

from traceability.labels import Label, Printer
from traceability.qr import MM_PER_INCH
from traceability.sheet import write

try:
    from pyzbar import pyzbar
except ImportError:  # the package of Python is there, but not Debian's library
    pyzbar = None

NO_ZBAR: Final = "libzbar0 is not on this machine"
POINTS_PER_INCH: Final = 72

Reader = Callable[[Image.Image], list[str]]


@dataclass(frozen=True)
class Batch:
    """Labels of one run, and the links that were issued for them."""

    label: Label
    printer: Printer
    serials: list[str]
    issued: list[str]
    codes: list[str] | None = None

    def pdf(self) -> bytes:
        sheets = io.BytesIO()
        write(sheets, self.label, self.serials, self.printer, self.codes)
        return sheets.getvalue()


@dataclass
class Tally:
    """What a reader made of labels: read as issued, not read, or read as something else."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return self.right + len(self.missed) + len(self.wrong)

    def add(self, other: "Tally") -> None:
        self.right += other.right
        self.missed += other.missed
        self.wrong += other.wrong

    def judge(self, found: list[str], issued: str) -> None:
        if found == [issued]:
            self.right += 1
        elif not found:
            self.missed.append(issued)
        else:
            self.wrong.append(f"{issued} was read as {', '.join(found)}")


def zxing(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [code.text for code in found]


def zbar(picture: Image.Image) -> list[str]:
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [code.data.decode() for code in found]


def readers() -> Mapping[str, Reader]:
    """Those that this machine has."""
    return {"zxing-cpp": zxing} | ({"zbar": zbar} if pyzbar else {})


def pictures(batch: Batch) -> Iterator[Image.Image]:
    """Each label, cut along its edge: nothing beside it helps or disturbs."""
    grid, dpi = batch.printer.grid, batch.printer.dpi
    left = batch.serials
    with pypdfium2.PdfDocument(batch.pdf()) as document:
        for page in document:
            drawn = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil()
            for x, y in grid.corners()[: len(left)]:
                top = grid.page[1] - y - grid.height
                yield drawn.crop(
                    tuple(_dots(mm, dpi) for mm in (x, top, x + grid.width, top + grid.height))
                )
            left = left[len(grid.corners()) :]


def read(batch: Batch) -> dict[str, Tally]:
    """What each reader makes of the batch."""
    tallies = {name: Tally() for name in readers()}
    for picture, issued in zip(pictures(batch), batch.issued, strict=True):
        for name, reader in readers().items():
            tallies[name].judge(reader(picture), issued)
    return tallies


def _dots(mm: float, dpi: int) -> int:
    return round(mm * dpi / MM_PER_INCH)
