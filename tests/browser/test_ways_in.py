"""Coming in by card and PIN on a small telephone, from the printed card to the garden.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.screens import keep, overflow, violations
from tests.cloud.qr_reader import path_in

PIN = "739104"
ASKED_FOR = ("401 (Unauthorized)", "410 (Gone)")  # wrong PINs and ended cards, on purpose
SCHEMES = ("light", "dark")
LANGUAGES = ("vi", "en")


class Look:
    """Looks at each screen somebody comes by, and keeps what is wrong with any."""

    def __init__(self, suffix: str) -> None:
        self.found: set[str] = set()
        self._suffix = suffix

    def at(self, visit: Visit, name: str) -> None:
        keep(visit.page, f"{name}-{self._suffix}")
        self.found |= {f"{name}: {one}" for one in violations(visit.page)}
        self.found |= {f"{name}: too wide"} if overflow(visit.page) > 0 else set()


def print_card(visit: Visit, look: Look) -> str:
    """As a manager does it, the farmer typing the PIN; the path that a telephone scans."""
    farmer = visit.site.garden.seeded.farmer.account.public_id
    visit.go(f"/htx/thanh-vien/{farmer}/the")
    look.at(visit, "cards")
    visit.page.fill("[name=pin]", PIN)
    visit.page.fill("[name=again]", PIN)
    visit.page.click("form[action$='/the'] button")
    expect(visit.page.locator("[data-print]")).to_be_visible()
    look.at(visit, "card")
    return path_in(visit.page.content())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_printed_card_to_the_garden(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    manager = open_visit(scheme=scheme, language=language)
    manager.log_in()
    card = print_card(manager, look)

    phone = open_visit(scheme=scheme, language=language)
    for name, path in (("login", "/dang-nhap"), ("how", "/the"), ("pin", card)):
        phone.go(path)
        look.at(phone, name)
    phone.page.fill("[name=pin]", "000000")
    phone.page.click("main button")
    look.at(phone, "pin-wrong")
    phone.page.fill("[name=pin]", PIN)
    phone.page.click("main button")
    phone.page.wait_for_url("**/vuon")
    for name, path in (
        ("account", "/tai-khoan"),
        ("password", "/tai-khoan/mat-khau"),
        ("own-pin", "/tai-khoan/ma-pin"),
    ):
        phone.go(path)
        look.at(phone, name)
    phone.go("/the/of-nobody")
    look.at(phone, "ended")
    assert look.found == set()
    complaints = manager.complaints + phone.complaints
    assert [one for one in complaints if not any(known in one for known in ASKED_FOR)] == []


def test_a_forgotten_password_is_set_again_with_the_managers_word(
    open_visit: Callable[..., Visit],
) -> None:
    look = Look("light-vi")
    phone, manager = open_visit(), open_visit()
    manager.log_in()
    seeded = phone.site.garden.seeded
    phone.go("/dang-nhap")
    phone.page.click("text=Quên mật khẩu")
    look.at(phone, "forgotten")
    phone.page.fill("[name=phone]", seeded.farmer.phone)
    phone.page.click("main button")
    look.at(phone, "code")
    manager.go(f"/htx/thanh-vien/{seeded.farmer.account.public_id}/the")
    manager.page.fill("[name=code]", phone.page.locator("main .big").inner_text())
    manager.page.click("text=Xác nhận đúng người")
    look.at(manager, "confirmed")
    phone.page.click("text=Họ xác nhận rồi")
    look.at(phone, "new-password")
    phone.page.fill("[name=new]", "mây trắng gió hiền")
    phone.page.click("main button")
    phone.page.wait_for_url("**/vuon")
    assert look.found == set()


def test_without_a_script_a_card_still_opens_the_garden(open_visit: Callable[..., Visit]) -> None:
    manager = open_visit()
    manager.log_in()
    card = print_card(manager, Look("script"))
    phone = open_visit(javascript=False)
    phone.go(card)
    phone.page.fill("[name=pin]", PIN)
    phone.page.click("main button")
    phone.page.wait_for_url("**/vuon")


def test_on_paper_there_is_the_card_and_nothing_else(open_visit: Callable[..., Visit]) -> None:
    manager = open_visit(width=800)
    manager.log_in()
    print_card(manager, Look("paper"))
    manager.page.emulate_media(media="print")
    keep(manager.page, "paper")
    badge = manager.page.locator(".badge").bounding_box()
    assert badge is not None
    millimetre = 96 / 25.4
    assert badge["width"] == pytest.approx(85.6 * millimetre, abs=2)
    assert badge["height"] < 60 * millimetre
    qr = manager.page.locator(".badge .qr").bounding_box()
    assert qr is not None
    assert qr["width"] >= 30 * millimetre, "a cheap camera reads modules of 0.7 mm"
    for hidden in (".top", ".nav", ".foot", "h1", "main .btn"):
        expect(manager.page.locator(hidden).first).to_be_hidden()
