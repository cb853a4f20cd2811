"""What a label says and where labels lie on a sheet; data only."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from traceability.payload import base, stamp_link
from traceability.token import SERIAL_LENGTH

Language = Literal["vi", "en"]

# Written out, since 03/04 is another day abroad; not of the machine's locale, or reprints differ.
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a label; where room is short, the caption goes before the value does."""

    caption: str
    value: str


@dataclass(frozen=True, slots=True)
class Label:
    """What all stamps of an issuance have in common; what is empty or None is not printed."""

    host: str
    gtin: str | None
    product: str
    lot: str
    harvested_on: date | None
    simulated: bool
    sealed: bool = False
    language: Language = "vi"
    producer: str = ""
    """Named where the label has room for it and for the product's name."""

    def prefix(self) -> str:
        """The printed link up to the serial, or to the digits of a sealed stamp."""
        if self.sealed:
            return f"{base(self.host)}/S/"
        zero = "0" * SERIAL_LENGTH
        return stamp_link(self.host, zero, self.gtin).removesuffix(zero)

    def facts(self) -> list[Fact]:
        """Lot and day of harvest, in the label's language."""
        lot, harvest = ("Lô", "Thu hoạch") if self.language == "vi" else ("Lot", "Harvested")
        known = [Fact(lot, self.lot)] if self.lot.strip() else []
        if self.harvested_on:
            known.append(Fact(harvest, self._day(self.harvested_on)))
        return known

    def sample(self) -> str:
        """What a simulated lot prints; Vietnamese first, since it is sold among Vietnamese."""
        return "MẪU" if self.language == "vi" else "MẪU · SAMPLE"

    def _day(self, day: date) -> str:
        if self.language == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


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
