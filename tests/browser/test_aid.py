"""Help, practice and cards on a telephone; and what only a browser has: a voice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.screens import look

VOICE = """
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "%s" }], cancel() {}, addEventListener() {},
  speak(words) { document.documentElement.dataset.said = words.text; },
} });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""

SHARING = """
Object.defineProperty(navigator, "share", { value: %s });
Object.defineProperty(navigator, "clipboard", { value: %s });
"""
SENDS = "(what) => { document.documentElement.dataset.sent = what.text; return Promise.%s(); }"
COPIES = "{ writeText(text) { document.documentElement.dataset.copied = text; %s } }"


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


@pytest.fixture
def at_help(open_visit: Callable[..., Visit]) -> Callable[[str, str], Visit]:
    """The page of help on a telephone that has these ways of handing a text on."""

    def visit(share: str, clipboard: str) -> Visit:
        made = open_visit()
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.add_init_script(SHARING % (share, clipboard))
        made.log_in()
        made.go("/tro-giup?man=V3")
        return made

    return visit


@pytest.mark.parametrize("end", ["resolve", "reject"])
def test_this_screen_is_sent_by_what_the_telephone_has(
    end: str, at_help: Callable[[str, str], Visit]
) -> None:
    visit = at_help(SENDS % end, "undefined")
    page = visit.page
    page.get_by_role("button", name="Gửi đi").click()
    sent = page.evaluate("document.documentElement.dataset.sent")
    assert sent == page.get_by_label("Lời nhắn cho tổ hỗ trợ").input_value()
    assert "V3" in sent
    assert page.locator("[data-copy]:visible").count() == 0
    assert visit.complaints == []


def test_without_it_the_message_is_copied(at_help: Callable[[str, str], Visit]) -> None:
    visit = at_help("undefined", COPIES % "return Promise.resolve();")
    page = visit.page
    assert page.locator("[data-share]:visible").count() == 0
    page.get_by_role("button", name="Chép lời nhắn").click()
    expect(page.get_by_role("button", name="Đã chép. Dán vào tin nhắn.")).to_be_visible()
    copied = page.evaluate("document.documentElement.dataset.copied")
    assert copied == page.get_by_label("Lời nhắn cho tổ hỗ trợ").input_value()
    assert visit.complaints == []


def test_where_copying_is_refused_the_message_is_marked(
    at_help: Callable[[str, str], Visit],
) -> None:
    page = at_help("undefined", COPIES % "return Promise.reject();").page
    page.get_by_role("button", name="Chép lời nhắn").click()
    message = page.get_by_label("Lời nhắn cho tổ hỗ trợ")
    expect(message).to_be_focused()
    marked = message.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert marked == message.input_value()
    expect(page.get_by_role("button", name="Chép lời nhắn")).to_be_visible()


def test_a_telephone_with_neither_shows_no_dead_button(
    at_help: Callable[[str, str], Visit],
) -> None:
    page = at_help("undefined", "undefined").page
    assert page.locator("[data-share]:visible, [data-copy]:visible").count() == 0
    expect(page.get_by_text("Hoặc bấm giữ lời nhắn để chép.")).to_be_visible()
