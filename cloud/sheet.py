"""A file as a table of texts: CSV as banks and spreadsheets write it, and an XLSX's first sheet.

Pure and strict: what unpacks to far more than such a file is none, and a document that
defines entities is none either. Formulas are not computed; the value kept beside them counts.
"""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final
from unicodedata import normalize
from xml.parsers import expat

Table = list[list[str]]

MAX_ROWS: Final = 5_000
"""A busy shop's month, or all that a cooperative grows; more is another kind of file."""
MAX_OCTETS: Final = 2 * 1024 * 1024
"""Five thousand rows are a quarter of it."""
_MAX_TEXT: Final = 900_000  # one field of a form carries a megabyte at most
_MAX_COLUMNS: Final = 60
_MAX_OCTETS: Final = 20 * 1024 * 1024  # of one part unpacked: 5,000 rows are a tenth of it
_ZIP: Final = b"PK\x03\x04"
_ENCODINGS: Final = ("utf-8-sig", "cp1258")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SHEETS: Final = "xl/worksheets/sheet"
_STRINGS: Final = "xl/sharedStrings.xml"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LETTERS: Final = 26
_DIGITS: Final = 8  # of a text's number: no workbook has a hundred million
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the library says of archives that are none, or packed in ways that no program uses."""


class SheetError(ValueError):
    """The file is no table that we read."""


class LargeSheetError(SheetError):
    """The file is far larger than such a table."""


def read(octets: bytes) -> Table:
    """The rows of the file, each cell a text without blanks around it.

    Raises:
        SheetError: it is neither CSV nor XLSX, is damaged, or is far too large.
    """
    rows = _xlsx(octets) if octets.startswith(_ZIP) else _csv(octets)
    if len(rows) > MAX_ROWS:
        raise SheetError("too many rows")
    return rows


def as_text(octets: bytes) -> str:
    """The file as one text that a form can hold until somebody says yes.

    Raises:
        LargeSheetError: more than anyone reads through.
        SheetError: no table.
    """
    if len(octets) > MAX_OCTETS:
        raise LargeSheetError("too many octets")
    told = normalize("NFC", text(read(octets)))  # cp1258 keeps tones apart
    if len(told.encode()) > _MAX_TEXT:
        raise LargeSheetError("too long")
    return told


def of_text(told: str) -> Table:
    """The rows of what `as_text` made, as it comes back from the form.

    Raises:
        SheetError: it was altered on the way.
    """
    try:
        return list(csv.reader(io.StringIO(told, newline="")))
    except csv.Error:
        raise SheetError("no table") from None


def text(rows: Sequence[Sequence[str]]) -> str:
    """As CSV, in which a spreadsheet takes nothing for a formula."""
    sink = io.StringIO()
    csv.writer(sink).writerows([inert(cell) for cell in row] for row in rows)
    return sink.getvalue()


def written(rows: Sequence[Sequence[str]]) -> bytes:
    """The same as a file, whose letters no spreadsheet has to guess."""
    return f"\N{BYTE ORDER MARK}{text(rows)}".encode()


def inert(cell: str) -> str:
    """The cell as no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv(octets: bytes) -> Table:
    text = _decoded(octets)
    if "\0" in text:
        raise SheetError("no text")
    head = text[:4_000]
    separator = max(";\t,", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return [
            [cell.strip() for cell in row[:_MAX_COLUMNS]]
            for _number, row in zip(range(MAX_ROWS + 1), reader, strict=False)
        ]
    except csv.Error:
        raise SheetError("no table") from None


def _decoded(octets: bytes) -> str:
    for encoding in ("utf-16",) if octets.startswith(_MARKS) else _ENCODINGS:
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("no text")


def _xlsx(octets: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            names = archive.namelist()
            sheet = min((name for name in names if name.startswith(_SHEETS)), default="")
            strings = _Strings()
            if _STRINGS in names:
                _parse(_part(archive, _STRINGS), strings)
            cells = _Cells(strings.found)
            _parse(_part(archive, sheet), cells)
            return cells.rows
    except SheetError:
        raise
    except _DAMAGED:
        raise SheetError("no workbook") from None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """What the archive says of sizes may be a lie: at most so much is unpacked."""
    with archive.open(name) as part:
        octets = part.read(_MAX_OCTETS + 1)
    if len(octets) > _MAX_OCTETS:
        raise SheetError("too large")
    return octets


class _Strings:
    """The texts that cells point at."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if name == "si":
            self.found.append("")
        self._text = name == "t"

    def end(self, _name: str) -> None:
        self._text = False

    def text(self, text: str) -> None:
        if self._text and self.found:
            self.found[-1] += text


class _Cells:
    """The rows of a sheet."""

    def __init__(self, strings: list[str]) -> None:
        self.rows: Table = []
        self._strings = strings
        self._kind = ""
        self._value = ""
        self._inside = False
        self._column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            if len(self.rows) > MAX_ROWS:
                raise SheetError("too many rows")
            self.rows.append([])
        elif name == "c":
            self._kind, self._value = attributes.get("t", "n"), ""
            self._column = _column(attributes.get("r", ""), len(self.rows[-1]) if self.rows else 0)
        self._inside = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._inside = False
        if name == "c" and self.rows and self._column < _MAX_COLUMNS:
            row = self.rows[-1]
            row.extend([""] * (self._column + 1 - len(row)))
            row[self._column] = self._told().strip()

    def text(self, text: str) -> None:
        if self._inside:
            self._value += text

    def _told(self) -> str:
        if self._kind != "s":
            return self._value
        countable = self._value.isdecimal() and len(self._value) <= _DIGITS
        number = int(self._value) if countable else -1
        return self._strings[number] if 0 <= number < len(self._strings) else ""


def _column(reference: str, following: int) -> int:
    """«C7» is the third column; a cell that does not say stands behind the one before."""
    letters = [letter for letter in reference[:3] if "A" <= letter <= "Z"]
    if not letters:
        return following
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _parse(octets: bytes, into: _Strings | _Cells) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, told: into.start(_bare(name), told)
    parser.EndElementHandler = lambda name: into.end(_bare(name))
    parser.CharacterDataHandler = into.text
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(octets, True)
    except expat.ExpatError:
        raise SheetError("damaged") from None


def _bare(name: str) -> str:
    """Without the prefix that some programs write before every name."""
    return name.rpartition(":")[2]


def _refuse(*_told: object) -> None:
    raise SheetError("a document type")
