"""What a label says and where labels lie on a sheet; data only."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from traceability.payload import stamp_link
from traceability.token import SERIAL_LENGTH


@dataclass(frozen=True, slots=True)
class Label:
    """What all stamps of an issuance have in common."""

    host: str
    gtin: str | None
    product: str
    lot: str
    harvested_on: date
    simulated: bool

    def prefix(self) -> str:
        """The printed link up to the serial."""
        zero = "0" * SERIAL_LENGTH
        return stamp_link(self.host, zero, self.gtin).removesuffix(zero)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of labels; distances in mm from the top left corner, columns ``pitch`` apart."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch: float
    page: tuple[float, float] = (210.0, 297.0)

    def corners(self) -> list[tuple[float, float]]:
        """Left and bottom of each label in reading order, upwards as PDF counts."""
        return [
            (self.left + column * self.pitch, self.page[1] - self.top - (row + 1) * self.height)
            for row in range(self.rows)
            for column in range(self.columns)
        ]


def roll(width: float, height: float) -> Grid:
    """A roll in a label printer: each label is a page of its own."""
    return Grid(1, 1, width, height, 0.0, 0.0, width, page=(width, height))


# The A4 sheets that stationers sell (38.1 x 21.2 mm with gaps, 52.5 x 29.7 mm edge to edge), and
# the rolls that thermal printers take.
GRIDS: Final = {
    "a4-65": Grid(5, 13, 38.1, 21.2, 4.75, 10.7, 40.6),
    "a4-40": Grid(4, 10, 52.5, 29.7, 0.0, 0.0, 52.5),
    "roll-40x25": roll(40.0, 25.0),
    "roll-50x30": roll(50.0, 30.0),
}


@dataclass(frozen=True, slots=True)
class Printer:
    """Paper and resolution; with ``marks`` plain paper shows where to cut."""

    grid: Grid = GRIDS["a4-65"]
    dpi: int = 300
    marks: bool = False


DEFAULT_PRINTER: Final = Printer()
