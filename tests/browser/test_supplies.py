"""The list of fertilisers and pesticides on a small telephone; an entry that chooses from it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload
from sqlmodel import Session, select

from cloud.diary.models import DiaryInput
from cloud.supplies.service import MOST
from tests.browser.conftest import Visit, wait_until
from tests.browser.screens import look
from tests.cloud.supplies.test_supplies import LIST, PAGE

MAX_FARMER = 25_000  # octets on the wire, first visit


def used(visit: Visit) -> list[DiaryInput]:
    with Session(visit.site.garden.engine) as session:
        return list(session.exec(select(DiaryInput)))


def send(visit: Visit, text: str) -> None:
    visit.go(PAGE)
    file: FilePayload = {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode()}
    visit.page.set_input_files("[name=files]", files=[file])
    visit.page.click("form[enctype] .main")
    visit.page.wait_for_url("**/nhap/*")


@pytest.mark.parametrize(("scheme", "language"), [("light", "vi"), ("dark", "en")])
def test_a_list_goes_in_and_an_entry_is_five_taps(
    open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    visit.go(PAGE)
    look(visit.page, f"H40-empty-{scheme}-{language}")
    send(visit, LIST)
    look(visit.page, f"H41-{scheme}-{language}")
    visit.page.click(".main")
    visit.page.wait_for_selector("[role=status]")
    visit.go(PAGE)
    look(visit.page, f"H40-{scheme}-{language}")
    visit.go("/nhat-ky/ghi")
    page = visit.page
    page.click(".tile:nth-child(2)")
    page.click("summary")
    page.focus("#supply")
    look(page, f"V12-supply-{scheme}-{language}")
    page.keyboard.press("ArrowDown")  # opening the list and choosing from it are two taps
    page.click("[form=entry]")
    wait_until(lambda: len(used(visit)) == 1)
    assert (used(visit)[0].product, used(visit)[0].phi_days) == ("Abamectin 3.6EC", 7)
    assert visit.complaints == []


def test_the_longest_list_is_light_and_works_without_javascript(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    rows = "\n".join(f"Thuốc số {number} 3.6EC,{number % 30}" for number in range(MOST))
    send(visit, f"Tên,Cách ly\n{rows}")
    visit.page.click(".main")
    assert visit.octets_of("/nhat-ky/ghi") <= MAX_FARMER
    visit.page.click(".tile:nth-child(2)")
    visit.page.click("summary")
    visit.page.select_option("#supply", index=8)
    visit.page.click("[form=entry]")
    visit.page.wait_for_url("**/nhat-ky**")
    assert used(visit)[0].phi_days is not None
