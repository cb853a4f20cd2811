"""Taking a box in with a small telephone, and striking one off.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from cloud.cooperatives import service as cooperatives
from cloud.cooperatives.models import Farm
from cloud.cooperatives.service import Planting
from cloud.db import writing
from cloud.joining.models import Joining
from tests.browser.conftest import Visit
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look
from tests.cloud.conftest import START

CODE = "abcd efgh ijkl mnop"
HASHLESS = re.compile("^[^#]+$")
HASH = "f39dac6cbaba535e2c207cd0cd8f154974223c848f727f98b3564cea569b41cf"


def register(visit: Visit) -> None:
    """As a box with two zones does, one of them by a name of the greenhouse."""
    now = visit.site.garden.clock.now()
    with Session(writing(visit.site.garden.engine)) as session, session.begin():
        session.add(
            Joining(
                device_id="qrstuvwxyz234567",
                code_hash=HASH,
                zones=[{"key": "z1", "name": "Khu 2"}, {"key": "z2", "name": ""}],
                expires_at=now + timedelta(hours=1),
            )
        )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_code_to_four_digits(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look = Look(f"{scheme}-{language}")
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    register(visit)
    visit.go("/htx/trang-trai")
    visit.page.click("a[href='/htx/noi-may']")
    look.at(visit, "joining-list")
    for summary in visit.page.locator("main summary").all():
        summary.click()
    look.at(visit, "joining-open")
    visit.page.locator("[name=code]").first.fill(CODE.upper())
    visit.page.locator("form[action$='/may'] button").first.click()
    look.at(visit, "joining-digits")
    with Session(visit.site.garden.engine) as session:
        digits = session.exec(select(Joining.digits)).one()
    expect(visit.page.locator("p.big")).to_have_text(digits)
    visit.page.click("main a.btn.main")
    visit.page.locator("main details:has(form[action$='/go']) summary").click()
    visit.page.click("form[action$='/go'] button")
    expect(visit.page.locator("form[action$='/go']")).to_have_count(0)
    look.at(visit, "joining-struck-off")
    assert look.found == set()
    assert visit.complaints == []


def test_a_link_from_the_box_fills_its_code_in_and_is_moved_to_the_other_house(
    open_visit: Callable[..., Visit],
) -> None:
    look = Look("link")
    visit = open_visit()
    visit.log_in()
    with Session(writing(visit.site.garden.engine)) as session, session.begin():
        farm = session.get_one(Farm, visit.site.garden.seeded.farm.id)
        house = cooperatives.add_greenhouse(session, farm, "Nhà màng 2", START)
        planting = Planting("Khu 1", "Dưa lưới", 10, START.date())
        cooperatives.add_zone(session, house, 1, planting)
    visit.go(f"/htx/noi-may#{CODE.replace(' ', '')}")
    expect(visit.page.locator("[data-filled]")).to_be_visible()
    fields = visit.page.locator("[name=code]")
    assert [field.input_value() for field in fields.all()] == [CODE.replace(" ", "")] * 2
    assert visit.page.url.endswith("/htx/noi-may"), "the code stays out of the history"
    look.at(visit, "joining-link")
    visit.page.locator("main details:has(form[action$='/chuyen']) summary").click()
    look.at(visit, "joining-move")
    visit.page.click("form[action$='/chuyen'] button")
    moved = visit.page.locator("section.card", has_text="Nhà màng 2")
    expect(moved).to_contain_text(visit.site.garden.seeded.device.id)
    note = visit.page.locator("[data-filled]")
    visit.page.goto(f"{visit.page.url}#<script>alert(1)</script>")
    expect(note).to_be_hidden()
    visit.page.goto(f"{visit.page.url.split('#')[0]}#{CODE.replace(' ', '')}")
    expect(note).to_be_visible()
    assert look.found == set()
    assert visit.complaints == []


def test_a_link_from_the_box_keeps_its_code_through_the_login_and_a_wrong_password(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    code = CODE.replace(" ", "")
    visit.go(f"/htx/noi-may#{code}")
    for password in ("not the password", visit.site.member.password):
        expect(visit.page).to_have_url(HASHLESS)  # the code stays out of the history
        visit.page.fill("[name=phone]", visit.site.member.phone)
        visit.page.fill("[name=password]", password)
        visit.page.click("main button")
    expect(visit.page.locator("[data-filled]")).to_be_visible()
    expect(visit.page.locator("[name=code]").first).to_have_value(code)
    assert visit.page.url.endswith("/htx/noi-may")
    assert not any("401" not in complaint for complaint in visit.complaints)


def test_a_link_from_the_box_keeps_its_code_while_one_comes_in_another_way(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit()
    code = CODE.replace(" ", "")
    visit.go(f"/htx/noi-may#{code}")
    expect(visit.page).to_have_url(HASHLESS)
    visit.page.click("a[href='/quen-mat-khau']")
    visit.log_in()
    visit.go("/htx/noi-may")
    field = visit.page.locator("[name=code]").first
    expect(field).to_have_value(code)
    visit.go("/htx/noi-may")
    expect(field).to_have_value("")
    assert visit.complaints == []
