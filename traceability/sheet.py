"""Label sheets as a streamed PDF: code, product, lot, harvest day and the serial in clear.

A sheet depends only on its label and serials, so a reprint is byte-identical. A simulated lot
prints «MẪU» on every label; there is no way to leave it out.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from traceability.errors import SheetError
from traceability.face import Face
from traceability.labels import DEFAULT_PRINTER, Grid, Label, Printer
from traceability.layout import HAIR, POINT, snapped
from traceability.pdf import Document, Sink, embed

MAX_LABELS: Final = 100_000  # per file: what print shops' software still opens
MARK: Final = 0.8  # mm, within the inset that no label prints on


def write(
    sink: Sink,
    label: Label,
    serials: Iterable[str],
    printer: Printer = DEFAULT_PRINTER,
    codes: Iterable[str] | None = None,
) -> int:
    """Write the sheets and return how many labels they hold; a misfit is refused before a byte.

    Args:
        sink: Takes the octets as they come.
        label: What all labels have in common.
        serials: What people type, one a label.
        printer: Paper and resolution.
        codes: For sealed stamps: their digits, in the order of their serials.

    Raises:
        FitError: the code has no room on that label at that resolution.
        SheetError: more labels than a file may hold.
    """
    face = Face(label, printer)
    document = Document(sink)
    fonts = " ".join(f"/{font.weight.tag} {embed(document, font)} 0 R" for font in face.fonts)
    words = document.stream(
        "\n".join(part.pdf() for part in face.words()).encode(),
        f"/Type /XObject /Subtype /Form /BBox [{face.box()}] /Resources << /Font << {fonts} >> >>",
    )
    pages = document.reserve()
    kids, count = _pages(document, pages, face, pairs(serials, codes))
    width, height = _paper(printer)
    document.add(
        f"<< /Type /Pages /Count {len(kids)} /MediaBox [0 0 {width:.4f} {height:.4f}]"
        f" /Resources << /Font << {fonts} >> /XObject << /L {words} 0 R >> >>"
        f" /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>",
        pages,
    )
    document.close(document.add(f"<< /Type /Catalog /Pages {pages} 0 R >>"))
    return count


def pairs(serials: Iterable[str], codes: Iterable[str] | None) -> Iterable[tuple[str, str]]:
    """What people type, and what the code says."""
    if codes is None:
        return ((serial, serial) for serial in serials)
    return zip(serials, codes, strict=True)


def _pages(
    document: Document, parent: int, face: Face, printed: Iterable[tuple[str, str]]
) -> tuple[list[int], int]:
    """Write the pages; return their objects and how many labels they hold."""
    marks = _marks(face.printer.grid) if face.printer.marks else ""
    corners = _corners(face.printer)
    kids, count = [], 0
    for batch in _batches(printed, len(corners)):
        count += len(batch)
        if count > MAX_LABELS:
            raise SheetError(f"One file holds {MAX_LABELS} labels; split the print run.")
        content = document.stream((marks + face.page(batch, corners)).encode())
        kids.append(
            document.add(f"<< /Type /Page /Parent {parent} 0 R /Contents {content} 0 R >>")
        )
    return kids, count


def _corners(printer: Printer) -> list[tuple[float, float]]:
    """Whole printer dots from the paper's edges, which are whole dots themselves."""
    return [
        (snapped(x * POINT, printer.dpi), snapped(y * POINT, printer.dpi))
        for x, y in printer.grid.corners()
    ]


def _paper(printer: Printer) -> tuple[float, float]:
    """Whole dots too, and a hair less: programs round up, and would stretch the page by a dot."""
    sides = (snapped(side * POINT, printer.dpi) for side in printer.grid.page)
    width, height = (side - HAIR / 2 for side in sides)
    return width, height


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


def _batches(printed: Iterable[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    rest = iter(printed)
    while batch := list(islice(rest, size)):
        yield batch
