"""An order from the guest's choice to the carrier's money, on a narrow telephone."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from cloud.clock import SystemClock
from cloud.db import writing
from cloud.orders import handing
from cloud.orders.billing import Invoice
from cloud.orders.models import Order
from cloud.products.models import Shop
from cloud.shipping import accounts
from cloud.shipping.accounts import Counters
from cloud.shipping.carrier import CarrierName
from cloud.shipping.ghn import Ghn
from tests.browser.conftest import Site, Visit
from tests.browser.screens import look
from tests.cloud.conftest import START
from tests.cloud.shipping.house import NUMBER, TOKEN, House


@pytest.fixture
def seller(open_visit: Callable[..., Visit]) -> Visit:
    seller = open_visit(width=320)
    seller.log_in()
    return seller


@pytest.fixture
def product(seller: Visit) -> str:
    """Five packs on the public shelf."""
    zone = seller.site.garden.seeded.zones[0].public_id
    lot = seller.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=5_000)["id"]
    goods = {"name": "Dưa lưới ruột cam", "pack_mass_g": 1_000, "price": 35_000}
    return seller.post("/api/v1/products", lot=lot, publish=True, **goods)["id"]


def set_terms(page: Page) -> None:
    page.get_by_label("Phí giao một đơn (đồng)").fill("20000")
    page.get_by_label("Phí đó giao được mấy ký").fill("2")
    page.get_by_label("Nặng hơn thì thêm mỗi ký (đồng)").fill("5000")
    page.get_by_label("Cho khách trả tiền khi nhận hàng").check()
    page.get_by_role("button", name="Lưu phí giao").click()
    page.get_by_label("Tên điểm").fill("Kho hợp tác xã")
    page.get_by_label("Địa chỉ").fill("Thôn 1, xã Thử")
    page.get_by_label("Giờ mở cửa").fill("7:00–17:00")
    page.get_by_role("button", name="Thêm điểm", exact=True).click()


def buy(page: Page) -> None:
    """From the product through the cart to the order; the cart tells what the way costs."""
    page.get_by_label("Mấy gói?").fill("2")
    press(page, "Thêm vào giỏ")
    expect(page.get_by_text("20.000").first).to_be_visible()
    page.get_by_label("Giao đến tỉnh nào?").select_option(label="Đắk Lắk")
    press(page, "Tiếp tục")
    page.get_by_label("Tên người nhận").fill("Nguyễn Thị Hoa")
    page.get_by_label("Số điện thoại").fill("0912 345 678")
    page.get_by_label("Xã, phường").select_option(label="Xã Ea Kar")
    page.get_by_label("Số nhà, đường, thôn").fill("Thôn 3")
    page.get_by_label("Trả tiền mặt khi nhận hàng").check()
    press(page, "Đặt hàng")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_an_order_goes_its_way(
    seller: Visit, product: str, open_visit: Callable[..., Visit]
) -> None:
    desk = seller.page
    seller.go("/htx/giao-hang")
    set_terms(desk)
    look(desk, "h52-tariff")
    guest = open_visit(javascript=False)
    guest.go(f"/cho/{product}")
    buy(guest.page)
    expect(guest.page.get_by_role("heading", name="Trả 90.000 đ khi nhận hàng")).to_be_visible()
    pack(seller)
    send(desk)
    guest.page.reload()
    expect(guest.page.get_by_text("GHN-77")).to_be_visible()
    press(desk, "Khách đã nhận")
    seller.go("/htx/thu-ho")
    look(desk, "h53-cod")
    desk.get_by_label("Số tiền thật nhận (đồng)").fill("80000")
    press(desk, "Ghi đã nhận tiền thu hộ")
    expect(desk.get_by_text("Thiếu 10.000")).to_be_visible()
    look(desk, "h53-handed-on")
    assert seller.complaints == guest.complaints == []


def test_a_carrier_that_is_called_names_its_price_and_takes_the_parcel(
    seller: Visit, product: str, open_visit: Callable[..., Visit]
) -> None:
    desk, site = seller.page, seller.site
    seller.go("/htx/giao-hang")
    set_terms(desk)
    connect(desk)
    seller.go("/htx/bao-don")
    press(desk, "Báo cho tôi")
    look(desk, "v26-bell")
    with Session(writing(site.garden.engine)) as session, session.begin():
        session.exec(select(Shop)).one().commune = "66.24133"
    guest = open_visit(javascript=False)
    guest.go(f"/cho/{product}")
    buy(guest.page)
    with Session(writing(site.garden.engine)) as session, session.begin():
        session.exec(select(Order)).one().simulated = False
    pack(seller)
    desk.get_by_text("Báo cho bên giao").click()
    for side in ("Dài (cm)", "Rộng (cm)", "Cao (cm)"):
        desk.get_by_label(side).fill("20")
    look(desk, "h4-measured")
    press(desk, "Hỏi giá")
    counters = counters_of(site)
    handing.work(site.garden.engine, SystemClock().now(), counters)
    desk.reload()
    expect(desk.get_by_text("GHN lấy 32.000 đ.")).to_be_visible()
    look(desk, "h4-priced")
    press(desk, "Gửi GHN")
    handing.work(site.garden.engine, SystemClock().now(), counters)
    guest.page.reload()
    expect(guest.page.get_by_text("VN000001")).to_be_visible()
    assert seller.complaints == guest.complaints == []


def connect(desk: Page) -> None:
    desk.get_by_role("link", name="Nối với bên giao hàng").click()
    desk.get_by_label("Mã shop (GHN: ShopId, GHTK: mã đối tác)").fill(NUMBER)
    desk.get_by_label("Token chép từ trang của bên giao").fill(TOKEN)
    press(desk, "Lưu token")
    expect(desk.get_by_text("Mã shop: S308157")).to_be_visible()
    look(desk, "h60-carriers")


def counters_of(site: Site) -> Counters:
    house = House()
    vault = accounts.open_vault(site.app.state.settings)
    return Counters(vault, {CarrierName.GHN: partial(Ghn, ask=house.ask)})


def pack(seller: Visit) -> None:
    desk = seller.page
    seller.go("/htx/don")
    expect(desk.get_by_text("Nhận 1 đơn mới")).to_be_visible()
    press(desk, "Nhận đơn")
    seller.go("/htx/soan-hang")
    expect(desk.get_by_role("heading", name="Theo khách")).to_be_visible()
    look(desk, "h54-packing")
    seller.go("/htx/don")
    press(desk, "Đóng gói xong")


def send(desk: Page) -> None:
    desk.get_by_label("Gửi bằng").select_option("ghn")
    desk.get_by_label("Mã vận đơn, nếu có").fill("GHN-77")
    look(desk, "h4-packed")
    press(desk, "Giao đi")


def test_what_is_to_be_issued_fits_the_telephone(
    seller: Visit, product: str, open_visit: Callable[..., Visit]
) -> None:
    seller.go("/htx/giao-hang")
    set_terms(seller.page)
    guest = open_visit(javascript=False)
    guest.go(f"/cho/{product}")
    buy(guest.page)
    with Session(writing(seller.site.garden.engine)) as session, session.begin():
        order = session.exec(select(Order)).one()
        session.add(
            Invoice(
                cooperative_id=order.cooperative_id,
                order_id=order.id or 0,
                tax_code="0100109106",
                company="Công ty Trách nhiệm hữu hạn Một thành viên Hoa Sen",
                address="12 Lê Lợi, phường Bến Thành, Thành phố Hồ Chí Minh",
                asked_at=START,
            )
        )
    seller.go("/htx/hoa-don")
    seller.page.get_by_text("Đã xuất xong").click()
    look(seller.page, "h55-invoices")
    seller.page.get_by_label("Số hóa đơn").fill("1C26TVS-7")
    seller.page.get_by_label("Ngày xuất").fill("2026-03-02")
    press(seller.page, "Lưu hóa đơn")
    expect(seller.page.get_by_text("Đã xuất số 1C26TVS-7")).to_be_visible()
    seller.go("/htx/don")
    look(seller.page, "h4-new")
