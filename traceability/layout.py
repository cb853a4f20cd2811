"""Where code, words and serial of a label stand; pure geometry, in points from its bottom left.

The code keeps its quiet zone and whole printer dots. Where the label is high enough the serial
runs below it, in one line; else it takes two lines at the foot of the words.
"""

from dataclasses import dataclass, replace
from typing import Final

from traceability.font import CAPITALS
from traceability.labels import Grid
from traceability.qr import MM_PER_INCH, QUIET, Fit, fit

INCH: Final = 72.0
POINT: Final = INCH / MM_PER_INCH  # points per mm
HAIR: Final = 0.002  # more than programs round in single precision, less than a 30th of a dot
INSET_MM: Final = 1.0  # a die cut may be off by this much
RIGHT_MM: Final = 1.5  # white beyond the words: with the inset alone they would look cut off
SERIAL_SIZE: Final = 5.5
SERIAL_LEADING: Final = 1.2
_USUAL_MM: Final = (38.1, 21.2)  # the label that the sizes of text are made for
_LARGEST: Final = 1.5  # times those sizes: beyond, a label shouts
_WORDS_MM: Final = 20.0  # beside a code that is larger than it must be, on the usual label
_AROUND_SERIAL: Final = 1.5  # of its height, above and below together; more is shared with the top


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def top(self) -> float:
        return self.bottom + self.height

    @property
    def right(self) -> float:
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class Layout:
    """One label of ``width`` and ``height``; text is ``scale`` times its smallest size."""

    width: float
    height: float
    scale: float
    fit: Fit
    code: Area
    """The dark modules, without their quiet zone."""
    words: Area
    serial: Area
    """From its last baseline to the capitals' top of its first line."""
    serial_below: bool

    @property
    def quiet(self) -> float:
        """White around the code."""
        return QUIET * self.fit.dots * INCH / self.fit.dpi

    @property
    def serial_size(self) -> float:
        return SERIAL_SIZE * self.scale


def snapped(points: float, dpi: int) -> float:
    """To whole printer dots: unsnapped modules lose half of the scans at 203 dpi."""
    return round(points * dpi / INCH) * INCH / dpi


def room_mm(grid: Grid) -> float:
    """The largest side of a code with its quiet zone that a label of the sheet takes."""
    return grid.height - 2 * INSET_MM


def arrange(modules: int, grid: Grid, dpi: int) -> Layout:
    """Lay out a label whose code has so many ``modules``.

    Raises:
        FitError: no code of that size fits at that resolution.
    """
    least = fit(modules, dpi, room_mm(grid))
    scale = min(max(min(grid.width / _USUAL_MM[0], grid.height / _USUAL_MM[1]), 1.0), _LARGEST)
    line = SERIAL_SIZE * scale * CAPITALS
    room = room_mm(grid) - line / POINT
    below = least.symbol_mm <= room
    beside_words = grid.width - 2 * INSET_MM - _WORDS_MM * scale
    fitted = _grown(least, min(room, beside_words)) if below else least
    dot = INCH / dpi
    quiet, side = QUIET * fitted.dots * dot, modules * fitted.dots * dot
    width, height, inset = grid.width * POINT, grid.height * POINT, INSET_MM * POINT
    spare = height - 2 * inset - side - 2 * quiet
    over = inset + max(spare - line * (1 + _AROUND_SERIAL), 0) / 2 if below else inset + spare / 2
    left = snapped(inset, dpi) + quiet
    code = Area(left, snapped(height - over - quiet - side, dpi), side, side)
    beside = code.right + quiet
    edge = width - RIGHT_MM * POINT
    words = Area(beside, code.bottom, edge - beside, side)
    if below:
        foot = (inset + code.bottom - quiet - line) / 2
        serial = Area(code.left, foot, edge - code.left, line)
    else:
        words = replace(words, bottom=code.bottom - quiet / 2, height=side + quiet)
        serial = replace(words, height=line * (1 + SERIAL_LEADING / CAPITALS))
        used = serial.height + line
        words = replace(words, bottom=words.bottom + used, height=words.height - used)
    return Layout(width, height, scale, fitted, code, words, serial, below)


def _grown(least: Fit, room: float) -> Fit:
    """As large as it may be on a larger label: a phone reads it from farther away."""
    each = least.symbol_mm / least.dots
    return replace(least, dots=max(least.dots, int(room / each)))
