"""Help, practice and cards on a telephone; and what only a browser has: a voice."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.screens import look

VOICE = """
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "%s" }], cancel() {}, addEventListener() {},
  speak(words) { document.documentElement.dataset.said = words.text; },
} });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


def test_the_pages_of_help_fit_and_everybody_can_use_them(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    visit.log_in()
    for name, path in (
        ("V8", "/tro-giup?man=V1"),
        ("V15", "/tap-thu"),
        ("V17", "/the-viec"),
        ("H17", "/htx/tap-huan"),
    ):
        visit.go(path)
        look(visit.page, name)
    assert visit.complaints == []


@pytest.fixture
def at_home(open_visit: Callable[..., Visit]) -> Callable[[str], Visit]:
    """The home page on a telephone that speaks one language."""

    def visit(spoken: str) -> Visit:
        made = open_visit()
        made.page.add_init_script(VOICE % spoken)
        made.log_in()
        return made

    return visit


def test_the_home_page_is_read_aloud(at_home: Callable[[str], Visit]) -> None:
    page = at_home("vi-VN").page
    page.get_by_role("button", name="Nghe").click()
    said = page.evaluate("document.documentElement.dataset.said")
    shown = page.locator(".state h2, .state p").all_inner_texts()
    assert said.startswith(". ".join(text.strip().rstrip(".") for text in shown))
    assert ".." not in said


def test_without_a_voice_for_its_language_there_is_no_button(
    at_home: Callable[[str], Visit],
) -> None:
    page = at_home("en-US").page
    assert page.locator("[data-aloud]").count() == 1
    assert page.locator("[data-aloud]:visible").count() == 0
