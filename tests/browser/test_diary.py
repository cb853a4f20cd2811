"""The diary on a small telephone: few taps, a line that breaks, and each entry there once."""

import random
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, Page, Route
from sqlmodel import Session, select

from cloud.diary.models import DiaryEntry, DiaryPhoto
from tests.browser.conftest import Visit, wait_until
from tests.browser.screens import look
from tests.cloud.media import photos
from wire.codes import EventKind

MAX_FARMER = 25_000  # octets on the wire, first visit, photos apart
ENTRIES, WITH_PHOTO, BREAKS = 50, 20, 10
FORM = "/nhat-ky/ghi"
ROUND_MS = 180_000  # on a machine where others work too; nothing is asserted of it


def stored(visit: Visit) -> list[DiaryEntry]:
    with Session(visit.site.garden.engine) as session:
        return list(session.exec(select(DiaryEntry).order_by("id")))


def photos_of(visit: Visit) -> list[int]:
    with Session(visit.site.garden.engine) as session:
        return list(session.exec(select(DiaryPhoto.entry_id)))


def waiting(page: Page) -> int:
    return int(page.get_attribute("[data-outbox]", "data-waiting") or -1)


def attached(picture: bytes) -> FilePayload:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture}


def write(page: Page, note: str, picture: bytes | None = None) -> None:
    """Saved on the telephone when this returns."""
    before = page.input_value("[name=key]")
    page.check("[name=work][value=prune]", force=True)
    page.fill("[name=note]", note)
    if picture is not None:
        page.set_input_files("[name=photos]", files=[attached(picture)])
    page.click("[form=entry]")
    page.wait_for_function(
        "before => document.querySelector('[name=key]').value !== before", arg=before
    )


@pytest.mark.parametrize(
    ("scheme", "language"),
    [("light", "vi"), ("dark", "vi"), ("light", "en"), ("dark", "en")],
)
def test_the_diary_fits_a_telephone_and_everybody(
    open_visit: Callable[..., Visit], scheme: str, language: str
) -> None:
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    visit.site.garden.event(EventKind.FAULT, fault="burst")
    page = visit.page
    assert visit.octets_of(FORM) <= MAX_FARMER
    look(visit.page, f"V12-{scheme}-{language}")
    write(page, "lá già", photos.encoded("JPEG", photos.scene(800, 600)))
    wait_until(lambda: len(stored(visit)) == 1)
    wait_until(lambda: waiting(page) == 0)
    look(visit.page, f"V12-sent-{scheme}-{language}")
    visit.page.context.set_offline(True)
    write(page, "mai gửi")
    look(visit.page, f"V12-waits-{scheme}-{language}")
    visit.page.context.set_offline(False)
    wait_until(lambda: len(stored(visit)) == 2)
    assert visit.octets_of("/nhat-ky") <= MAX_FARMER
    page.click("summary")
    look(visit.page, f"V6-{scheme}-{language}")
    page.click("li:has(img) a[aria-label]")
    page.click("summary >> nth=0")
    look(visit.page, f"V13-{scheme}-{language}")
    page.fill("details[open] [name=note]", "cành khô")
    page.click("details[open] .main")
    page.wait_for_selector("#before")
    look(visit.page, f"V13-corrected-{scheme}-{language}")
    assert [said for said in visit.complaints if "ERR_INTERNET_DISCONNECTED" not in said] == []


def test_an_entry_takes_five_taps_and_no_typing(visit: Visit) -> None:
    visit.log_in()
    taps = ["nav a[href='/nhat-ky']", ".sticky a.main", ".tile:nth-child(3)", "[form=entry]"]
    for tap in taps:
        visit.page.click(tap)
    wait_until(lambda: len(stored(visit)) == 1)
    assert stored(visit)[0].work == "prune"
    assert len(taps) <= 5


def test_without_javascript_the_form_writes_and_a_photo_comes_along(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(javascript=False)
    visit.log_in()
    visit.go(FORM)
    visit.page.click(".tile:nth-child(2)")
    visit.page.set_input_files("[name=photos]", files=[attached(photos.jpeg())])
    visit.page.click("[form=entry]")
    visit.page.wait_for_url("**/nhat-ky**")
    assert visit.page.locator("main img").count() == 1
    assert len(stored(visit)) == 1


class Line:
    """A line that breaks: before a request arrives, or after it was answered."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.breaks = 0
        self.up = True

    def carry(self, route: Route) -> None:
        if not self.up:
            route.abort("connectionfailed")
        elif self.breaks < BREAKS and self._chance.random() < 0.25:
            self.breaks += 1
            if self._chance.random() < 0.5:
                route.fetch()  # it arrived, and the answer is lost
            route.abort("connectionreset")
        else:
            route.continue_()


@pytest.fixture
def line(visit: Visit) -> Iterator[Line]:
    """Between this telephone and where entries are sent to."""
    visit.log_in()
    line = Line(random.Random(20_261_129))
    visit.page.context.route("**/api/v1/diary", line.carry)
    yield line
    visit.page.context.unroute("**/api/v1/diary")


def test_what_waits_is_delivered_exactly_once_however_the_line_breaks(
    visit: Visit, line: Line
) -> None:
    visit.go(FORM)
    page, line.up = visit.page, False
    notes = [f"việc {number}" for number in range(ENTRIES)]
    for number, note in enumerate(notes):
        picture = photos.encoded("JPEG", photos.scene(64 + number, 48))
        write(page, note, picture if number < WITH_PHOTO else None)
    visit.go(FORM)  # closed and opened again: nothing is lost
    wait_until(lambda: waiting(page) == ENTRIES)
    line.up = True
    while len(stored(visit)) < ENTRIES or waiting(page) > 0:
        visit.go(FORM)  # the next opening sends on
        page.wait_for_selector("[data-outbox][data-busy='']", state="attached", timeout=ROUND_MS)
    assert line.breaks == BREAKS
    rows = stored(visit)
    assert sorted(row.note for row in rows) == sorted(notes)
    assert len({UUID(row.key) for row in rows}) == ENTRIES
    assert len(photos_of(visit)) == WITH_PHOTO
    assert {row.note for row in rows if row.id in photos_of(visit)} == set(notes[:WITH_PHOTO])


def test_what_the_server_refuses_is_told_and_dropped_by_hand(visit: Visit, line: Line) -> None:
    visit.go(FORM)
    page, line.breaks = visit.page, BREAKS  # it has broken enough
    page.evaluate("document.querySelector('[name=day]:checked').value = '2020-01-01'")
    write(page, "ngày xưa")
    page.wait_for_selector("[data-outbox-refused] li")
    assert "30" in page.inner_text("[data-outbox-refused]")
    assert waiting(page) == 0
    page.click("[data-outbox-refused] button")
    page.wait_for_selector("[data-outbox-refused] li", state="detached")
    assert stored(visit) == []


def test_what_waits_goes_to_the_real_diary_though_the_browser_practises(
    visit: Visit, line: Line
) -> None:
    visit.go(FORM)
    page, line.up = visit.page, False
    write(page, "bón thúc", photos.encoded("JPEG", photos.scene(64, 48)))
    wait_until(lambda: waiting(page) == 1)
    visit.site.app.state.practice_places = lambda: 1
    practising = page.context.new_page()
    practising.goto(visit.site.url + "/tap-thu")
    practising.click("main form button")
    practising.wait_for_selector("[action='/tap-thu/thoi']")
    practising.goto(visit.site.url + FORM)
    practising.wait_for_selector("[data-outbox][data-busy='']", state="attached")
    assert (waiting(practising), stored(visit)) == (0, []), (
        "the real ones are none of its business"
    )
    line.up, line.breaks = True, BREAKS
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(lambda: waiting(page) == 0)
    (entry,) = stored(visit)
    assert entry.cooperative_id == visit.site.garden.seeded.cooperative.id
    assert photos_of(visit) == [entry.id]
    assert page.locator("[data-outbox-refused] li").count() == 0


def test_nothing_waits_for_the_next_person(visit: Visit, line: Line) -> None:
    visit.go(FORM)
    page, line.up = visit.page, False
    write(page, "của tôi")
    wait_until(lambda: waiting(page) == 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click(".foot form button")
    page.wait_for_url("**/dang-nhap**")
    line.up = True
    visit.log_in()
    visit.go(FORM)
    wait_until(lambda: waiting(page) == 0)
    assert stored(visit) == []
