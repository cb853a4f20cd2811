"""A book on A4, on its side: tables whose headings come again on each page, in Vietnamese letters.

The same book gives the same octets.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cloud.vietgap.book import Book, Table
from traceability.font import BOLD, Font, subset
from traceability.pdf import Document, embed
from traceability.words import Line

_MM: Final = 72 / 25.4
_WIDTH: Final = 297 * _MM
_HEIGHT: Final = 210 * _MM
_EDGE: Final = 12 * _MM
_ROOM: Final = _WIDTH - 2 * _EDGE
_TITLE: Final = 15.0
_SIZE: Final = 8.5
_LEADING: Final = 1.35
_PAD: Final = 3.0
_DIGITS: Final = "0123456789 /"


@dataclass
class _Pages:
    """Drawings page by page, and how far down the last one is filled."""

    plain: Font
    bold: Font
    foot: str
    pages: list[list[str]] = field(default_factory=list)
    top: float = 0.0

    def turn(self) -> None:
        self.pages.append([])
        self.top = _HEIGHT - _EDGE
        text = f"{self.foot} {len(self.pages)}"
        self.pages[-1].append(Line(self.plain, text, _SIZE, _EDGE, _EDGE - _SIZE).pdf())

    def has_room(self, height: float) -> bool:
        return bool(self.pages) and self.top - height >= _EDGE

    def text(self, font: Font, text: str, size: float) -> None:
        for line in font.wrap(text, size, _ROOM):
            if not self.has_room(size * _LEADING):
                self.turn()
            self.top -= size * _LEADING
            self.pages[-1].append(Line(font, line, size, _EDGE, self.top).pdf())

    def row(self, font: Font, cells: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Lines of each cell, with a rule above; the caller has seen to room."""
        y = self.top
        self.pages[-1].append(f"0.4 w {_EDGE:.2f} {y:.2f} m {_WIDTH - _EDGE:.2f} {y:.2f} l S")
        left = _EDGE
        for lines, width in zip(cells, widths, strict=True):
            for number, line in enumerate(lines, 1):
                at = y - number * _SIZE * _LEADING
                self.pages[-1].append(Line(font, line, _SIZE, left, at).pdf())
            left += width
        self.top = y - _height(cells)


def paper(book: Book) -> bytes:
    words = "".join(_words(book))
    pages = _Pages(subset(words + _DIGITS), subset(words, BOLD), book.foot)
    pages.text(pages.bold, book.title, _TITLE)
    for name, value in book.facts:
        pages.text(pages.plain, f"{name}: {value}", _SIZE)
    for table in book.tables:
        _table(pages, table)
    return _written(pages)


def _table(pages: _Pages, table: Table) -> None:
    widths = [_ROOM * width / sum(table.widths) for width in table.widths]
    head = _wrapped(pages.bold, table.headings, widths)
    pages.top -= _TITLE
    if not pages.has_room(_TITLE + 3 * _height(head)):
        pages.turn()
    pages.text(pages.bold, table.title, _TITLE * 0.8)
    pages.top -= _PAD
    pages.row(pages.bold, head, widths)
    for row in table.rows:
        cells = _wrapped(pages.plain, [str(cell) for cell in row], widths)
        if not pages.has_room(_height(cells)):
            pages.turn()
            pages.row(pages.bold, head, widths)
        pages.row(pages.plain, cells, widths)


def _wrapped(font: Font, texts: Sequence[str], widths: Sequence[float]) -> list[list[str]]:
    """A word that is longer than its column is cut: no cell runs into the next one."""
    return [
        [font.clip(line, _SIZE, width - _PAD) for line in font.wrap(text, _SIZE, width - _PAD)]
        for text, width in zip(texts, widths, strict=True)
    ]


def _height(cells: Sequence[Sequence[str]]) -> float:
    return max(map(len, cells), default=1) * _SIZE * _LEADING + _PAD


def _words(book: Book) -> Iterator[str]:
    yield from (book.title, book.foot, ": ")
    for fact in book.facts:
        yield from fact
    for table in book.tables:
        yield from (table.title, *table.headings)
        for row in table.rows:
            yield from map(str, row)


def _written(pages: _Pages) -> bytes:
    sink = io.BytesIO()
    document = Document(sink)
    fonts = " ".join(
        f"/{font.weight.tag} {embed(document, font)} 0 R" for font in (pages.plain, pages.bold)
    )
    parent = document.reserve()
    kids = []
    for drawing in pages.pages:
        content = document.stream("\n".join(drawing).encode())
        kid = document.add(f"<< /Type /Page /Parent {parent} 0 R /Contents {content} 0 R >>")
        kids.append(f"{kid} 0 R")
    document.add(
        f"<< /Type /Pages /Count {len(kids)} /MediaBox [0 0 {_WIDTH:.3f} {_HEIGHT:.3f}]"
        f" /Resources << /Font << {fonts} >> >> /Kids [{' '.join(kids)}] >>",
        parent,
    )
    document.close(document.add(f"<< /Type /Catalog /Pages {parent} 0 R >>"))
    return sink.getvalue()
