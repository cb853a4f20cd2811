"""Practising on a telephone: the page of lots fits, is marked, and works without a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.screens import look, overflow
from tests.browser.test_screens import stop_in_reach

LOTS = "/tap-thu/lo"
MAX_FARMER = 25_000  # octets on the wire, first visit


@pytest.mark.parametrize(
    ("scheme", "language", "javascript"), [("light", "vi", False), ("dark", "en", True)]
)
def test_a_lot_is_practised_on_a_small_telephone(
    open_visit: Callable[..., Visit], scheme: str, language: str, *, javascript: bool
) -> None:
    visit = open_visit(scheme=scheme, language=language, javascript=javascript)
    visit.site.app.state.practice_places = lambda: 1
    visit.log_in()
    page, told = visit.page, f"{scheme}-{language}"
    visit.go("/tap-thu")
    page.click("main form button")
    visit.go(LOTS)
    if javascript:
        look(page, f"V25-{told}")
        assert visit.octets_of(LOTS) <= MAX_FARMER
    page.fill("[name=kg]", "12,5")
    page.click("[action='/tap-thu/lo'] button")
    expect(page.locator("main section h2")).to_contain_text(
        "MẪU" if language == "vi" else "SAMPLE"
    )
    page.click("main section summary")
    page.fill("main section [name=kg]", "0,5")
    page.click("main section form button")
    expect(page.locator("main section dl")).to_contain_text("12 kg")
    page.click("main section summary")
    if javascript:
        look(page, f"V25-lot-{told}")
        page.set_viewport_size({"width": 320, "height": 640})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0
    assert stop_in_reach(visit)
    assert visit.complaints == []
