"""A telephone without a line: what it still shows, what it never keeps or repeats."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlmodel import Session, select

from cloud.devices.models import Command
from cloud.diary.models import DiaryEntry
from cloud.web import STATIC
from tests.browser.conftest import CHROMIUM, FLAGS, Site, Visit, wait_until
from tests.browser.icons import ICONS, drawn
from tests.browser.test_diary import FORM, waiting, write

RED_SWITCH = "Chưa tới được máy. Gạt công tắc đỏ trên tủ điện."
KEPT = """async () => {
  const found = [];
  for (const name of (await caches.keys()).filter((one) => one.startsWith("pages-")))
    found.push(...await (await caches.open(name)).keys());
  return found.map((one) => new URL(one.url).pathname);
}"""
OWNERS = "async () => (await caches.keys()).filter((one) => one.startsWith('pages-'))"


def kept(page: Page) -> set[str]:
    return set(page.evaluate(KEPT))


def wait_kept(page: Page, *paths: str) -> None:
    wait_until(lambda: set(paths) <= kept(page))


def commands(site: Site) -> int:
    with Session(site.garden.engine) as session:
        return len(session.exec(select(Command)).all())


def entries(site: Site) -> list[str]:
    with Session(site.garden.engine) as session:
        return list(session.exec(select(DiaryEntry.note)))


@pytest.fixture
def phone(open_visit: Callable[..., Visit]) -> Visit:
    """A telephone that has seen the garden once, and is on its home page."""
    visit = open_visit(worker=True)
    visit.site.garden.sample(fill=0.85)
    visit.log_in()
    wait_kept(visit.page, "/vuon", FORM)
    return visit


def test_what_was_seen_opens_without_a_line_and_says_how_old_it_is(phone: Visit) -> None:
    page, zone = phone.page, phone.site.garden.zone_path
    phone.go(zone)
    wait_kept(page, zone)
    page.context.set_offline(True)
    for path in ("/vuon", zone):
        phone.go(path)
        expect(page.get_by_text("Chưa có mạng. Trang này lưu trong máy lúc")).to_be_visible()
        expect(page.locator("[role=status] strong")).to_have_text("vừa xong")
        expect(page.get_by_text("Trực tuyến")).to_be_hidden()
        expect(page.locator(".when-lost")).to_be_visible()
        expect(page.locator(f'[data-k="{zone[-10:]}-fill"]')).to_have_text("85%")
    phone.go("/canh-bao")
    expect(page.get_by_role("heading", name="Mất mạng")).to_be_visible()
    page.context.set_offline(False)
    phone.go("/vuon")
    expect(page.get_by_text("Trực tuyến")).to_be_visible()
    expect(page.get_by_text("Trang này lưu trong máy")).to_be_hidden()


def test_no_command_waits_for_the_line_and_stop_names_the_red_switch(phone: Visit) -> None:
    page, zone = phone.page, phone.site.garden.zone_path
    phone.go(zone)
    wait_kept(page, zone)
    page.context.set_offline(True)
    for path in ("/vuon", FORM):
        phone.go(path)
        page.get_by_role("button", name="DỪNG NƯỚC").click()
        expect(page.get_by_role("heading", name=RED_SWITCH)).to_be_visible()
    phone.go(zone)
    page.locator("form[action$='/tuoi'] button").first.click()
    expect(page.get_by_role("heading", name="Mất mạng, chưa chắc đã gửi được.")).to_be_visible()
    page.context.set_offline(False)
    phone.go("/vuon")
    expect(page.get_by_text("Trực tuyến")).to_be_visible()
    assert commands(phone.site) == 0


def test_two_taps_on_a_kept_page_are_one_stop_and_a_new_one(phone: Visit) -> None:
    page, stop = phone.page, "form[action$='/dung']"
    keys = [page.input_value(f"{stop} [name=key]")]
    page.context.set_offline(True)
    for _ in range(2):
        phone.go("/vuon")
        keys.append(page.input_value(f"{stop} [name=key]"))
    assert len(set(keys)) == 3, "a key of before would be taken for the tap of before"
    page.context.set_offline(False)
    page.get_by_role("button", name="DỪNG NƯỚC").dblclick()
    expect(page.get_by_text("Đang dừng…")).to_be_visible()
    assert commands(phone.site) == 1


def test_the_page_of_no_line_stops_the_water_once_there_is_one(phone: Visit) -> None:
    page, keys = phone.page, set[str]()
    page.context.set_offline(True)
    for _ in range(2):
        phone.go("/canh-bao")  # which was never opened
        keys.add(page.input_value("form[action='/vuon/dung'] [name=key]"))
    assert len(keys) == 2, "a key of before would be taken for the tap of before"
    page.get_by_role("button", name="DỪNG TẤT CẢ").click()
    expect(page.get_by_role("heading", name=RED_SWITCH)).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="DỪNG TẤT CẢ").click()
    expect(page.get_by_text("Đang dừng…")).to_be_visible()
    assert commands(phone.site) == 1


def test_nothing_of_money_or_people_is_kept_and_nothing_after_leaving(phone: Visit) -> None:
    page = phone.page
    for path in ("/htx/don", "/htx/thanh-vien", "/tai-khoan", "/cho", phone.site.garden.zone_path):
        phone.go(path)
    wait_kept(page, phone.site.garden.zone_path)
    assert kept(page) == {"/vuon", FORM, phone.site.garden.zone_path}
    page.click(".foot form button")
    page.wait_for_url("**/dang-nhap**")
    wait_until(lambda: page.evaluate(OWNERS) == [])
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        phone.go("/vuon")


def test_another_person_finds_nothing_of_the_one_before(phone: Visit) -> None:
    page, before = phone.page, phone.page.evaluate(OWNERS)
    page.context.clear_cookies()  # the login is over, and nobody pressed anything
    phone.log_in_as(phone.site.garden.seeded.farmer)
    wait_kept(page, "/vuon")
    owners = page.evaluate(OWNERS)
    assert len(owners) == len(before) == 1
    assert owners != before


def sync(page: Page, devtools: CDPSession) -> None:
    """The browser has noticed that the line is back."""
    found: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.evaluate("1")  # what the browser has told by now is heard
    told = {"registrationId": found[-1], "tag": "outbox", "lastChance": False}
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
    devtools.send("ServiceWorker.dispatchSyncEvent", {"origin": origin, **told})


def test_what_was_written_in_the_field_is_sent_once_with_the_pages_closed(phone: Visit) -> None:
    page = phone.page
    page.context.set_offline(True)
    phone.go(FORM)
    write(page, "không có mạng")
    wait_until(lambda: waiting(page) == 1)
    other = page.context.new_page()
    other.goto("about:blank")
    page.close()
    other.context.set_offline(False)
    other.goto(phone.site.url + "/static/icon.svg")  # of this origin, and no page of ours
    sync(other, other.context.new_cdp_session(other))
    wait_until(lambda: entries(phone.site) == ["không có mạng"])
    sync(other, other.context.new_cdp_session(other))
    other.goto(phone.site.url + FORM)
    wait_until(lambda: waiting(other) == 0)
    assert entries(phone.site) == ["không có mạng"]


def test_a_telephone_can_install_it(browser: Browser, site: Site, tmp_path: Path) -> None:
    """Asked in a profile that stays: a browser installs nothing from a private window."""
    kind, flags = browser.browser_type, list(FLAGS)
    context = kind.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=flags)
    visit = Visit(context.pages[0], site)
    visit.log_in()
    visit.page.wait_for_function("() => navigator.serviceWorker.controller")
    devtools = context.new_cdp_session(visit.page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    context.close()


def test_icons_are_drawn_from_the_one_picture(browser: Browser) -> None:
    for name, side in ICONS.items():
        icon, fresh = Image.open(STATIC / name).convert("RGBA"), drawn(browser, name)
        assert icon.size == (side, side)
        apart = ImageStat.Stat(ImageChops.difference(icon, fresh.convert("RGBA"))).mean
        assert max(apart) < 2, f"{name}: python -m tests.browser.icons draws it anew"
