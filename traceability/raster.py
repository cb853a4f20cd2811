"""Labels as the dots of a label printer, 1 bit each: what ``sheet`` says in PDF.

A code's modules are whole dots. Letters are filled where a dot's middle lies inside their outline
(non-zero winding, as TrueType has it) and begin at whole dots, so that equal letters look equal.
"""

import io
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont
from numpy.typing import NDArray

from traceability.face import Face
from traceability.font import Font
from traceability.labels import Label, Printer
from traceability.layout import INCH, POINT
from traceability.words import Bar, Line

Point = tuple[float, float]
Dots = NDArray[np.bool_]
"""Shape (height, width), from the top left corner; dark is true."""

_Places = NDArray[np.floating]
_STEPS: Final = 6  # straight pieces of a curve: at 300 dpi a letter's is a few dots long


class Raster:
    """Draws the labels of a run, one by one; the words of all are drawn once."""

    def __init__(self, label: Label, printer: Printer) -> None:
        self._face = Face(label, printer)
        self._scale = printer.dpi / INCH
        self._pens = {font.weight.tag: _Letters(font) for font in self._face.fonts}
        grid = printer.grid
        self._words = np.zeros(
            (self._whole(grid.height * POINT), self._whole(grid.width * POINT)), bool
        )
        for part in self._face.words():
            self._draw(self._words, part)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in dots."""
        height, width = self._words.shape
        return height, width

    def labels(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Dots]:
        """One for each (serial, code)."""
        layout = self._face.layout
        size = layout.fit.modules
        left, top = self._whole(layout.code.left), self._down(layout.code.top)
        side = size * layout.fit.dots
        for (serial, _), packed in zip(
            pairs, self._face.matrices([c for _, c in pairs]), strict=True
        ):
            dots = self._words.copy()
            modules = np.unpackbits(packed.reshape(size, -1), axis=1)[:, :size]
            dots[top : top + side, left : left + side] = np.kron(
                modules, np.ones((layout.fit.dots, layout.fit.dots), np.uint8)
            )
            for line in self._face.serial(serial):
                self._draw(dots, line)
            yield dots

    def _draw(self, dots: Dots, part: Line | Bar) -> None:
        if isinstance(part, Bar):
            area = part.area
            rows = slice(self._down(area.top), self._down(area.bottom))
            dots[rows, self._whole(area.left) : self._whole(area.right)] = True
            return
        letters, at, foot = self._pens[part.font.weight.tag], part.left, self._down(part.foot)
        for sign in part.text:
            fill, left, over = letters.filled(sign, part.size * self._scale, part.narrow)
            across = self._whole(at) + left
            _lay(dots, fill, (foot - over, across), dark=not part.white)
            at += part.font.width(sign, part.size) * part.narrow

    def _whole(self, points: float) -> int:
        return round(points * self._scale)

    def _down(self, points: float) -> int:
        """From the top; PDF counts from the bottom."""
        return self._words.shape[0] - self._whole(points)


class _Letters:
    """The outlines of a font, filled at each size once."""

    def __init__(self, font: Font) -> None:
        file = TTFont(io.BytesIO(font.data))
        self._glyphs, self._names = file.getGlyphSet(), file.getBestCmap()
        self._em: int = file["head"].unitsPerEm
        self.filled = cache(self._filled)

    def _filled(self, sign: str, size: float, narrow: float) -> tuple[Dots, int, int]:
        """Its dots, and where they begin: right of its origin, and above its foot."""
        pen = DecomposingRecordingPen(self._glyphs)
        self._glyphs[self._names.get(ord(sign), ".notdef")].draw(pen)
        found = [(*start, *end) for start, end in _edges(pen.value)]
        if not found:
            return np.zeros((0, 0), bool), 0, 0
        scale = size / self._em
        edges = np.array(found) * [scale * narrow, scale, scale * narrow, scale]
        across, up = edges[:, 0::2], edges[:, 1::2]
        left, right = int(np.floor(across.min())), int(np.ceil(across.max()))
        foot, top = int(np.floor(up.min())), int(np.ceil(up.max()))
        middles = np.arange(left, right) + 0.5
        rows = np.arange(top, foot, -1) - 0.5
        return _inside(edges, middles, rows), left, top


def _inside(edges: _Places, middles: _Places, rows: _Places) -> Dots:
    """Which points lie inside: those around which the outline winds."""
    x0, y0, x1, y1 = edges.T
    over = rows[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):  # a level edge is never crossed
        crossing = x0 + (over - y0) * (x1 - x0) / (y1 - y0)
    upward, downward = (y0 <= over) & (over < y1), (y1 <= over) & (over < y0)
    turns = upward.astype(np.int8) - downward.astype(np.int8)
    winding = np.where(crossing[:, :, None] <= middles, turns[:, :, None], 0).sum(axis=1)
    inside: Dots = winding != 0
    return inside


def _edges(strokes: list[tuple[str, tuple[Point, ...]]]) -> Iterator[tuple[Point, Point]]:
    """An outline of a TrueType font as straight edges, in units of the font."""
    first = last = (0.0, 0.0)
    for kind, points in strokes:
        if kind == "moveTo":
            first = last = points[0]
            continue
        for point in _corners(kind, last, points or (first,)):
            yield last, point
            last = point


def _corners(kind: str, last: Point, points: tuple[Point, ...]) -> Iterator[Point]:
    if kind != "qCurveTo":
        yield points[0]
        return
    for bend, end in decomposeQuadraticSegment(points):
        for step in range(1, _STEPS + 1):
            t = step / _STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            yield (
                a * last[0] + b * bend[0] + c * end[0],
                a * last[1] + b * bend[1] + c * end[1],
            )
        last = end


def _lay(dots: Dots, fill: Dots, corner: tuple[int, int], *, dark: bool) -> None:
    top, left = corner
    room = dots[top : top + fill.shape[0], left : left + fill.shape[1]]
    room[fill[: room.shape[0], : room.shape[1]]] = dark
