"""A voice note on a telephone: recorded by the browser itself, kept without a line, and heard."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, FilePayload, sync_playwright
from sqlmodel import Session, select

from cloud.media.models import Recording
from cloud.media.sound import Kind
from tests.browser.conftest import CHROMIUM, FLAGS, Visit, wait_until
from tests.browser.screens import look
from tests.browser.test_diary import FORM, MAX_FARMER, stored, waiting
from tests.cloud.media.sounds import ogg

MICROPHONE = "--use-fake-device-for-media-stream"  # Chromium's own: it beeps

SAID: Final[FilePayload] = {"name": "a.ogg", "mimeType": "audio/ogg", "buffer": ogg()}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, MICROPHONE])
        yield browser
        browser.close()


def recordings(visit: Visit) -> list[Recording]:
    with Session(visit.site.garden.engine) as session:
        return list(session.exec(select(Recording)))


def duration(visit: Visit) -> float:
    """Seconds that the browser finds in the first player, once it has read it."""
    found = visit.page.evaluate(
        """() => new Promise(done => {
            const player = document.querySelector("audio");
            player.onerror = () => done(-1);
            player.onloadedmetadata = () => done(player.duration || 0);
            player.load();
        })"""
    )
    return float("inf") if found is None else float(found)


def speak(visit: Visit, name: str) -> None:
    """Tap, speak for two seconds by the page's own count, tap."""
    page = visit.page
    page.click("[data-voice] button")
    page.wait_for_function(
        "() => /\\b2 /.test(document.querySelector('[data-voice] button').textContent)"
    )
    look(page, f"V12-speaks-{name}")
    page.click("[data-voice] button")
    page.wait_for_selector("[data-voice] audio:not([hidden])")


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_what_was_said_without_a_line_is_heard_on_the_entrys_page(
    open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit, name = open_visit(scheme=scheme, language=language), f"{scheme}-{language}"
    visit.page.context.grant_permissions(["microphone"], origin=visit.site.url)
    visit.log_in()
    assert visit.octets_of(FORM) <= MAX_FARMER
    page = visit.page
    assert not page.is_visible("#voice")
    page.context.set_offline(True)
    page.check("[name=work][value=prune]", force=True)
    speak(visit, name)
    look(page, f"V12-spoken-{name}")
    page.click("[form=entry]")
    wait_until(lambda: waiting(page) == 1)
    assert not page.is_visible("[data-voice] audio")
    page.context.set_offline(False)
    wait_until(lambda: len(recordings(visit)) == 1)
    assert recordings(visit)[0].kind in set(Kind)
    visit.go("/nhat-ky")
    look(page, f"V6-voice-{name}")
    visit.go(f"/nhat-ky/{stored(visit)[0].public_id}")
    assert duration(visit) > 0
    look(page, f"V13-voice-{name}")
    assert [one for one in visit.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_whoever_does_not_allow_it_can_choose_a_file(visit: Visit) -> None:
    visit.page.context.clear_permissions()
    visit.log_in()
    visit.go(FORM)
    visit.page.evaluate("() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(); }")
    visit.page.click("[data-voice] button")
    visit.page.wait_for_selector("[data-voice] [role=status]:not([hidden])")
    assert visit.page.is_visible("#voice")


def test_without_javascript_a_file_is_sent(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    visit.go(FORM)
    page = visit.page
    page.click(".tile:nth-child(3)")
    page.set_input_files("#voice", files=[SAID])
    page.click("[form=entry]")
    page.wait_for_url("**/nhat-ky**")
    assert recordings(visit)[0].kind is Kind.OGG
