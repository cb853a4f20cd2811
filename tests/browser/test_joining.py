"""Taking a box in with a small telephone, and striking one off.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, select

from cloud.db import writing
from cloud.joining.models import Joining
from tests.browser.conftest import Visit
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look

CODE = "abcd efgh ijkl mnop"
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
    visit.page.fill("[name=code]", CODE.upper())
    visit.page.click("form[action$='/may'] button")
    look.at(visit, "joining-digits")
    with Session(visit.site.garden.engine) as session:
        digits = session.exec(select(Joining.digits)).one()
    expect(visit.page.locator("p.big")).to_have_text(digits)
    visit.page.click("main a.btn.main")
    visit.page.locator("main summary").last.click()
    visit.page.click("form[action$='/go'] button")
    expect(visit.page.locator("form[action$='/go']")).to_have_count(0)
    look.at(visit, "joining-struck-off")
    assert look.found == set()
    assert visit.complaints == []
