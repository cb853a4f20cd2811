"""Sales channels on a telephone, switched and noted without any script."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, update

from cloud.channels.gallery import of_products
from cloud.db import writing
from cloud.products.models import Variant
from tests.browser.conftest import Site, Visit
from tests.browser.screens import look
from tests.cloud.channels.conftest import three_photos
from tests.cloud.conftest import START, Stall


@pytest.fixture
def selling(site: Site) -> Iterator[Site]:
    """Twenty packs on sale with three photos, and five of something whose name is refused."""
    garden = site.garden
    site.app.state.gallery = three_photos
    stall = Stall(garden.engine, garden.seeded, START)
    stall.offer(packs=20)
    stall.offer(packs=5, name="Cà chua bi giảm giá ★")
    yield site
    site.app.state.gallery = of_products


def press(page: Page, card: str, button: str) -> None:
    page.locator("li.card", has_text=card).get_by_role("button", name=button).click()


def test_goods_go_to_a_floor_by_hand(selling: Site, open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    page = visit.page
    visit.go("/htx/kenh")
    press(page, "Vỏ Sò", "Bật kênh này")
    expect(page.locator("li.card", has_text="Vỏ Sò")).to_contain_text("1 việc phải làm trên sàn")
    page.locator("li.card", has_text="Vỏ Sò").get_by_role("link", name="Xem từng").click()
    with page.expect_download() as pack:
        page.get_by_role("button", name="Tải gói hàng").click()
    assert pack.value.suggested_filename.startswith("voso-")

    visit.go("/htx/kenh/voso")
    melon = page.locator("li.card", has_text="Dưa lưới ruột cam")
    melon.get_by_label("Địa chỉ trang trên sàn").fill("https://voso.vn/dua-luoi")
    melon.get_by_role("button", name="Trên sàn đã đúng như vậy").click()
    expect(page.locator("li.card", has_text="Dưa lưới ruột cam")).to_contain_text("Đúng rồi")

    with Session(writing(selling.garden.engine)) as session, session.begin():
        session.exec(update(Variant).values(price=41_000))
    visit.go("/htx/kenh")
    page.locator("summary", has_text="Giữ lại").click()
    page.get_by_role("button", name="Lưu").click()
    visit.go("/htx/kenh/voso")
    expect(page.locator("table")).to_contain_text("41.000")


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_the_pages_of_channels_are_clean(
    selling: Site, open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    page = visit.page
    for channel in ("google", "voso"):
        visit.go("/htx/kenh")
        page.locator(f"form:has([value={channel}]) button[value=on]").click()
    assert selling.url in page.url
    look(page, f"H64-{scheme}-{language}")
    for channel in ("voso", "google"):
        visit.go(f"/htx/kenh/{channel}")
        look(page, f"H65-{channel}-{scheme}-{language}")
        page.set_viewport_size({"width": 320, "height": 640})
        look(page, f"H65-{channel}-{scheme}-{language}-320")
        page.set_viewport_size({"width": 360, "height": 640})
    assert visit.octets_of("/htx/kenh") < 25_000
    assert visit.complaints == []
