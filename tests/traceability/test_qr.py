import io

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from traceability.errors import FitError
from traceability.gs1 import internal_gtin
from traceability.keys import SeasonKey
from traceability.payload import stamp_link
from traceability.qr import MIN_MODULE_MM, QUIET, Fit, Symbol, fit, png, svg, symbol
from traceability.template import Template
from traceability.token import ALPHABET, issue

PREFIX = f"https://TXNG.VN/01/{internal_gtin(1)}/21/"
SERIALS = st.text(ALPHABET, min_size=20, max_size=20)


def test_a_stamp_stays_version_3(key: SeasonKey) -> None:
    link = stamp_link("https://txng.vn", issue(key, 1, 0), internal_gtin(1))
    assert symbol(link).size == 29


def test_a_phone_reads_the_image(key: SeasonKey) -> None:
    link = stamp_link("https://txng.vn", issue(key, 1, 0), internal_gtin(1))

    image = Image.open(io.BytesIO(png(symbol(link), dots=5, dpi=300)))

    assert image.mode == "1"
    assert image.size == (185, 185)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    (read,) = zxingcpp.read_barcodes(image)
    assert read.text == link


@given(SERIALS)
@settings(max_examples=20)
def test_every_image_reads_back(serial: str) -> None:
    image = Image.open(io.BytesIO(png(symbol(PREFIX + serial), dots=3)))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [PREFIX + serial]


def test_what_the_encoder_cannot_make_is_refused_in_words() -> None:
    with pytest.raises(FitError, match="zeros"):
        symbol("0" * 300)


def test_the_drawing_has_the_modules_of_the_matrix() -> None:
    code = Symbol(3, 0b101_010_111)
    assert code.rows() == ["101", "010", "111"]
    drawn = svg(code)
    assert drawn.count("<path") == 2
    assert 'viewBox="0 0 11 11"' in drawn
    assert 'd="M4 4h1v1h-1zM6 4h1v1h-1zM5 5h1v1h-1zM4 6h3v1h-3z"' in drawn


@pytest.mark.parametrize(
    "prefix",
    [PREFIX, "https://TXNG.VN/T/", "http://127.0.0.1:8000/T/", "https://VUONSO.EXAMPLE/T/"],
)
def test_a_template_gives_the_encoder_s_modules(prefix: str) -> None:
    template = Template(prefix, 20)

    @given(st.lists(SERIALS, min_size=1, max_size=3))
    @settings(max_examples=15, deadline=None)
    def equal(serials: list[str]) -> None:
        for serial, found in zip(serials, template.matrices(serials), strict=True):
            code = symbol(prefix + serial)
            lines = np.unpackbits(found.reshape(code.size, -1), axis=1)
            assert not lines[:, code.size :].any()
            assert ["".join(map(str, line[: code.size])) for line in lines] == code.rows()

    equal()


@pytest.mark.parametrize(
    ("dpi", "dots", "side_mm"), [(300, 5, 15.7), (600, 10, 15.7), (203, 4, 18.5)]
)
def test_modules_are_whole_dots_and_never_below_the_standard(
    dpi: int, dots: int, side_mm: float
) -> None:
    planned = fit(29, dpi, room_mm=20)
    assert planned == Fit(29, dpi, dots)
    assert planned.module_mm >= MIN_MODULE_MM
    assert planned.symbol_mm == pytest.approx(side_mm, abs=0.05)
    assert planned.symbol_mm == (29 + 2 * QUIET) * planned.module_mm


def test_a_code_that_would_be_too_small_is_refused_with_what_fits() -> None:
    with pytest.raises(FitError, match=r"version 5 code needs 19\.1 mm.*gives 16\.0.*version 3 "):
        fit(37, 300, room_mm=16)
    with pytest.raises(FitError, match="no code at all"):
        fit(37, 300, room_mm=5)
