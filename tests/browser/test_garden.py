"""The farmer's page in a browser: it keeps itself fresh, stops water without script, is honest."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlmodel import Session, select

from cloud.devices.models import Command
from tests.browser.conftest import Site, Visit, wait_until
from wire.codes import EventKind


def stop_number(site: Site) -> int | None:
    with Session(site.garden.engine) as session:
        numbers = session.exec(select(Command.stop_number)).all()
        return numbers[0] if numbers else None


def test_the_page_follows_the_garden_by_itself(visit: Visit) -> None:
    garden = visit.site.garden
    garden.sample(fill=0.85)
    garden.sample(zone=2, fill=0.9)
    visit.log_in()
    page = visit.page
    fill = page.locator(f'[data-k="{garden.seeded.zones[0].public_id}-fill"]')
    expect(fill).to_have_text("85%")
    expect(page.get_by_text("Trực tuyến")).to_be_visible()
    garden.sample(fill=0.7)
    expect(fill).to_have_text("70%")
    expect(page.get_by_text("Khu 1 đang khô. Máy sắp tưới.")).to_be_visible()
    garden.event(EventKind.DOSE_STARTED, cause="auto", litres=40.0)
    expect(page.locator("[data-k=water]")).to_have_text("Nước đang chảy: Khu 1")
    garden.event(EventKind.DOSE_ENDED, cause="auto", ended="complete", litres=40.0)
    garden.sample(fill=0.93, litres=40.0)
    expect(page.locator("[data-k=water]")).to_have_text("Nước đang tắt")
    expect(page.locator("[data-k=litres]")).to_have_text("40 lít")
    assert visit.complaints == []


def test_stop_says_done_only_when_the_device_did(visit: Visit) -> None:
    garden = visit.site.garden
    garden.sample(fill=0.9)
    visit.log_in()
    page = visit.page
    page.get_by_role("button", name="DỪNG NƯỚC").click()
    stop = page.locator("[data-k=stop]")
    expect(stop).to_have_text("Đang dừng…")
    garden.event(EventKind.MODE, state="hold")
    garden.event(EventKind.STOPPED, zone=None, n=stop_number(visit.site))
    expect(stop).to_have_text("Đã dừng. Van đóng.")
    expect(page.get_by_role("button", name="Bật lại tưới tự động")).to_be_visible()


def test_stop_works_without_javascript(open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(javascript=False)
    visit.site.garden.sample(fill=0.9)
    visit.log_in()
    visit.page.get_by_role("button", name="DỪNG NƯỚC").click()
    expect(visit.page.get_by_text("Đang dừng…")).to_be_visible()
    assert stop_number(visit.site) == 1


def test_watering_takes_two_taps_on_a_zone(visit: Visit) -> None:
    garden = visit.site.garden
    garden.sample(fill=0.9)
    visit.log_in()
    visit.go(garden.zone_path)
    visit.page.get_by_role("button", name="8 phút ≈ 40 lít").click()
    expect(visit.page.locator("[data-k=command]")).to_contain_text("Khu 1: Đ")


def test_an_open_zone_page_learns_of_its_watering(visit: Visit) -> None:
    garden = visit.site.garden
    garden.sample(fill=0.9)
    visit.log_in()
    visit.go(garden.zone_path)
    expect(visit.page.get_by_text("Chưa có lần tưới nào.")).to_be_visible()
    garden.event(EventKind.DOSE_STARTED, cause="auto")
    expect(visit.page.get_by_text("Máy tự tưới · đang tưới")).to_be_visible()
    garden.event(EventKind.DOSE_ENDED, cause="auto", ended="complete", litres=41.0)
    expect(visit.page.get_by_role("cell", name="41 lít")).to_be_visible()


def test_ages_are_told_only_after_the_server_has_spoken(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(javascript=False)
    visit.site.garden.sample(fill=0.9)
    visit.log_in()
    expect(visit.page.get_by_text("Trực tuyến")).to_be_hidden()
    expect(visit.page.locator("[data-k=heard]")).to_contain_text("lúc ")


def test_a_dead_network_is_said_and_the_numbers_keep_their_age(visit: Visit) -> None:
    visit.site.garden.sample(fill=0.9, ago_s=400)
    visit.log_in()
    age = visit.page.locator(f'[data-k="{visit.site.garden.seeded.zones[0].public_id}-age"]')
    expect(age).to_have_text("Số liệu cũ · 7 phút trước")
    visit.page.context.set_offline(True)
    visit.site.server.should_exit = True
    expect(visit.page.get_by_text("Mất mạng")).to_be_visible()


def test_a_hidden_page_holds_no_stream(visit: Visit) -> None:
    visit.site.garden.sample(fill=0.9)
    visit.log_in()
    expect(visit.page.get_by_text("Trực tuyến")).to_be_visible()
    streams = visit.site.streams
    wait_until(lambda: streams.open == 1)
    visit.page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    wait_until(lambda: streams.open == 0)
    visit.page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: false, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    wait_until(lambda: streams.open == 1)


def test_the_navigation_is_one_row_on_the_smallest_telephone(
    open_visit: Callable[..., Visit],
) -> None:
    visit = open_visit(width=320)
    visit.log_in()
    entries = visit.page.locator(".nav li")
    boxes = [one.bounding_box() for one in entries.all()]
    assert len({box["y"] for box in boxes if box}) == 1
    assert all(box["height"] >= 48 and box["width"] >= 48 for box in boxes if box)
