"""Stamps as they lie on paper: drawn dot for dot by PDFium, read by ZXing and by ZBar."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tests.traceability.drawn_batches import KINDS, Chance
from tests.traceability.readback import (
    NO_ZBAR,
    POINTS_PER_INCH,
    Batch,
    Tally,
    pictures,
    read,
    readers,
)
from traceability.keys import SeasonKey
from traceability.labels import GRIDS, Label, Printer
from traceability.layout import INSET_MM, POINT, Layout, arrange
from traceability.qr import MM_PER_INCH, symbol
from traceability.token import serials

STAMPS = 40
GREY = 128

Dots = NDArray[np.bool_]


@pytest.fixture
def batch(key: SeasonKey, label: Label) -> Batch:
    return batch_of(key, label, Printer(), 3)


@pytest.fixture(params=["zxing-cpp", "zbar"])
def reader(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name not in readers():
        pytest.skip(NO_ZBAR)
    return name


def batch_of(key: SeasonKey, label: Label, printer: Printer, count: int) -> Batch:
    typed = list(serials(key, 1, range(count)))
    return Batch(label, printer, typed, [label.prefix() + serial for serial in typed])


def layout(batch: Batch) -> Layout:
    return arrange(symbol(batch.issued[0]).size, batch.printer.grid, batch.printer.dpi)


def code_box(batch: Batch, picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the code where the planner put it, in dots."""
    code, each = layout(batch).code, batch.printer.dpi / POINTS_PER_INCH
    left, bottom, side = (
        round(code.left * each),
        round(code.bottom * each),
        round(code.width * each),
    )
    return left, picture.height - bottom - side, left + side, picture.height - bottom


def dark(picture: Image.Image) -> Dots:
    return np.array(picture) < GREY


@pytest.mark.parametrize("dpi", [203, 300])
def test_stamps_drawn_by_chance_are_read_as_they_were_issued(dpi: int) -> None:
    seen = set()
    for kind, drawn in Chance(seed=dpi).batches(STAMPS, dpi):
        seen.add(kind)
        for tally in read(drawn).values():
            assert (tally.missed, tally.wrong) == ([], [])
            assert tally.right == len(drawn.serials)
    assert seen <= set(KINDS)


@pytest.mark.parametrize(
    ("name", "dpi"), [*product(sorted(GRIDS), (203, 300)), ("roll-40x25", 600)]
)
def test_every_module_is_as_many_whole_dots(
    key: SeasonKey, label: Label, name: str, dpi: int
) -> None:
    """Of the first label and of the last, where a stretched page would be off the most."""
    batch = batch_of(key, label, Printer(GRIDS[name], dpi), len(GRIDS[name].corners()))
    drawn, dots = list(pictures(batch)), layout(batch).fit.dots
    for at in (0, -1):
        left, top, right, bottom = inked(dark(drawn[at]), code_box(batch, drawn[at]))
        modules = np.array(
            [[bit == "1" for bit in row] for row in symbol(batch.issued[at]).rows()]
        )
        found = dark(drawn[at])[top:bottom, left:right]
        assert np.array_equal(found, modules.repeat(dots, 0).repeat(dots, 1))


def inked(dots: Dots, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The code as it lies: a label's edge falls between dots, so that it may be one off."""
    left, top, right, bottom = box
    around = dots[top - 2 : bottom + 2, left - 2 : right + 2]
    rows, columns = np.flatnonzero(around.any(axis=1)), np.flatnonzero(around.any(axis=0))
    return (
        left - 2 + columns[0],
        top - 2 + rows[0],
        left - 2 + columns[-1] + 1,
        top - 2 + rows[-1] + 1,
    )


@pytest.mark.parametrize("name", sorted(GRIDS))
@pytest.mark.parametrize("dpi", [203, 300])
def test_no_word_meets_the_code_or_the_cut(
    key: SeasonKey, label: Label, name: str, dpi: int
) -> None:
    for changed in (
        replace(label, product="ỔN ĐỊNH ẪM " * 20),
        replace(label, product="Ấ" * 80, simulated=True, language="en", lot="W" * 20),
    ):
        batch = batch_of(key, changed, Printer(GRIDS[name], dpi), 1)
        (picture,) = pictures(batch)
        dots, quiet = dark(picture), round(layout(batch).quiet * dpi / POINTS_PER_INCH)
        left, top, right, bottom = inked(dots, code_box(batch, picture))
        around = dots[top - quiet : bottom + quiet, left - quiet : right + quiet].copy()
        around[quiet:-quiet, quiet:-quiet] = False
        assert not around.any(), "the quiet zone is white"
        cut = int(INSET_MM * dpi / MM_PER_INCH) - 1
        dots[cut:-cut, cut:-cut] = False
        assert not dots.any(), "so is what the die may cut off"


def test_a_stamp_with_another_digit_is_reported(batch: Batch, reader: str) -> None:
    first, second, third = batch.serials
    changed = second[:7] + ("1" if second[7] == "0" else "0") + second[8:]
    tally = read(replace(batch, serials=[first, changed, third]))[reader]
    assert tally.right == 2
    assert tally.wrong == [f"{batch.issued[1]} was read as {batch.label.prefix()}{changed}"]


@pytest.mark.parametrize(("part", "right"), [(0.1, 3), (0.6, 0)])
def test_a_small_blot_is_put_right_and_a_large_one_is_not_read_at_all(
    batch: Batch, reader: str, part: float, right: int
) -> None:
    """In the corner without a finder pattern: the reader finds the code, and half its words."""
    tally = Tally()
    for picture, issued in zip(pictures(batch), batch.issued, strict=True):
        _, _, x, y = code_box(batch, picture)
        blot = round(part * layout(batch).code.width / POINT * batch.printer.dpi / MM_PER_INCH)
        ImageDraw.Draw(picture).rectangle((x - blot, y - blot, x, y), fill=255)
        tally.judge(readers()[reader](picture), issued)
    assert (tally.right, len(tally.missed), tally.wrong) == (right, 3 - right, [])
