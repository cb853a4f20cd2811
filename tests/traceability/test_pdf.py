import io
import re
import zlib

from traceability.pdf import Document


def blank(sink: io.BytesIO) -> Document:
    """A document with one empty page, not closed yet."""
    document = Document(sink)
    pages = document.reserve()
    page = document.add(f"<< /Type /Page /Parent {pages} 0 R >>")
    document.add(f"<< /Type /Pages /Count 1 /MediaBox [0 0 9 9] /Kids [{page} 0 R] >>", pages)
    document.close(document.add(f"<< /Type /Catalog /Pages {pages} 0 R >>"))
    return document


def test_the_cross_reference_table_points_at_every_object() -> None:
    sink = io.BytesIO()
    blank(sink)
    data = sink.getvalue()

    offsets = [int(row[:10]) for row in re.findall(rb"\d{10} 00000 n ", data)]

    assert len(offsets) == 3
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(b"%d 0 obj\n" % number)
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert data[start:].startswith(b"xref\n0 4\n")
    assert data.endswith(b"%%EOF\n")


def test_a_stream_tells_its_length_and_unpacks() -> None:
    sink = io.BytesIO()
    document = Document(sink)
    document.stream(b"q Q " * 100, "/Kind /Test")
    head, _, rest = sink.getvalue().partition(b"stream\n")
    length = re.search(rb"/Length (\d+)", head)
    assert length
    assert b"/Kind /Test" in head
    assert zlib.decompress(rest[: int(length[1])]) == b"q Q " * 100


def test_objects_leave_as_they_come() -> None:
    sink = io.BytesIO()
    document = Document(sink)
    before = len(sink.getvalue())
    document.add("<< >>")
    assert len(sink.getvalue()) > before


def test_nothing_in_the_file_depends_on_when_it_was_made() -> None:
    files = []
    for _ in range(2):
        sink = io.BytesIO()
        blank(sink)
        files.append(sink.getvalue())
    assert files[0] == files[1]
    assert b"/CreationDate" not in files[0]
    assert b"/ID" not in files[0]
