"""Label printers: what readers of ZPL and TSPL, written from their guides alone, make of ours."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from tests.traceability.readback import Batch, pictures, zxing
from traceability.errors import FitError, SheetError
from traceability.keys import SeasonKey
from traceability.labels import GRIDS, Label, Printer
from traceability.raster import Dots
from traceability.sealed import DIGITS
from traceability.thermal import squeezed, write_tspl, write_zpl
from traceability.token import serials

ROLL = Printer(GRIDS["roll-50x30"], 203)
Writer = Callable[[io.BytesIO, Label, Sequence[str], Printer], int]
ZPL = re.compile(rb"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^XZ\n")
COUNTS = {chr(ord("G") + n): n + 1 for n in range(19)} | {
    chr(ord("g") + n): 20 * (n + 1) for n in range(20)
}


def unsqueezed(data: str, width: int) -> list[str]:
    """Lines of ``width`` hexadecimal digits, as the guide's compression has them."""
    lines: list[str] = []
    line, count = "", 0
    for sign in data:
        if sign == ":":
            assert not line
            lines.append(lines[-1])
        elif sign in ",!":
            lines.append(line.ljust(width, "0" if sign == "," else "F"))
            line = ""
        elif sign in COUNTS:
            count += COUNTS[sign]
            continue
        else:
            line += sign * (count or 1)
        count = 0
        if len(line) == width:
            lines.append(line)
            line = ""
    assert not line
    assert not count
    return lines


def from_zpl(stream: bytes) -> list[Dots]:
    labels = []
    for match in ZPL.finditer(stream):
        wide, high, octets, same, per_line = (int(match[n]) for n in range(1, 6))
        lines = unsqueezed(match[6].decode(), 2 * per_line)
        assert octets == same == per_line * high
        assert len(lines) == high
        rows = np.frombuffer(bytes.fromhex("".join(lines)), np.uint8).reshape(high, per_line)
        bits = np.unpackbits(rows, axis=1).astype(bool)
        assert not bits[:, wide:].any(), "nothing is burnt beside the label"
        labels.append(bits[:, :wide])
    assert ZPL.sub(b"", stream) == b""
    return labels


def from_tspl(stream: bytes) -> list[Dots]:
    """Data are counted, never searched: they may hold any octet."""
    head, rest = stream.split(b"CLS\r\n", 1)
    assert head == b"SIZE 50 mm,30 mm\r\nDIRECTION 1\r\n"
    labels, rest = [], b"CLS\r\n" + rest
    while rest:
        match = re.match(rb"CLS\r\nBITMAP 0,0,(\d+),(\d+),0,", rest)
        assert match
        wide, high = int(match[1]), int(match[2])
        data, rest = rest[match.end() :][: wide * high], rest[match.end() + wide * high :]
        assert rest.startswith(b"\r\nPRINT 1,1\r\n")
        rest = rest.removeprefix(b"\r\nPRINT 1,1\r\n")
        rows = np.frombuffer(data, np.uint8).reshape(high, wide)
        labels.append(~np.unpackbits(rows, axis=1).astype(bool))
    return labels


def written(writer: Writer, label: Label, codes: list[str], printer: Printer) -> bytes:
    sink = io.BytesIO()
    assert writer(sink, label, codes, printer) == len(codes)
    return sink.getvalue()


def picture(dots: Dots) -> Image.Image:
    return Image.fromarray(np.where(dots, 0, 255).astype(np.uint8))


@pytest.mark.parametrize(
    ("grid", "dpi"), [("roll-40x25", 203), ("roll-50x30", 203), ("roll-50x30", 300)]
)
def test_every_label_is_read_as_issued(key: SeasonKey, label: Label, grid: str, dpi: int) -> None:
    codes = list(serials(key, 1, range(120)))
    labels = from_zpl(written(write_zpl, label, codes, Printer(GRIDS[grid], dpi)))
    assert [zxing(picture(dots)) for dots in labels] == [[label.prefix() + one] for one in codes]


def test_both_languages_burn_the_same_dots(key: SeasonKey, label: Label) -> None:
    codes = list(serials(key, 1, range(3)))
    zpl = from_zpl(written(write_zpl, label, codes, ROLL))
    tspl = from_tspl(written(write_tspl, label, codes, ROLL))
    for one, other in zip(zpl, tspl, strict=True):
        assert np.array_equal(one, other[:, : one.shape[1]])
        assert not other[:, one.shape[1] :].any()


@pytest.mark.parametrize("simulated", [False, True])
def test_words_look_as_in_the_pdf(key: SeasonKey, label: Label, *, simulated: bool) -> None:
    """PDFium greys the edges of letters: no dot may be black in one and white in the other."""
    label = replace(label, product="Dưa lưới Hòa Vang", simulated=simulated)
    codes = list(serials(key, 1, range(2)))
    printer = Printer(GRIDS["roll-50x30"], 300)
    drawn = pictures(Batch(label, printer, codes, []))
    for dots, other in zip(
        from_zpl(written(write_zpl, label, codes, printer)), drawn, strict=True
    ):
        high, wide = min(dots.shape[0], other.height), min(dots.shape[1], other.width)
        grey = np.asarray(other)[:high, :wide]
        ours = dots[:high, :wide]
        assert abs(ours.sum() / (grey < 128).sum() - 1) < 0.05
        assert (ours & ~_near(grey < 224)).sum() == 0
        assert (~ours & ~_near(grey > 32)).sum() == 0


def _near(dots: Dots) -> Dots:
    """Those, and what touches one of them: letters begin at whole dots here."""
    padded = np.pad(dots, 1)
    shifted = [
        padded[1 + down : padded.shape[0] - 1 + down, 1 + right : padded.shape[1] - 1 + right]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    near: Dots = np.logical_or.reduce(shifted)
    return near


def test_sealed_stamps_carry_their_digits(label: Label) -> None:
    sealed = replace(label, sealed=True)
    sink = io.BytesIO()
    digits = "1" * DIGITS
    assert write_zpl(sink, sealed, ["0" * 20], Printer(GRIDS["roll-50x30"], 300), [digits]) == 1
    (dots,) = from_zpl(sink.getvalue())
    assert [code.text for code in zxingcpp.read_barcodes(picture(dots))] == [
        sealed.prefix() + digits
    ]


def test_a_sheet_is_no_roll_and_a_code_too_large_is_refused(label: Label) -> None:
    sink = io.BytesIO()
    with pytest.raises(SheetError, match="roll"):
        write_tspl(sink, label, ["0" * 20], Printer())
    with pytest.raises(FitError):
        write_zpl(sink, replace(label, host=f"https://{'x' * 250}.vn"), ["0" * 20], ROLL)
    assert sink.getvalue() == b""


@given(
    arrays(
        np.uint8,
        st.tuples(st.integers(1, 6), st.integers(1, 500)),
        elements=st.sampled_from([0, 255, 1, 16]),
    )
)
def test_what_is_squeezed_comes_out_again(lines: NDArray[np.uint8]) -> None:
    told = unsqueezed(squeezed(lines), 2 * lines.shape[1])
    assert bytes.fromhex("".join(told)) == lines.tobytes()
