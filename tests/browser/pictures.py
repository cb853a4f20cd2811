"""Draws the README's two pictures from a running demonstration.

    script/demo --hours 24        # in another terminal; it prints the link and the sheet's name
    python -m tests.browser.pictures LOGIN_LINK data/demo/labels/SHEET.pdf

The stamp needs pdftoppm (Debian: poppler-utils).
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from traceability.labels import DEFAULT_PRINTER

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images"
PHONE: Final = {"width": 360, "height": 640}
MM_PER_INCH: Final = 25.4
DPI: Final = 300


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


def stamp(sheet: Path) -> None:
    """Cut the first label, top left, out of the sheet."""
    grid = DEFAULT_PRINTER.grid
    left, top = grid.left, grid.top
    box = [round(mm / MM_PER_INCH * DPI) for mm in (left, top, grid.width, grid.height)]
    flags = zip(("-x", "-y", "-W", "-H"), map(str, box), strict=True)
    tool = shutil.which("pdftoppm") or sys.exit(
        "pdftoppm is missing: apt-get install poppler-utils"
    )
    words = [
        tool,
        "-png",
        "-r",
        str(DPI),
        "-singlefile",
        *(word for pair in flags for word in pair),
    ]
    subprocess.run([*words, str(sheet), str(IMAGES / "stamp")], check=True)


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    farmer(sys.argv[1])
    stamp(Path(sys.argv[2]))
