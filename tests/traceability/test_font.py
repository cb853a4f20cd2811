import io
from importlib.resources import files

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from traceability.font import BOLD, CAPITALS, ELLIPSIS, REGULAR, Font, Weight, subset

VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯ" + "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
FONT = subset(VIETNAMESE + "abcdefghijklmnopqrstuvwxyz 0123456789")
WORDS = st.text("abcđêôơ 0123", max_size=60)


@pytest.fixture(scope="module", params=[REGULAR, BOLD], ids=["regular", "bold"])
def font(request: pytest.FixtureRequest) -> Font:
    weight: Weight = request.param
    return subset(VIETNAMESE + "dưa", weight)


@pytest.mark.parametrize("weight", [REGULAR, BOLD])
def test_both_weights_tell_the_height_of_their_capitals(weight: Weight) -> None:
    file = files("traceability").joinpath("fonts", weight.file).read_bytes()
    font = TTFont(io.BytesIO(file))
    assert font["OS/2"].sCapHeight / font["head"].unitsPerEm == CAPITALS


def test_every_vietnamese_letter_has_its_own_shape(font: Font) -> None:
    glyphs = {font.glyphs[letter] for letter in VIETNAMESE}
    assert len(glyphs) == len(VIETNAMESE)
    assert 0 not in glyphs


def test_the_embedded_font_holds_only_what_is_shown() -> None:
    small = subset("Lô")
    assert set(small.glyphs) == {"L", "ô", " ", ELLIPSIS, "?"}
    assert len(small.data) < 4_000


def test_the_licence_travels_with_the_font(font: Font) -> None:
    names = TTFont(io.BytesIO(font.data))["name"]
    assert "Open Font License" in names.getDebugName(13)


def test_the_same_letters_in_any_order_give_the_same_file() -> None:
    assert subset("dưa lưới").data == subset("iớưl aưdd").data


def test_a_letter_the_font_lacks_shows_as_a_box_not_as_an_error() -> None:
    font = subset("A果")
    assert font.encode("果") == "0000"
    assert font.width("果", 10) > 0


@given(WORDS, st.floats(4, 12), st.floats(10, 200))
def test_clipped_text_fits(text: str, size: float, room: float) -> None:
    shown = FONT.clip(text, size, room)
    assert FONT.width(shown, size) <= room or shown == ELLIPSIS
    assert shown == text or shown.endswith(ELLIPSIS)


@given(WORDS, st.floats(4, 12), st.floats(10, 200))
def test_wrapping_keeps_every_word_in_order(text: str, size: float, room: float) -> None:
    lines = FONT.wrap(text, size, room)
    assert " ".join(lines).split() == text.split()
    for line in lines:
        assert FONT.width(line, size) <= room or " " not in line


@given(WORDS, st.floats(4, 12), st.floats(10, 200))
def test_even_lines_are_no_more_and_keep_every_word(text: str, size: float, room: float) -> None:
    even, lines = FONT.balanced(text, size, room), FONT.wrap(text, size, room)
    assert len(even) == len(lines)
    assert " ".join(even).split() == text.split()
    assert max(FONT.width(line, size) for line in even) <= max(
        FONT.width(line, size) for line in lines
    )


def test_width_grows_with_size(font: Font) -> None:
    assert font.width("dưa", 12) == pytest.approx(2 * font.width("dưa", 6))
    assert font.width("", 12) == 0
