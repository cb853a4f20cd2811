"""What one label shows, as PDF operators: the words of all once, its code and serial each time."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceability.font import Font
from traceability.labels import Label, Printer
from traceability.layout import HAIR, SERIAL_LEADING, Layout, arrange
from traceability.template import OneByOne, Template
from traceability.token import ALPHABET, GROUP, SERIAL_LENGTH, grouped
from traceability.words import Bar, Line, Words, fitted

_FIRST_LINE: Final = 3 * (GROUP + 1)  # of two: three groups of the serial, then two


class Face:
    """One label: the code on the left, the words on the right, the serial below."""

    def __init__(self, label: Label, printer: Printer) -> None:
        self.printer = printer
        prefix = label.prefix()
        self._encoder = OneByOne(prefix) if label.sealed else Template(prefix, SERIAL_LENGTH)
        self.layout: Layout = arrange(self._encoder.size, printer.grid, printer.dpi)
        self._words = Words(label, self.layout)
        font, size = self._words.regular, self.layout.serial_size
        self._glyphs = {sign: font.encode(sign) for sign in ALPHABET + " "}
        self._advances = {sign: font.width(sign, size) for sign in ALPHABET + " "}
        self._room = self._words.serial_room()
        self._before = self._before_image()

    @property
    def fonts(self) -> tuple[Font, Font]:
        return self._words.regular, self._words.bold

    def box(self) -> str:
        return f"0 0 {self.layout.width:.3f} {self.layout.height:.3f}"

    def words(self) -> list[Line | Bar]:
        """All that every label repeats."""
        return list(self._words.drawn())

    def matrices(self, codes: list[str]) -> NDArray[np.uint8]:
        """The modules of each code: shape (n, size · ⌈size / 8⌉), dark is 1."""
        return self._encoder.matrices(codes)

    def serial(self, serial: str) -> list[Line]:
        """What people type, in one line or two, narrowed where it is too wide."""
        place, size, text = self.layout.serial, self.layout.serial_size, grouped(serial)
        font = self._words.regular
        if self.layout.serial_below:
            return [fitted(Line(font, text, size, place.left, place.bottom), self._room)]
        over = place.bottom + size * SERIAL_LEADING
        first, second = text[:_FIRST_LINE], text[_FIRST_LINE:]
        lines = (
            Line(font, first, size, place.left, over),
            Line(font, second, size, place.left, place.bottom),
        )
        return [fitted(line, self._room) for line in lines]

    def page(self, pairs: list[tuple[str, str]], corners: list[tuple[float, float]]) -> str:
        """Labels of (serial, code) at the first ``corners``; the last page is rarely full."""
        images = self.matrices([code for _, code in pairs])
        stamps = map(self._stamp, (serial for serial, _ in pairs), images, corners)
        tag = self._words.regular.weight.tag
        return f"/{tag} {self.layout.serial_size:.2f} Tf\n" + "\n".join(stamps)

    def _stamp(self, serial: str, image: NDArray[np.uint8], corner: tuple[float, float]) -> str:
        """The code is a 1-bit mask in hexadecimal: raw bytes could fake the end of the image."""
        return (
            f"q 1 0 0 1 {corner[0]:.4f} {corner[1]:.4f} cm\n"
            f"{self._before}{image.tobytes().hex().upper()}> EI Q\n/L Do\n"
            f"BT {self._serial(grouped(serial))} ET Q"
        )

    def _before_image(self) -> str:
        """A hair smaller than its dots: an image blackens each dot that it touches."""
        code, size = self.layout.code, self._encoder.size
        left, bottom, side = code.left + HAIR, code.bottom + HAIR, code.width - 2 * HAIR
        return (
            f"q {side:.4f} 0 0 {side:.4f} {left:.4f} {bottom:.4f} cm"
            f" BI /W {size} /H {size} /BPC 1 /IM true /D [1 0] /F /AHx ID "
        )

    def _serial(self, text: str) -> str:
        place = self.layout.serial
        if self.layout.serial_below:
            return f"{place.left:.3f} {place.bottom:.3f} Td {self._line(text)}"
        leading = self.layout.serial_size * SERIAL_LEADING
        return (
            f"{place.left:.3f} {place.bottom + leading:.3f} Td {self._line(text[:_FIRST_LINE])}"
            f" 0 {-leading:.3f} Td {self._line(text[_FIRST_LINE:])}"
        )

    def _line(self, text: str) -> str:
        """Narrowed where it is too wide: cut off, nobody could type it."""
        width = sum(map(self._advances.__getitem__, text))
        shown = f"<{''.join(map(self._glyphs.__getitem__, text))}> Tj"
        return (
            shown if width <= self._room else f"{100 * self._room / width:.1f} Tz {shown} 100 Tz"
        )
