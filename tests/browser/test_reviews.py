"""A buyer without script says what the goods were like; the shop answers, everybody reads it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from cloud.db import writing
from cloud.products.verifying import Judge
from cloud.reviews import judging
from cloud.reviews.models import Review
from tests.browser.conftest import Site, Visit
from tests.browser.screens import keep, look, overflow
from tests.cloud.conftest import Stall
from tests.cloud.reviews.conftest import Shoppers

WORDS = "Dưa ngọt, vỏ còn tươi, giao đúng hẹn. Lần sau tôi sẽ mua thêm cho cả nhà cùng ăn."


@pytest.fixture
def shoppers(site: Site) -> Shoppers:
    """One product of real goods, not of the garden that is simulated."""
    garden = site.garden
    product = Stall(garden.engine, garden.seeded, garden.clock.now()).offer(packs=9).product
    return Shoppers(garden.engine, garden.seeded.manager.principal, product.public_id)


def publish(shoppers: Shoppers, site: Site) -> None:
    with Session(writing(shoppers.engine)) as session, session.begin():
        for one in session.exec(select(Review.public_id)).all():
            judging.publish(session, one, Judge("Chị Chợ", site.garden.clock.now()))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_buyer_writes_the_shop_answers_and_everybody_reads(
    site: Site, shoppers: Shoppers, open_visit: Callable[..., Visit]
) -> None:
    order = shoppers.buy(at=site.garden.clock.now())
    guest = open_visit(javascript=False)
    page = guest.page
    guest.go(f"/don/{order}")
    page.get_by_role("link", name="Đánh giá món đã mua").click()
    keep(page, "S15")
    assert overflow(page) <= 0
    page.get_by_label("4 trên 5 sao").check()
    page.get_by_label("Bạn thấy hàng thế nào?").fill(WORDS)
    press(page, "Gửi đánh giá")
    expect(page.get_by_text("Chờ chợ đọc")).to_be_visible()
    keep(page, "S15-waiting")
    publish(shoppers, site)

    seller = open_visit(width=320)
    seller.log_in()
    seller.go("/htx/danh-gia")
    seller.page.get_by_label("Ai xem trang món hàng cũng đọc được").fill("Cảm ơn bạn.")
    look(seller.page, "H48")
    press(seller.page, "Đăng trả lời")
    seller.page.get_by_text("Báo đánh giá này không đúng").click()
    look(seller.page, "H48-report")

    assert seller.complaints == guest.complaints == []  # the product's picture is a row alone
    guest.go(f"/cho/{shoppers.product}")
    expect(page.get_by_text(WORDS)).to_be_visible()
    expect(page.get_by_text("Cảm ơn bạn.")).to_be_visible()
    assert overflow(page) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_these_screens(
    site: Site, shoppers: Shoppers, open_visit: Callable[..., Visit], scheme: str
) -> None:
    now = site.garden.clock.now()
    orders = [shoppers.buy(at=now) for _n in range(7)]
    for n, order in enumerate(orders[:6]):
        shoppers.write(order, stars=5 - n % 3, words=WORDS, at=now)
    publish(shoppers, site)
    visit = open_visit(scheme=scheme)
    screens = {
        f"/don/{orders[6]}/danh-gia": "S15",
        f"/don/{orders[0]}/danh-gia": "S15-shown",
        f"/cho/{shoppers.product}": "S2-reviews",
        f"/cho/{shoppers.product}/danh-gia": "S16",
        "/cho": "S1-reviews",
    }
    for path, name in screens.items():
        visit.go(path)
        look(visit.page, f"{name}-{scheme}")
