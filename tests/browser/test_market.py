"""The market in a browser: a guest orders without script, and a banking app can read the code."""

import io
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from cloud.payments.vietqr import decode
from tests.browser.conftest import Visit
from tests.browser.screens import keep, look, overflow


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


def fits(page: Page, name: str) -> None:
    keep(page, name)
    assert overflow(page) <= 0


def order(page: Page, packs: int) -> None:
    """From the product to the order, on three screens."""
    page.get_by_label("Mấy gói?").fill(str(packs))
    page.get_by_role("button", name="Thêm vào giỏ").click()
    fits(page, "S8")
    page.get_by_label("Giao đến tỉnh nào?").select_option(label="Đắk Lắk")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Tên người nhận").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_label("Xã, phường").select_option(label="Xã Ea Kar")
    page.get_by_label("Số nhà, đường, thôn").fill("Thôn 3")
    page.get_by_role("button", name="Đặt hàng").click()


def test_a_guest_finds_orders_and_can_pay(guest: Visit, product: str) -> None:
    guest.go("/")
    page = guest.page
    fits(page, "S6")
    page.get_by_label("Tìm món gì?").fill("dua luoi")
    page.get_by_role("button", name="Tìm").click()
    fits(page, "S1-search")
    page.get_by_role("link", name="Dưa lưới ruột cam").click()
    assert page.url.endswith(f"/cho/{product}")
    fits(page, "S2")
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
    order_too_much(page)
    expect(page.get_by_text("Chỉ còn 5 gói.")).to_be_visible()
    page.get_by_label("Giao đến tỉnh nào?").select_option(label="Đắk Lắk")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Tên người nhận").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_label("Xã, phường").select_option(label="Xã Ea Kar")
    page.get_by_label("Số nhà, đường, thôn").fill("Thôn 3")
    page.get_by_role("button", name="Đặt hàng").click()
    expect(page.get_by_role("alert")).to_have_text(
        "«Dưa lưới ruột cam» chỉ còn 5 gói. Hãy đặt ít hơn."
    )
    fits(page, "S9-refused")
    expect(page.get_by_label("Tên người nhận")).to_have_value("Nguyễn Thị Hoa")


def order_too_much(page: Page) -> None:
    """Five are left when the page is made; a sixth is asked for in the cart."""
    page.get_by_label("Mấy gói?").fill("5")
    page.get_by_role("button", name="Thêm vào giỏ").click()
    page.get_by_label("Số gói Dưa lưới ruột cam").fill("6")
    page.get_by_role("button", name="Sửa").click()


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_every_screen_of_buying_is_for_everybody(
    open_visit: Callable[..., Visit], product: str, scheme: str, language: str
) -> None:
    """The same screens, looked at by axe, which needs scripts itself."""
    visit = open_visit(scheme=scheme, language=language)
    page, paths = visit.page, {"S6": "/", "S1": "/cho", "S2": f"/cho/{product}"}
    for name, path in paths.items():
        visit.go(path)
        look(page, f"{name}-{scheme}-{language}")
    page.locator("main a[href^='/gian-hang/']").first.click()
    look(page, f"S7-{scheme}-{language}")
    visit.go(f"/cho/{product}")
    page.locator("#mua button").click()
    look(page, f"S8-{scheme}-{language}")
    page.locator("#tinh").select_option("66")
    page.locator("form[action='/gio/dat'] button").click()
    look(page, f"S9-{scheme}-{language}")
    for name, path in {
        "S11": f"/khieu-nai/mon/{product}",
        "S12": "/quy-che",
        "S13": "/da-go",
    }.items():
        visit.go(path)
        look(page, f"{name}-{scheme}-{language}")
    assert visit.complaints == []


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
