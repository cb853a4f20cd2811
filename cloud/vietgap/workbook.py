"""A book as an Office Open XML workbook (ECMA-376): a sheet of facts, and one for each table.

Every text is a text, whatever it begins with: there is no formula in the file, and what a
spreadsheet might take for one when somebody edits it is marked as text once more.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from cloud.vietgap.book import Book, Cell, Table

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ILLEGAL: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAKEN_FOR_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_NAME: Final = 31  # characters of a sheet's name
_DATE: Final = (1980, 1, 1, 0, 0, 0)  # of all files within: the same book gives the same octets
_COLUMN: Final = 90.0  # characters that a page is wide

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEETML: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PLAIN, _BOLD, _QUOTED = 0, 1, 2
_STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
    '<font><b/><sz val="11"/></font></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf/><xf fontId="1" applyFont="1"/><xf quotePrefix="1"/></cellXfs>'
    "</styleSheet>"
)


def workbook(book: Book) -> bytes:
    facts = Table(book.title, (book.title, ""), (0.3, 0.7), book.facts)
    return of_tables([facts, *book.tables])


def of_tables(sheets: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table, the first one in front."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in _parts(sheets):
            file.writestr(zipfile.ZipInfo(name, _DATE), text, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _parts(sheets: Sequence[Table]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    yield "[Content_Types].xml", _types(numbers)
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    yield "xl/workbook.xml", _index(sheets)
    found = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*found, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES
    for number, sheet in zip(numbers, sheets, strict=True):
        yield f"xl/worksheets/sheet{number}.xml", _sheet(sheet)


def _types(numbers: range) -> str:
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    parts += [(f"worksheets/sheet{number}.xml", "worksheet") for number in numbers]
    listed = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{_SHEETML}.{kind}+xml"/>'
        for part, kind in parts
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f"{listed}</Types>"
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _index(sheets: Sequence[Table]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(_name(sheet.title))} sheetId="{number}" r:id="r{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    return f"{_HEAD}<workbook {spaces}><sheets>{listed}</sheets></workbook>"


def _name(title: str) -> str:
    return _NO_NAME.sub(" ", _ILLEGAL.sub("", title))[:_NAME].strip("' ") or "-"


def _sheet(table: Table) -> str:
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_COLUMN * width:.1f}" customWidth="1"/>'
        for n, width in enumerate(table.widths, 1)
    )
    rows = "".join([_row(table.headings, _BOLD), *(_row(row, _PLAIN) for row in table.rows)])
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols>{columns}</cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def _row(cells: Sequence[Cell], style: int) -> str:
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(value: Cell, style: int) -> str:
    if not isinstance(value, str):
        return f'<c s="{style}"><v>{value}</v></c>'
    if value.startswith(_TAKEN_FOR_FORMULA):
        style = _QUOTED
    text = escape(_ILLEGAL.sub("", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
