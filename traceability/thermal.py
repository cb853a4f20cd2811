"""Labels in the two languages of label printers: ZPL (of Zebra) and TSPL (of TSC and many others).

Each label is one picture. A printer's own command for codes would choose its own version and mask,
and its own fonts have no Vietnamese; a picture that each label repeats whole also survives that
half of a roll is printed again after the printer was off.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceability.errors import SheetError
from traceability.labels import Label, Printer
from traceability.pdf import Sink
from traceability.raster import Dots, Raster
from traceability.sheet import MAX_LABELS, pairs

_AT_ONCE: Final = 100
_ONES, _TWENTIES = "GHIJKLMNOPQRSTUVWXY", "ghijklmnopqrstuvwxyz"
_TWENTY: Final = 20
_MOST: Final = _TWENTY * len(_TWENTIES) + _TWENTY - 1
"""Of one count: z is 400, Y is 19."""


def write_zpl(
    sink: Sink,
    label: Label,
    serials: Iterable[str],
    printer: Printer,
    codes: Iterable[str] | None = None,
) -> int:
    """Write a run as ZPL II and return how many labels it has; a misfit is refused at once.

    Raises:
        FitError: the code has no room on that label at that resolution.
        SheetError: the paper is no roll, or there are more labels than a file may hold.
    """
    raster = _raster(label, printer)
    height, width = raster.shape
    count = 0
    for dots in _labels(raster, pairs(serials, codes)):
        lines = np.packbits(dots, axis=1)
        data = squeezed(lines)
        sink.write(
            f"^XA^PW{width}^LL{height}^LH0,0^FO0,0"
            f"^GFA,{lines.size},{lines.size},{lines.shape[1]},{data}^FS^XZ\n".encode()
        )
        count += 1
    return count


def write_tspl(
    sink: Sink,
    label: Label,
    serials: Iterable[str],
    printer: Printer,
    codes: Iterable[str] | None = None,
) -> int:
    """The same as TSPL, which burns a dot where a bit is 0; the gap is the printer's own."""
    raster = _raster(label, printer)
    grid = printer.grid
    sink.write(f"SIZE {grid.width:g} mm,{grid.height:g} mm\r\nDIRECTION 1\r\n".encode())
    count = 0
    for dots in _labels(raster, pairs(serials, codes)):
        lines = ~np.packbits(dots, axis=1)
        sink.write(f"CLS\r\nBITMAP 0,0,{lines.shape[1]},{lines.shape[0]},0,".encode())
        sink.write(lines.tobytes() + b"\r\nPRINT 1,1\r\n")
        count += 1
    return count


def _raster(label: Label, printer: Printer) -> Raster:
    if (printer.grid.columns, printer.grid.rows) != (1, 1):
        raise SheetError("A label printer takes a roll: choose one of the roll sizes.")
    return Raster(label, printer)


def _labels(raster: Raster, printed: Iterable[tuple[str, str]]) -> Iterator[Dots]:
    rest, count = iter(printed), 0
    while batch := list(islice(rest, _AT_ONCE)):
        count += len(batch)
        if count > MAX_LABELS:
            raise SheetError(f"One file holds {MAX_LABELS} labels; split the print run.")
        yield from raster.labels(batch)


def squeezed(lines: NDArray[np.uint8]) -> str:
    """Hexadecimal with counts before signs that repeat: G is 1 of them, g is 20.

    A comma is a line's white rest, `!` a black one, `:` a line like the one before; ZPL II
    Programming Guide, ~DG.
    """
    said, before = [], None
    for line in lines:
        text = line.tobytes().hex().upper()
        said.append(":" if text == before else _line(text))
        before = text
    return "".join(said)


def _line(text: str) -> str:
    for sign, short in (("0", ","), ("F", "!")):
        kept = text.rstrip(sign)
        if kept != text:
            return _runs(kept) + short
    return _runs(text)


def _runs(text: str) -> str:
    return "".join(_run(sign, len(list(same))) for sign, same in groupby(text))


def _run(sign: str, length: int) -> str:
    said = ""
    while length > _MOST:
        said += f"zY{sign}"
        length -= _MOST
    if length == 1:
        return said + sign
    twenties, ones = divmod(length, _TWENTY)
    many = _TWENTIES[twenties - 1] if twenties else ""
    few = _ONES[ones - 1] if ones else ""
    return f"{said}{many}{few}{sign}"
