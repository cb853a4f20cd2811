"""The first listing on a telephone: few screens, few taps, and nothing lost when the line is."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.screens import look

MOST_SCREENS: Final = 4
MOST_TAPS: Final = 12
IN_THE_CAMERA: Final = 2  # its button, and that the photo is good


class Thumb:
    """Taps and counts, and keeps the addresses of the screens that were seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0
        self.screens: list[str] = []

    def on(self, ending: str) -> None:
        self.page.wait_for_url(f"**{ending}")
        self.screens.append(ending)
        look(self.page, f"H43-{ending.strip('/')}")

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1

    def photograph(self, photo: Path) -> None:
        """Whoever taps the button is in the camera, and taps there."""
        self.page.locator("input[type=file]").set_input_files(photo)
        self.taps += 1 + IN_THE_CAMERA


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(out, "JPEG")
    path = tmp_path / "melon.jpg"
    path.write_bytes(out.getvalue())
    return path


def harvested(visit: Visit) -> Page:
    """Somebody at the cooperative looks at the products, and a lot waits there."""
    visit.log_in()
    zone = visit.site.garden.seeded.zones[0].public_id
    visit.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=50_000)
    visit.go("/htx/san-pham")
    return visit.page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_a_first_listing_takes_four_screens_and_twelve_taps_at_most(
    visit: Visit, photo: Path
) -> None:
    page = harvested(visit)
    look(page, "H5-lot")
    thumb = Thumb(page)
    thumb.tap(button(page, "Bán lô này"))
    thumb.on("/anh")
    thumb.photograph(photo)
    thumb.on("/loai")
    thumb.tap(button(page, "Dưa"))
    thumb.on("/gia")
    thumb.tap(page.get_by_role("radio", name="2 kg"))
    thumb.tap(page.get_by_label("Giá một gói (đồng)"))
    page.keyboard.type("90000")
    expect(page.locator("[data-per-kg]")).to_have_text("= 45.000 đ/kg")
    thumb.tap(button(page, "Tiếp"))
    thumb.on("/so-luong")
    thumb.tap(button(page, "Gửi duyệt"))
    expect(page.get_by_text("Chờ duyệt", exact=True)).to_be_visible()
    look(page, "H42-sent")
    assert len(thumb.screens) <= MOST_SCREENS
    assert thumb.taps <= MOST_TAPS
    assert visit.complaints == []


def test_what_is_filled_in_stays_while_there_is_no_line(visit: Visit, photo: Path) -> None:
    page = harvested(visit)
    button(page, "Bán lô này").click()
    page.wait_for_url("**/anh")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(False)
    button(page, "Tiếp").click()
    page.wait_for_url("**/loai")
    button(page, "Dưa").click()
    page.wait_for_url("**/gia")
    page.get_by_label("Giá một gói (đồng)").fill("60.000")
    page.context.set_offline(True)
    button(page, "Tiếp").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Giá một gói (đồng)")).to_have_value("60.000")
    page.context.set_offline(False)
    button(page, "Tiếp").click()
    page.wait_for_url("**/so-luong")


def test_it_works_without_javascript_and_goes_on_another_day(
    open_visit: Callable[..., Visit], photo: Path
) -> None:
    visit = open_visit(javascript=False)
    page = harvested(visit)
    button(page, "Bán lô này").click()
    page.locator("input[type=file]").set_input_files(photo)
    button(page, "Tiếp").click()
    visit.go("/htx/san-pham")
    page.get_by_role("link", name="Làm tiếp").click()
    button(page, "Dưa").click()
    page.get_by_label("Giá một gói (đồng)").fill("60.000")
    button(page, "Tiếp").click()
    expect(page.get_by_text("= 60.000 đ/kg")).to_be_visible()
    button(page, "Gửi duyệt").click()
    expect(page.get_by_text("Chờ duyệt", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_a_product_can_be_used_by_everybody(
    open_visit: Callable[..., Visit], scheme: str
) -> None:
    visit = open_visit(scheme=scheme)
    visit.log_in()
    zone = visit.site.garden.seeded.zones[0].public_id
    lot = visit.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=50_000)["id"]
    goods = {"name": "Dưa lưới ruột cam", "pack_mass_g": 1_000, "price": 35_000}
    product = visit.post("/api/v1/products", lot=lot, publish=True, **goods)["id"]
    for name, path in {"H42": "", "H44": "/sua", "H45": "/lich-su"}.items():
        visit.go(f"/htx/san-pham/{product}{path}")
        for opener in visit.page.locator("summary").all():
            opener.click()
        look(visit.page, f"{name}-{scheme}")
    visit.go("/htx/gian-hang")
    for opener in visit.page.locator("summary").all():
        opener.click()
    look(visit.page, f"H46-{scheme}")
    assert visit.complaints == []
