"""Hand in hand on two small telephones: a code shown, typed, used and ended.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import Session

from cloud.db import writing
from cloud.principal import Role
from tests.browser.conftest import Site, Visit
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look
from tests.cloud.conftest import Member, _member

DONE = ".standin button"


def log_in(visit: Visit, member: Member) -> None:
    visit.go("/dang-nhap")
    visit.page.fill("[name=phone]", member.phone)
    visit.page.fill("[name=password]", member.password)
    visit.page.click("main button")
    visit.page.wait_for_url("**/vuon")


@pytest.fixture
def helper(site: Site) -> Member:
    garden = site.garden
    with Session(writing(garden.engine), expire_on_commit=False) as session, session.begin():
        cooperative = session.merge(garden.seeded.cooperative)
        made = _member(session, cooperative, "0912000004", Role.HELPER, garden.clock.now())
        made.account.name = "Chị Lan"
    return made


def ask(farmer: Visit, look: Look) -> str:
    """The code on the farmer's page, for a week of help."""
    farmer.go("/tai-khoan")
    farmer.page.click("main a[href='/tai-khoan/giup']")
    look.at(farmer, "help-ask")
    farmer.page.select_option("[name=lasts]", "week")
    farmer.page.click("main form button")
    look.at(farmer, "help-code")
    return farmer.page.locator("main .big").inner_text()


def begin(hand: Visit, code: str, look: Look) -> None:
    """Mistyped first."""
    hand.page.click("nav a[href='/giup']")
    hand.page.fill("[name=code]", "000000" if code != "000000" else "000001")
    hand.page.click("main form button")
    look.at(hand, "help-wrong")
    hand.page.fill("[name=code]", code)
    hand.page.click("main form button")
    hand.page.wait_for_url("**/vuon")
    look.at(hand, "help-garden")
    expect(hand.page.locator("a.btn.go")).to_be_visible()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_shown_typed_used_and_ended(
    scheme: str, language: str, open_visit: Callable[..., Visit], helper: Member
) -> None:
    look = Look(f"{scheme}-{language}")
    farmer, hand = (open_visit(scheme=scheme, language=language) for _ in range(2))
    log_in(farmer, farmer.site.garden.seeded.farmer)
    log_in(hand, helper)
    begin(hand, ask(farmer, look), look)
    for name, path in (("help-told", "/vuon"), ("help-list", "/tai-khoan/giup")):
        farmer.go(path)
        look.at(farmer, name)
    hand.page.click(DONE)
    hand.page.wait_for_url("**/giup")
    look.at(hand, "help-again")
    hand.page.click("form[action^='/giup/'] button")
    hand.page.wait_for_url("**/vuon")
    farmer.page.click(DONE)
    hand.go("/vuon")
    expect(hand.page.locator(DONE)).to_have_count(0)
    expect(hand.page.locator("a.btn.go")).to_have_count(0)
    assert look.found == set()
    complaints = farmer.complaints + hand.complaints
    assert [one for one in complaints if "409 (Conflict)" not in one] == []


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_a_helper_confirms_a_farmer_who_forgot_the_password(
    scheme: str, language: str, open_visit: Callable[..., Visit], helper: Member
) -> None:
    """Number and code mistyped first."""
    look = Look(f"{scheme}-{language}")
    phone, hand = (open_visit(scheme=scheme, language=language) for _ in range(2))
    number = phone.site.garden.seeded.farmer.phone
    phone.go("/quen-mat-khau")
    phone.page.fill("[name=phone]", number)
    phone.page.click("main button")
    look.at(phone, "forgotten-code")
    log_in(hand, helper)
    hand.go("/giup")
    hand.page.click("main a.btn")
    look.at(hand, "vouch")
    for typed, name in (("0912999999", "vouch-wrong"), (number, "vouched")):
        hand.page.fill("[name=phone]", typed)
        hand.page.fill("[name=code]", phone.page.locator("main .big").inner_text())
        hand.page.click("main form button")
        hand.page.wait_for_load_state()
        look.at(hand, name)
    phone.page.click("main a.btn.main")
    phone.page.fill("[name=new]", "mây trắng gió hiền")
    phone.page.click("main button")
    phone.page.wait_for_url("**/vuon")
    assert look.found == set()


def test_without_a_script_help_works_all_the_same(
    open_visit: Callable[..., Visit], helper: Member
) -> None:
    farmer, hand = (open_visit(javascript=False) for _ in range(2))
    log_in(farmer, farmer.site.garden.seeded.farmer)
    farmer.go("/tai-khoan/giup")
    farmer.page.click("main form button")
    code = farmer.page.locator("main .big").inner_text()
    log_in(hand, helper)
    hand.go("/giup")
    hand.page.fill("[name=code]", code)
    hand.page.click("main form button")
    hand.page.wait_for_url("**/vuon")
    hand.page.click(DONE)
    hand.page.wait_for_url("**/giup")
