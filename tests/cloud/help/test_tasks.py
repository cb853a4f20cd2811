"""Tasks on page and paper: the icons and words of the screens, and the same octets each time."""

import math
import re
from pathlib import Path

import pypdf
import pytest

from cloud.help import outline, paper
from cloud.help.tasks import TASKS, task
from cloud.web import Pages
from cloud.words import Line, say

TEMPLATES = Path(paper.__file__).parents[1] / "templates"
A5_PT = (419.528, 595.276)


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_card_is_a_page_of_a5_with_the_words_of_the_screen(
    pages: Pages, language: str, tmp_path: Path
) -> None:
    body = paper.cards(TASKS, pages.outlines(), language)
    assert body == paper.cards(TASKS, Pages().outlines(), language)
    (tmp_path / "cards.pdf").write_bytes(body)
    read = pypdf.PdfReader(tmp_path / "cards.pdf").pages
    assert len(read) == len(TASKS) == 8
    for page, one in zip(read, TASKS, strict=True):
        assert (page.mediabox.width, page.mediabox.height) == pytest.approx(A5_PT, abs=0.01)
        text = " ".join(page.extract_text().split())
        for line in (one.title, *one.steps):
            assert say(language, line) in text


def test_a_button_that_is_named_is_on_a_screen() -> None:
    told = "".join(page.read_text("utf-8") for page in TEMPLATES.rglob("*.html"))
    named = [
        word.msgid
        for one in TASKS
        for step in (one.title, *one.steps)
        for word in step.values.values()
        if isinstance(word, Line)
    ]
    assert len(named) > 8
    assert [word for word in named if f'_("{word}")' not in told] == []


def test_a_task_is_found_by_its_address_alone() -> None:
    assert [task(one.code) for one in TASKS] == list(TASKS)
    assert task("khong-co") is None


def test_every_icon_can_be_drawn_within_its_grid(pages: Pages) -> None:
    for name, path in pages.outlines().items():
        drawn = outline.operators(path, lambda point: point)
        numbers = [float(word) for word in re.findall(r"-?\d+\.\d+", drawn)]
        assert numbers, name
        assert min(numbers) >= 0.0, name
        assert max(numbers) <= 24.0, name


def test_an_arc_keeps_to_its_circle() -> None:
    """The alert's ring: half a turn and back, about the middle of the grid."""
    drawn = outline.operators("M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 0 0 0-19", lambda point: point)
    ends = [line.split()[-3:-1] for line in drawn.splitlines() if line.endswith(" c")]
    assert len(ends) == 4
    for x, y in ends:
        assert math.hypot(float(x) - 12.0, float(y) - 12.0) == pytest.approx(9.5, abs=0.01)


def test_a_smooth_curve_goes_on_where_the_last_one_pulled() -> None:
    drawn = outline.operators("M0 0c1 2 3 4 5 6s7 8 9 10", lambda point: point)
    assert drawn.splitlines()[-1] == "7.000 8.000 12.000 14.000 14.000 16.000 c"
