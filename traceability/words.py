"""The words that all labels of a run repeat, set in the room beside the code.

Every size and line is chosen so that nothing meets the code or the cut: a product's name grows
small, then wraps, then is cut short with an ellipsis; a lot's code and a day are never cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import normalize

from traceability.font import BOLD, CAPITALS, Font, subset
from traceability.labels import Fact, Label
from traceability.layout import Area, Layout
from traceability.payload import base
from traceability.token import ALPHABET, SERIAL_LENGTH, grouped

# Points on the smallest label. At 5 points a small letter is just under a millimetre high.
PRODUCT_SIZES: Final = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
PRODUCT_LINES: Final = 3
PRODUCER_BESIDE: Final = 7.5  # the least size of a name that gives room to who grew it
FACT_SIZE: Final = 5.5
HOST_SIZE: Final = 5.0
SAMPLE_SIZE: Final = 6.5
LEADING: Final = 1.22  # of a size: lower, a hook above meets a dot below of the line before
DESCENT: Final = 0.25  # of a size, below the line; and the least between two kinds of words
PAD: Final = 0.3  # of a size, around the words of a sample
MARKS: Final = 0.3  # of a size: how far two marks rise above their capital
NARROWEST: Final = 0.8  # as a condensed face; a caption goes before its value is narrowed more
UNSEEN: Final = 0.9  # letters so much narrower look like the others
_USUAL: Final = grouped(ALPHABET[6 : 6 + SERIAL_LENGTH])  # as wide as most, digits and letters


@dataclass(frozen=True, slots=True)
class Line:
    """Words in one line from ``left`` on, ``narrow`` times as wide as the font has them."""

    font: Font
    text: str
    size: float
    left: float
    foot: float
    narrow: float = 1.0
    white: bool = False

    def pdf(self) -> str:
        """Its operators, with the fonts as ``/F`` and ``/B``."""
        narrow = f" {100 * self.narrow:.1f} Tz" if self.narrow < 1 else ""
        shown = (
            f"BT /{self.font.weight.tag} {self.size:.2f} Tf{narrow}"
            f" {self.left:.3f} {self.foot:.3f} Td <{self.font.encode(self.text)}> Tj ET"
            f"{narrow and ' 100 Tz'}"
        )
        return f"1 g {shown} 0 g" if self.white else shown


@dataclass(frozen=True, slots=True)
class Bar:
    """All black, behind white words."""

    area: Area

    def pdf(self) -> str:
        area = self.area
        return f"{area.left:.3f} {area.bottom:.3f} {area.width:.3f} {area.height:.3f} re f"


class Words:
    """Typeset once; ``drawn`` are its lines, and the bar behind those of a sample."""

    def __init__(self, label: Label, layout: Layout) -> None:
        # Decomposed marks (as some keyboards send them) have no positions in a plain font.
        self._product = " ".join(normalize("NFC", label.product).split())
        self._facts = label.facts()
        self._sample = label.sample() if label.simulated else ""
        self._host = base(label.host).partition("://")[2].lower()
        said = "".join(f"{fact.caption} {fact.value}" for fact in self._facts)
        producer = " ".join(normalize("NFC", label.producer).split())
        self.regular: Font = subset(f"{said}{producer}{self._host}{ALPHABET}")
        self.bold: Font = subset(self._product + self._sample, BOLD)
        self._layout = layout
        self._area = layout.words
        self._producer = self._with_room(producer)

    def serial_room(self) -> float:
        """The width that is the serial's, beside the host it is typed at."""
        room = self._layout.serial.width
        return room - self._host_room() if self._has_host() else room

    def drawn(self) -> Iterator[Line | Bar]:
        top, bottom = self._area.top, self._area.bottom
        if self._sample:
            # From the edge of the quiet zone on, else the name would have one line only.
            height = self._size(SAMPLE_SIZE) * (CAPITALS + MARKS + 2 * PAD)
            top = self._layout.code.top + self._layout.quiet - height
            yield from self._draw_sample(top, height)
            top -= self._size(PRODUCT_SIZES[-1]) * MARKS
        used = len(self._facts) * self._size(FACT_SIZE) * LEADING
        if self._product:
            line = self._size(FACT_SIZE) * LEADING if self._producer else 0.0
            yield from self._draw_product(top, top - bottom - used - line)
            yield from self._draw_producer(bottom + used)
            yield from self._draw_facts(bottom)
        else:
            yield from self._draw_facts(top - used)
        if self._has_host():
            size, serial = self._size(HOST_SIZE), self._layout.serial
            left = serial.right - self.regular.width(self._host, size)
            yield Line(self.regular, self._host, size, left, serial.bottom)

    def _with_room(self, producer: str) -> str:
        """Cut short as a name is; nothing where the product's name would grow small for it."""
        used = (len(self._facts) + 1) * self._size(FACT_SIZE) * LEADING
        size, lines = self._product_lines(self._area.height - used)
        room = used + size * (CAPITALS + DESCENT + (len(lines) - 1) * LEADING)
        small = size < self._size(PRODUCER_BESIDE) or room > self._area.height
        if self._sample or not self._product or small:
            return ""
        return self.regular.clip(producer, self._size(FACT_SIZE), self._area.width)

    def _draw_sample(self, foot: float, height: float) -> Iterator[Line | Bar]:
        """White on black, as wide as all words: nobody takes it for a name."""
        left, room, size = self._area.left, self._area.width, self._size(SAMPLE_SIZE)
        pad = size * PAD
        yield Bar(Area(left, foot, room, height))
        inside = Line(self.bold, self._sample, size, left + pad, foot + pad, white=True)
        yield fitted(inside, room - 2 * pad)

    def _draw_product(self, top: float, room: float) -> Iterator[Line]:
        size, lines = self._product_lines(room)
        for number, line in enumerate(lines):
            foot = top - size * (CAPITALS + number * LEADING)
            yield Line(self.bold, line, size, self._area.left, foot)

    def _product_lines(self, room: float) -> tuple[float, list[str]]:
        """The largest size at which all of the name has room, and its lines."""
        size, most = self._size(PRODUCT_SIZES[-1]), 1
        for each in PRODUCT_SIZES:
            size = self._size(each)
            most = self._lines_in(room, size)
            lines = self.bold.wrap(self._product, size, self._area.width)
            whole = all(self.bold.width(line, size) <= self._area.width for line in lines)
            if whole and len(lines) <= most:
                return size, self.bold.balanced(self._product, size, self._area.width)
        lines = self.bold.wrap(self._product, size, self._area.width)
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
        return size, [self.bold.clip(line, size, self._area.width) for line in lines]

    def _draw_producer(self, foot: float) -> Iterator[Line]:
        if self._producer:
            size = self._size(FACT_SIZE)
            yield Line(self.regular, self._producer, size, self._area.left, foot)

    def _draw_facts(self, foot: float) -> Iterator[Line]:
        size = self._size(FACT_SIZE)
        for number, fact in enumerate(reversed(self._facts)):
            up = foot + number * size * LEADING
            line = Line(self.regular, self._fact(fact, size), size, self._area.left, up)
            yield fitted(line, self._area.width)

    def _fact(self, fact: Fact, size: float) -> str:
        whole = f"{fact.caption} {fact.value}"
        fits = self.regular.width(whole, size) * NARROWEST <= self._area.width
        return whole if fits else fact.value

    def _has_host(self) -> bool:
        """Left out where a serial of usual width would be narrowed for it so that one sees it."""
        usual = self.regular.width(_USUAL, self._layout.serial_size) * UNSEEN
        return self._layout.serial_below and usual + self._host_room() <= self._layout.serial.width

    def _host_room(self) -> float:
        return self.regular.width(self._host, self._size(HOST_SIZE)) + self._layout.serial_size / 2

    def _size(self, points: float) -> float:
        return points * self._layout.scale

    @staticmethod
    def _lines_in(room: float, size: float) -> int:
        """At least one: a label without its product's name is of no use."""
        more = (room / size - CAPITALS - DESCENT) / LEADING
        return min(max(int(more + 1), 1), PRODUCT_LINES)


def fitted(line: Line, room: float) -> Line:
    """Narrowed where it is too wide."""
    width = line.font.width(line.text, line.size)
    return line if width <= room else replace(line, narrow=room / width)
