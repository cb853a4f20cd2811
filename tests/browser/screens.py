"""What is measured on any screen, and where its picture goes."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def keep(page: Page, name: str) -> None:
    folder = os.environ.get("VUONSO_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.screenshot(path=f"{folder}/{name}-fold.png")


def look(page: Page, name: str) -> None:
    """Keep the screen; it fits, and everybody can use it."""
    keep(page, name)
    assert overflow(page) <= 0
    assert violations(page) == []
