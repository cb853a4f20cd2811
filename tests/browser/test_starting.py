"""A new cooperative on a small telephone: from the operator's link to the first farmer's.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from cloud.db import writing
from cloud.members import service as members
from tests.browser.conftest import Site, Visit
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look

TYPED = {
    "address": "Thôn 1, xã Mới, Đắk Lắk",
    "phone": "0262 3 812 345",
    "crop": "Dưa lưới",
    "plants": "200",
}


@pytest.fixture
def link(site: Site) -> str:
    garden = site.garden
    with Session(writing(garden.engine)) as session, session.begin():
        return "/loi-moi/" + members.found(session, "HTX Mới", "Chị Hai", garden.clock.now())


def answer(visit: Visit) -> None:
    """Fill in what is empty, as a person would, and go on."""
    fields = visit.page.locator("main form input:not([type=hidden])")
    for field in fields.all():
        name = field.get_attribute("name") or ""
        if not field.input_value():
            field.fill(TYPED.get(name, "Nhà cô Ba"))
    with visit.page.expect_navigation():
        visit.page.click("main form button")


def join(visit: Visit, link: str) -> None:
    visit.go(link)
    visit.page.fill("[name=phone]", "0912345678")
    visit.page.fill("[name=password]", "mưa xuân về")
    visit.page.check("[name=agreed]")
    with visit.page.expect_navigation():
        visit.page.click("main button")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cooperative_is_told_of_in_six_pages(
    scheme: str, language: str, link: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    visit = open_visit(scheme=scheme, language=language)
    join(visit, link)
    for name in ("cooperative", "farm", "greenhouse", "zone", "farmer"):
        look.at(visit, f"start-{name}")
        answer(visit)
    look.at(visit, "start-invited")
    visit.page.click("main a.btn.main")
    for name, path in (
        ("device", "/htx/bat-dau"),
        ("done", "/htx/bat-dau/xong"),
        ("members", "/htx/thanh-vien"),
        ("record", "/htx/nhat-ky"),
        ("proof", "/htx/nhat-ky/kiem-tra"),
        ("places", "/htx/trang-trai"),
    ):
        visit.go(path)
        look.at(visit, f"start-{name}")
    for summary in visit.page.locator("main summary").all():
        summary.click()
    look.at(visit, "start-places-open")
    assert look.found == set()
    assert visit.complaints == []


def test_without_a_script_it_is_told_all_the_same(
    link: str, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(javascript=False)
    join(visit, link)
    for _ in range(5):
        answer(visit)
    expect(visit.page.locator("#link")).to_have_count(1)
    visit.page.click("main a.btn.main")
    visit.page.click("main a.btn")
    expect(visit.page.locator("main .state.ok")).to_be_visible()
