"""The label fonts: measure Vietnamese text and embed only the glyphs that a document uses."""

import io
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ELLIPSIS: Final = "…"
CAPITALS: Final = 0.714  # height of a capital without marks, in ems; the same in both weights
_PARTS: Final = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Weight:
    """One of the two files, and what a PDF says of it."""

    tag: str
    file: str
    name: str
    stem: int


# A subset's name carries a six-letter tag.
REGULAR: Final = Weight("F", "NotoSans-Vietnamese.ttf", "VUONSO+NotoSans-Regular", 80)
BOLD: Final = Weight("B", "NotoSans-Vietnamese-Bold.ttf", "VUONSO+NotoSans-Bold", 140)


@dataclass(frozen=True, slots=True)
class Font:
    """A subset: its file, its glyphs by character and their widths in thousandths of an em."""

    weight: Weight
    data: bytes
    glyphs: dict[str, int]
    widths: dict[int, int]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def encode(self, text: str) -> str:
        """Glyph numbers as the hexadecimal string that a PDF shows."""
        return "".join(f"{self.glyphs.get(character, 0):04X}" for character in text)

    def width(self, text: str, size: float) -> float:
        glyphs = (self.glyphs.get(character, 0) for character in text)
        return sum(self.widths[glyph] for glyph in glyphs) * size / 1000

    def clip(self, text: str, size: float, room: float) -> str:
        """As much of the text as fits, with an ellipsis where some was cut."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text + ELLIPSIS, size) > room:
            text = text[:-1]
        return text.rstrip() + ELLIPSIS

    def wrap(self, text: str, size: float, room: float) -> list[str]:
        """Lines broken at spaces."""
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer, size) <= room or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def balanced(self, text: str, size: float, room: float) -> list[str]:
        """No more lines than ``wrap`` gives, but of like width: no last word on its own."""
        lines = self.wrap(text, size, room)
        for part in _PARTS:
            even = self.wrap(text, size, room * part)
            if len(even) == len(lines):
                return even
        return lines


def subset(text: str, weight: Weight = REGULAR) -> Font:
    """The font with the glyphs of ``text`` (and the ellipsis); the same text gives equal bytes."""
    source = files("traceability").joinpath("fonts", weight.file).read_bytes()
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = Options()
    options.name_IDs = [0, 13, 14]  # copyright and licence travel with the font
    options.notdef_outline = True
    options.glyph_names = False
    subsetter = Subsetter(options)
    characters = sorted(set(text) | {ELLIPSIS, "?", " "})
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    names = font.getBestCmap()
    glyphs = {chr(code): font.getGlyphID(name) for code, name in sorted(names.items())}
    scale = 1000 / font["head"].unitsPerEm
    order = font.getGlyphOrder()
    widths = {i: round(font["hmtx"][name][0] * scale) for i, name in enumerate(order)}
    head, lines = font["head"], font["hhea"]
    box = (round(head.xMin), round(head.yMin), round(head.xMax), round(head.yMax))
    written = io.BytesIO()
    font.save(written)
    return Font(weight, written.getvalue(), glyphs, widths, box, lines.ascent, lines.descent)
