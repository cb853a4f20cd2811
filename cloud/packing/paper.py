"""Small papers: words and codes at places in millimetres, with the letters of Vietnamese inside.

The same paper gives the same octets.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from traceability import qr
from traceability.font import BOLD, REGULAR, Font, Weight, subset
from traceability.pdf import Document, embed
from traceability.words import Line

_MM: Final = 72 / 25.4
_LEADING: Final = 1.3


@dataclass(frozen=True)
class Text:
    """Words from their top left corner down, wrapped at `room`, at most `lines` of them."""

    text: str
    left: float
    top: float
    room: float
    size: float = 9.0
    """Of the letters, in points."""
    weight: Weight = REGULAR
    lines: int = 1


@dataclass(frozen=True)
class Code:
    """A QR code with its quiet zone, square."""

    payload: str
    left: float
    top: float
    side: float


@dataclass(frozen=True)
class Rule:
    """A line across."""

    left: float
    top: float
    width: float


Mark = Text | Code | Rule


@dataclass(frozen=True)
class Paper:
    """One size of paper and what stands on each page; measured from the top left."""

    width: float
    height: float
    pages: Sequence[Sequence[Mark]]


def height_of(text: Text) -> float:
    """How far down words reach, in millimetres."""
    return len(_wrapped(subset(text.text, text.weight), text)) * text.size * _LEADING / _MM


def pdf(paper: Paper) -> bytes:
    marks = [mark for page in paper.pages for mark in page]
    fonts = {weight: subset("".join(_words(marks, weight)), weight) for weight in (REGULAR, BOLD)}
    sink = io.BytesIO()
    document = Document(sink)
    named = " ".join(f"/{w.tag} {embed(document, font)} 0 R" for w, font in fonts.items())
    parent = document.reserve()
    kids: list[str] = []
    for page in paper.pages:
        drawn = "\n".join(_drawn(mark, paper.height, fonts) for mark in page)
        content = document.stream(drawn.encode())
        kid = document.add(f"<< /Type /Page /Parent {parent} 0 R /Contents {content} 0 R >>")
        kids.append(f"{kid} 0 R")
    document.add(
        f"<< /Type /Pages /Count {len(kids)}"
        f" /MediaBox [0 0 {paper.width * _MM:.3f} {paper.height * _MM:.3f}]"
        f" /Resources << /Font << {named} >> >>"
        f" /Kids [{' '.join(kids)}] >>",
        parent,
    )
    document.close(document.add(f"<< /Type /Catalog /Pages {parent} 0 R >>"))
    return sink.getvalue()


def _words(marks: Sequence[Mark], weight: Weight) -> list[str]:
    return [mark.text for mark in marks if isinstance(mark, Text) and mark.weight is weight]


def _wrapped(font: Font, text: Text) -> list[str]:
    """Its lines; what does not fit is cut where one sees it."""
    room = text.room * _MM
    lines = font.wrap(text.text, text.size, room)
    kept = lines[: text.lines]
    if len(lines) > text.lines:
        kept[-1] = " ".join(lines[text.lines - 1 :])
    return [font.clip(line, text.size, room) for line in kept]


def _drawn(mark: Mark, height: float, fonts: dict[Weight, Font]) -> str:
    if isinstance(mark, Text):
        font = fonts[mark.weight]
        return "\n".join(
            Line(
                font,
                line,
                mark.size,
                mark.left * _MM,
                (height - mark.top) * _MM - number * mark.size * _LEADING,
            ).pdf()
            for number, line in enumerate(_wrapped(font, mark), 1)
        )
    if isinstance(mark, Rule):
        y, left = (height - mark.top) * _MM, mark.left * _MM
        return f"0.5 w {left:.3f} {y:.3f} m {left + mark.width * _MM:.3f} {y:.3f} l S"
    return _code(mark, height)


def _code(code: Code, height: float) -> str:
    """Runs of dark modules as rectangles, in module units scaled to the page."""
    symbol = qr.symbol(code.payload)
    unit = code.side * _MM / (symbol.size + 2 * qr.QUIET)
    left, top = code.left * _MM + qr.QUIET * unit, (height - code.top) * _MM - qr.QUIET * unit
    runs = [
        f"{left + run.start() * unit:.3f} {top - (y + 1) * unit:.3f}"
        f" {len(run.group()) * unit:.3f} {unit:.3f} re"
        for y, row in enumerate(symbol.rows())
        for run in re.finditer("1+", row)
    ]
    return "\n".join([*runs, "f"])
