"""Buttons beside the water on a small telephone: rest, go on, clear a fault, find the box.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlmodel import Session, col, select

from cloud.devices.models import Command
from tests.browser.conftest import Visit
from tests.browser.test_ways_in import LANGUAGES, SCHEMES, Look
from wire.codes import EventKind, Op


def asked(visit: Visit) -> list[Op]:
    with Session(visit.site.garden.engine) as session:
        return [one.op for one in session.exec(select(Command).order_by(col(Command.id)))]


BLINK = {"vi": "Cho máy nháy đèn, kêu bíp", "en": "Let the box blink and beep"}
FINGER_PX = 48
"""What a thumb hits without looking."""


def small(visit: Visit) -> list[str]:
    """Buttons on the screen, and lines that open, that a thumb would miss."""
    found = visit.page.locator("main button:visible, main summary:visible").all()
    sizes = [(one.inner_text(), one.bounding_box()) for one in found]
    return [name for name, box in sizes if box and min(box["width"], box["height"]) < FINGER_PX]


def tap(visit: Visit, action: str, name: str = "button") -> None:
    """A tap on a button of the form that posts there, after which the page has come back."""
    with visit.page.expect_navigation():
        visit.page.locator(f"form[action$='/{action}'] {name}").first.click()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_button_is_found_where_it_helps(
    scheme: str, language: str, open_visit: Callable[..., Visit]
) -> None:
    look, visit = Look(f"{scheme}-{language}"), open_visit(scheme=scheme, language=language)
    garden, page = visit.site.garden, visit.page
    garden.day([0.9, 0.86, 0.82, 0.88])
    visit.log_in()
    visit.go(garden.zone_path)
    rest = page.locator("[data-k=pause]")
    rest.locator("summary").click()
    look.at(visit, "zone-rest")
    assert small(visit) == []
    tap(visit, "tam-nghi")
    look.at(visit, "zone-rest-asked")
    garden.event(EventKind.MODE, state="idle", reason="paused")
    expect(rest).to_be_hidden()
    expect(page.locator("[data-k=resume]")).to_be_visible()
    look.at(visit, "zone-resting")
    tap(visit, "tiep-tuc")
    garden.event(EventKind.MODE, state="fault")
    garden.event(EventKind.FAULT, fault="burst")
    expect(page.locator("[data-k$='-clear']")).to_be_visible()
    look.at(visit, "zone-fault")
    tap(visit, "xoa-bao-hong")
    page.locator("details:has(form[action$='/tim-may']) summary").click()
    look.at(visit, "zone-identify")
    expect(page.locator("form[action$='/tim-may'] button")).to_have_text(BLINK[language])
    assert small(visit) == []
    tap(visit, "tim-may")
    look.at(visit, "zone-identify-asked")
    assert asked(visit) == [Op.PAUSE, Op.RESUME, Op.CLEAR_FAULT, Op.IDENTIFY]
    assert look.found == set()
    assert visit.complaints == []
