"""One's own data on a small telephone: agreeing, reading, taking along, proving, erasing.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from cloud.accounts.models import LoginSession
from cloud.db import writing
from cloud.permissions import PROOF_LIFE
from tests.browser.conftest import Visit
from tests.browser.story import sell
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look

PASSWORD = "mưa xuân về"


def invite(visit: Visit) -> str:
    """The path of a link that a manager made."""
    visit.go("/htx/thanh-vien")
    visit.page.click("main summary")
    visit.page.fill("[name=name]", "Cô Sáu")
    visit.page.select_option("[name=role]", "farmer")
    visit.page.click("main details[open] button")
    link = visit.page.input_value("#link")
    return "/loi-moi/" + link.rsplit("/", 1)[1]


def join(visit: Visit) -> None:
    """At first without the tick, which the browser asks for."""
    visit.page.fill("[name=phone]", "0912345678")
    visit.page.fill("[name=password]", PASSWORD)
    visit.page.click("main button")
    expect(visit.page.locator("[name=agreed]:invalid")).to_have_count(1)
    visit.page.check("[name=agreed]")
    visit.page.click("main button")
    visit.page.wait_for_url("**/vuon")


def take_along(visit: Visit) -> dict[str, str]:
    with visit.page.expect_download() as taken:
        visit.page.click("a[download]")
    known: dict[str, str] = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    return known


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_saying_yes_to_being_forgotten(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    manager = open_visit(scheme=scheme, language=language)
    manager.log_in()
    link = invite(manager)

    phone = open_visit(scheme=scheme, language=language)
    phone.go(link)
    look.at(phone, "privacy-join")
    join(phone)
    phone.go("/rieng-tu")
    look.at(phone, "privacy-notice")
    phone.go("/tai-khoan")
    phone.page.click("a[href='/tai-khoan/du-lieu']")
    for summary in phone.page.locator("main summary").all():
        summary.click()
    look.at(phone, "privacy-own")
    known = take_along(phone)
    assert (known["name"], known["phone"]) == ("Cô Sáu", "+84912345678")
    phone.page.fill("form[action$='/xoa'] [name=password]", PASSWORD)
    phone.page.click("form[action$='/xoa'] button")
    look.at(phone, "privacy-erased")
    manager.go("/htx/thanh-vien")
    expect(manager.page.get_by_text("Cô Sáu")).to_have_count(0)
    manager.go("/htx/nhat-ky")
    look.at(manager, "privacy-record")
    assert look.found == set()
    assert phone.complaints + manager.complaints == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_weighs_much_comes_back_to_its_page(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    with Session(writing(visit.site.garden.engine)) as session, session.begin():
        (login,) = session.exec(select(LoginSession)).all()
        login.proved_at = login.created_at - PROOF_LIFE
    farmer = visit.site.garden.seeded.farmer.account.public_id
    visit.go(f"/htx/thanh-vien/{farmer}/the")
    assert "/tai-khoan/xac-nhan" in visit.page.url
    look.at(visit, "proof-asked")
    visit.page.fill("[name=password]", visit.site.member.password)
    visit.page.click("main button")
    expect(visit.page.locator("[name=pin]")).to_be_visible()
    assert look.found == set()
    assert visit.complaints == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buyer_asks_to_be_forgotten(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    seller = open_visit(scheme=scheme, language=language)
    seller.log_in()
    seller.go("/vuon")
    order = sell(seller)["order"]
    buyer = open_visit(scheme=scheme, language=language)
    buyer.go(order)
    buyer.page.click("summary:has-text('địa chỉ'), summary:has-text('address')")
    look.at(buyer, "privacy-buyer")
    buyer.page.click("form[action$='/xoa-thong-tin'] button")
    look.at(buyer, "privacy-buyer-asked")
    seller.go("/htx/don")
    look.at(seller, "privacy-desk")
    seller.page.click("li summary:has-text('Việc khác'), li summary:has-text('Other actions')")
    seller.page.click("button[value=cancel]")
    buyer.go(order)
    expect(buyer.page.locator("form[action$='/xoa-thong-tin']")).to_have_count(0)
    look.at(buyer, "privacy-buyer-gone")
    assert look.found == set()
    assert seller.complaints + buyer.complaints == []
