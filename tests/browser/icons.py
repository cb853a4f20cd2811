"""Draws the icons that a telephone shows from `cloud/static/icon.svg`.

python -m tests.browser.icons
"""

from io import BytesIO
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from cloud.web import STATIC
from tests.browser.conftest import CHROMIUM, FLAGS

ICONS: Final = {"icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512}
COLOURS: Final = 32
_WHOLE: Final = 'rx="5" fill'
_PATH: Final = "<path "
_SAFE: Final = '<path transform="translate(12 12) scale(.75) translate(-12 -12)" '
"""Within four fifths of the width, whatever a telephone cuts off around it."""


def drawn(browser: Browser, name: str) -> Image.Image:
    """One icon, in few colours."""
    side, svg = ICONS[name], (STATIC / "icon.svg").read_text("utf-8")
    if "maskable" in name:
        svg = svg.replace(_WHOLE, "fill").replace(_PATH, _SAFE)
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(f"<style>*{{margin:0;display:block}}</style>{svg}")
    octets = page.screenshot(omit_background=True)
    page.close()
    return Image.open(BytesIO(octets)).convert("RGBA").quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in ICONS:
            drawn(browser, name).save(STATIC / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
