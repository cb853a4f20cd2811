"""A streaming PDF writer: objects go out as they come, so a million labels need no memory.

Output depends only on what is written: no date, no random identifier.
"""

import zlib
from typing import Final, Protocol

from traceability.font import CAPITALS, Font

_HEADER: Final = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
_FLAGS: Final = 32  # a plain, non-symbolic font


class Sink(Protocol):
    """A file, a socket's writer or a buffer."""

    def write(self, data: bytes, /) -> object: ...


class Document:
    """Numbers and writes indirect objects; ``close`` writes the cross-reference table."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._written = 0
        self._offsets: dict[int, int] = {}
        self._reserved = 0
        self._put(_HEADER)

    def reserve(self) -> int:
        self._reserved += 1
        return self._reserved

    def add(self, body: str, number: int | None = None) -> int:
        return self._object(body.encode("latin-1"), number)

    def stream(self, data: bytes, entries: str = "") -> int:
        packed = zlib.compress(data, 1)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {entries} >>\nstream\n"
        return self._object(head.encode() + packed + b"\nendstream", None)

    def close(self, root: int) -> None:
        start = self._written
        rows = "".join(f"{self._offsets[n]:010d} 00000 n \n" for n in sorted(self._offsets))
        size = self._reserved + 1
        self._put(f"xref\n0 {size}\n0000000000 65535 f \n{rows}".encode())
        trailer = f"trailer\n<< /Size {size} /Root {root} 0 R >>\nstartxref\n{start}\n%%EOF\n"
        self._put(trailer.encode())

    def _object(self, body: bytes, number: int | None) -> int:
        name = number or self.reserve()
        self._offsets[name] = self._written
        self._put(b"%d 0 obj\n%b\nendobj\n" % (name, body))
        return name

    def _put(self, data: bytes) -> None:
        self._sink.write(data)
        self._written += len(data)


def embed(document: Document, font: Font) -> int:
    """Write a composite font whose text can be copied and searched; returns its object."""
    name = font.weight.name
    file = document.stream(font.data, f"/Length1 {len(font.data)}")
    box = " ".join(map(str, font.box))
    descriptor = document.add(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags {_FLAGS} /FontBBox [{box}]"
        f" /ItalicAngle 0 /Ascent {font.ascent} /Descent {font.descent}"
        f" /CapHeight {1000 * CAPITALS:.0f} /StemV {font.weight.stem} /FontFile2 {file} 0 R >>"
    )
    widths = " ".join(str(font.widths[glyph]) for glyph in sorted(font.widths))
    descendant = document.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /FontDescriptor {descriptor} 0 R /W [0 [{widths}]] >>"
    )
    unicode = document.stream(_to_unicode(font).encode())
    return document.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
        f" /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode} 0 R >>"
    )


def _to_unicode(font: Font) -> str:
    pairs = [
        f"<{glyph:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for character, glyph in font.glyphs.items()
    ]
    # A bfchar block holds at most 100 pairs.
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )
