"""The market in a browser: a guest orders without script, and a banking app can read the code."""

import io
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from cloud.payments.vietqr import decode
from tests.browser.conftest import Visit


@pytest.fixture
def product(open_visit: Callable[..., Visit]) -> str:
    """Five packs on the public shelf."""
    seller = open_visit()
    seller.log_in()
    zone = seller.site.garden.seeded.zones[0].public_id
    lot = seller.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=5_000)["id"]
    goods = {"name": "Dưa lưới ruột cam", "pack_mass_g": 1_000, "price": 35_000}
    return seller.post("/api/v1/products", lot=lot, publish=True, **goods)["id"]


@pytest.fixture
def guest(open_visit: Callable[..., Visit]) -> Visit:
    """A buyer whose browser runs no script at all."""
    return open_visit(javascript=False)


def order(page: Page, packs: int) -> None:
    page.get_by_label("Mấy gói?").fill(str(packs))
    page.get_by_label("Tên người nhận").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_label("Địa chỉ giao hàng").fill("12 Lê Lợi, phường Bến Thành")
    page.get_by_role("button", name="Đặt hàng").click()


def test_a_guest_finds_orders_and_can_pay(guest: Visit, product: str) -> None:
    guest.go("/cho?q=dua luoi")
    page = guest.page
    page.get_by_role("link", name="Dưa lưới ruột cam").click()
    assert page.url.endswith(f"/cho/{product}")
    order(page, packs=2)
    expect(page.get_by_role("heading", name="Đơn hàng của bạn")).to_be_visible()
    expect(page.get_by_text("MẪU – không chuyển tiền").first).to_be_visible()

    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture)
    transfer = decode(read.text)

    assert transfer.amount == 70_000
    expect(page.get_by_text(str(transfer.purpose), exact=True)).to_be_visible()
    assert guest.complaints == []


def test_a_guest_who_wants_too_much_is_told_and_types_nothing_again(
    guest: Visit, product: str
) -> None:
    guest.go(f"/cho/{product}")
    page = guest.page
    order(page, packs=6)
    expect(page.get_by_role("alert")).to_have_text(
        "«Dưa lưới ruột cam» chỉ còn 5 gói. Hãy đặt ít hơn."
    )
    page.get_by_label("Mấy gói?").fill("5")
    page.get_by_role("button", name="Đặt hàng").click()
    expect(page.get_by_text("175.000 đ").first).to_be_visible()


def test_the_data_block_for_search_engines_passes_the_policy(
    open_visit: Callable[..., Visit], product: str
) -> None:
    visit = open_visit()
    visit.go(f"/cho/{product}")
    kind = visit.page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)['@type']"
    )
    assert kind == "Product"
    assert visit.complaints == []
