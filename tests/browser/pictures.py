"""Draws the pictures of pages that the documentation shows.

    python -m tests.browser.pictures              # docs/screens: all of them
    python -m tests.browser.pictures market       # those of the market and its desk only
    script/demo --hours 24                        # in another terminal; it prints the link
    python -m tests.browser.pictures LOGIN_LINK   # docs/images/farmer.png

The stamp beside that one is drawn by `python -m tests.traceability.pictures`.
"""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cloud.alerts.watch import look_round
from cloud.db import make_engine
from cloud.schema import migrate
from tests.browser.conftest import CHROMIUM, FLAGS, Site, Visit, running
from tests.browser.story import farmer as farmer_screens
from tests.browser.story import live_through_a_day, own, shelf
from wire.codes import EventKind

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
IMAGES: Final = DOCS / "images"
SCREENS: Final = DOCS / "screens"
PHONE: Final = {"width": 360, "height": 640}
SHARP: Final = 1.5
"""Points of a picture for each of the page: enough to read, and a third of the octets of two."""
QUALITY: Final = 55
LONGEST: Final = 1_300
"""Of a page that is scrolled for long, the first two screens are enough."""


def farmer(link: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(
            viewport={"width": PHONE["width"], "height": PHONE["height"]}, device_scale_factor=2
        )
        page.goto(link)
        page.click("main button")
        page.wait_for_url("**/vuon")
        page.screenshot(path=IMAGES / "farmer.png")
        browser.close()


Walk = Callable[[Browser, Site], None]


def screens(*walks: Walk) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        engine = make_engine(f"sqlite:///{Path(name) / 'cloud.db'}")
        migrate(engine)
        engine.dispose()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with running(Path(name)) as site:
            for walk in walks:
                walk(browser, site)
        browser.close()


def market(browser: Browser, site: Site) -> None:
    """What a buyer sees from the front page to the order, and the cooperative's desk."""
    context = _telephone(browser)
    visit = Visit(context.new_page(), site)
    live_through_a_day(site)
    visit.log_in()
    pages = shelf(visit)
    for name, path in pages.items():
        if name.startswith("H"):
            visit.go(path)
            _draw(visit.page, name)
    context.close()
    context = _telephone(browser)
    visit = Visit(context.new_page(), site)
    for name, path in pages.items():
        if name.startswith("S"):
            visit.go(path)
            _draw(visit.page, name)
    visit.go(pages["S2"])
    page = visit.page
    page.get_by_label("Mấy gói?").fill("2")
    page.get_by_role("button", name="Thêm vào giỏ").click()
    _draw(page, "S8")
    page.get_by_label("Giao đến tỉnh nào?").select_option(label="Đắk Lắk")
    page.get_by_role("button", name="Tiếp tục").click()
    _draw(page, "S9")
    context.close()


def _telephone(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, device_scale_factor=SHARP
    )


def garden(browser: Browser, site: Site) -> None:
    """Through a quiet day first, and then one on which something is wrong."""
    context = _telephone(browser)
    visit = Visit(context.new_page(), site)
    live_through_a_day(site)
    visit.go("/dang-nhap")
    _draw(visit.page, "login")
    visit.log_in_as(site.garden.seeded.farmer)
    for name, path in (farmer_screens(site) | own()).items():
        if name != "login":
            visit.go(path)
            _draw(visit.page, name)
    visit.go("/vuon")
    visit.page.wait_for_function("() => document.querySelector('main[data-link=live]')")
    visit.page.wait_for_function("() => navigator.serviceWorker.controller")
    visit.go("/vuon")
    visit.page.wait_for_timeout(3_000)  # it is being kept meanwhile
    context.set_offline(True)
    visit.go("/vuon")
    _draw(visit.page, "V1-kept")
    context.set_offline(False)
    site.garden.event(EventKind.FAULT, fault="no_flow", flow_lpm=0.0, ago_s=600)
    look_round(site.garden.engine, site.garden.clock.now())
    visit.go("/vuon")
    _draw(visit.page, "V1-trouble")
    visit.page.click("[data-k=worries]")
    _draw(visit.page, "V7-trouble")
    visit.page.click("main a[href^='/canh-bao/']")
    _draw(visit.page, "V14")
    context.close()


def _draw(page: Page, name: str) -> None:
    height = min(LONGEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": PHONE["width"], "height": max(PHONE["height"], height)})
    page.wait_for_timeout(700)
    octets = page.screenshot()
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    Image.open(BytesIO(octets)).convert("RGB").save(
        SCREENS / f"{name}.webp", quality=QUALITY, method=6
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["market"]:
        screens(market)
    elif sys.argv[1:]:
        farmer(sys.argv[1])
    else:
        screens(garden)
        screens(market)
