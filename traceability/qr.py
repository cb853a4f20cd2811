"""QR symbols of stamps: matrix, SVG and PNG, and the size that a printer can give them.

Error correction and mask are fixed, so that a payload always gives the same modules; the smallest
module is GS1's, and a size that would break it is refused.
"""

import re
import struct
import zlib
from dataclasses import dataclass
from math import ceil
from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import QRData

from traceability.errors import FitError

MASK: Final = 0  # the lowest average penalty over stamp links
QUIET: Final = 4  # modules of white on each side, as ISO/IEC 18004 asks
MIN_MODULE_MM: Final = 0.396  # GS1 General Specifications, retail point of sale
MM_PER_INCH: Final = 25.4
_BLOCKS: Final = {("0", "0"): "█", ("0", "1"): "▀", ("1", "0"): "▄", ("1", "1"): " "}
_ALPHANUMERIC_TAIL: Final = re.compile(r"[0-9A-Z $%*+\-./:]*\Z")
_NUMERIC_TAIL: Final = re.compile(r"[0-9]{40,}\Z")
"""Longer than any serial, so that no serial's digits change the way its stamp was printed."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR matrix: ``bits`` holds size x size modules from the top left, dark is 1."""

    size: int
    bits: int

    def rows(self) -> list[str]:
        """Rows of ``0`` and ``1``."""
        text = f"{self.bits:0{self.size * self.size}b}"
        return [text[start : start + self.size] for start in range(0, len(text), self.size)]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a symbol is printed: whole printer dots per module."""

    modules: int
    dpi: int
    dots: int

    @property
    def module_mm(self) -> float:
        return self.dots * MM_PER_INCH / self.dpi

    @property
    def symbol_mm(self) -> float:
        """The side with its quiet zone."""
        return (self.modules + 2 * QUIET) * self.module_mm


def symbol(payload: str) -> Symbol:
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK, border=0)
    digits = _NUMERIC_TAIL.search(payload)
    cut = digits.start() if digits else len(payload)
    for part in (*segments(payload[:cut]), payload[cut:]):
        if part:
            code.add_data(QRData(part))
    try:
        code.make(fit=True)
    except ValueError as error:  # the encoder divides by zero over a block of nothing but zeros
        raise FitError("No code can be made of this text; it holds too many zeros.") from error
    matrix = code.get_matrix()
    modules = "".join("1" if dark else "0" for row in matrix for dark in row)
    return Symbol(len(matrix), int(modules, 2))


def segments(payload: str) -> tuple[str, str]:
    """The part that needs bytes and the rest, which fits the denser alphanumeric mode."""
    tail = _ALPHANUMERIC_TAIL.search(payload)
    cut = tail.start() if tail else len(payload)
    return payload[:cut], payload[cut:]


def fit(modules: int, dpi: int, room_mm: float) -> Fit:
    """The smallest allowed print of a symbol; FitError says what would fit in ``room_mm``."""
    dots = ceil(MIN_MODULE_MM * dpi / MM_PER_INCH)
    planned = Fit(modules, dpi, dots)
    if planned.symbol_mm <= room_mm:
        return planned
    room = int(room_mm / planned.module_mm) - 2 * QUIET
    largest = (room - 17) // 4
    fits = f"only up to version {largest} (a shorter link)" if largest >= 1 else "no code at all"
    raise FitError(
        f"A version {(modules - 17) // 4} code needs {planned.symbol_mm:.1f} mm at {dpi} dpi; "
        f"the label gives {room_mm:.1f} mm. In that room fits {fits}; take a larger label."
    )


def svg(code: Symbol) -> str:
    """One path of horizontal runs in module units, with the quiet zone."""
    side = code.size + 2 * QUIET
    runs = "".join(
        f"M{QUIET + run.start()} {QUIET + y}h{len(run.group())}v1h-{len(run.group())}z"
        for y, row in enumerate(code.rows())
        for run in re.finditer("1+", row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{runs}"/></svg>'
    )


def text(code: Symbol) -> str:
    """For a terminal: two modules in a character, light on dark, with the quiet zone."""
    side = code.size + 2 * QUIET
    blank = ["0" * side] * QUIET
    rows = [*blank, *("0" * QUIET + row + "0" * QUIET for row in code.rows()), *blank]
    rows += ["1" * side] * (len(rows) % 2)
    lines = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(map(_BLOCKS.__getitem__, zip(*pair, strict=True))) for pair in lines)


def png(code: Symbol, dots: int, dpi: int = 300) -> bytes:
    """A 1-bit image with its quiet zone and printed size."""
    side = (code.size + 2 * QUIET) * dots
    white = "0" * (QUIET * dots)
    blank = ["0" * side] * (QUIET * dots)
    lines = [
        line
        for row in code.rows()
        for line in [white + "".join(bit * dots for bit in row) + white] * dots
    ]
    stride = (side + 7) // 8
    raw = b"".join(b"\0" + _white_is_one(line, stride) for line in [*blank, *lines, *blank])
    per_metre = round(dpi / MM_PER_INCH * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(raw, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _white_is_one(line: str, stride: int) -> bytes:
    inverted = line.translate({48: "1", 49: "0"}).ljust(stride * 8, "1")
    return int(inverted, 2).to_bytes(stride)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
