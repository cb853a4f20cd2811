"""Draws the README's picture of the farmer's page from a running demonstration.

    script/demo --hours 24        # in another terminal; it prints the link
    python -m tests.browser.pictures LOGIN_LINK

The stamp beside it is drawn by `python -m tests.traceability.pictures`.
"""

import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
PHONE: Final = {"width": 360, "height": 640}


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


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    farmer(sys.argv[1])
