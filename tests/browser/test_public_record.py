"""The public log and sealed stamps in a real browser, which verifies both by itself."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site, Visit, wait_until
from tests.browser.screens import keep, overflow, violations

MAX_PAGE = 15_000
KEPT = """async () => {
  const own = await navigator.serviceWorker.getRegistration("/S/");
  const alive = own && own.scope.endsWith("/S/") && own.active;
  return Boolean(alive && alive.state === "activated");
}"""


@pytest.fixture
def carton(open_visit: Callable[..., Visit]) -> dict[str, str]:
    """A sealed stamp on goods, and its serial."""
    manager = open_visit()
    manager.log_in()
    zone = manager.site.garden.seeded.zones[0].public_id
    lot = manager.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=50_000)["id"]
    made = manager.post(f"/api/v1/lots/{lot}/stamps", quantity=5, kind="sealed")
    manager.post(f"/api/v1/issuances/{made['id']}/activate")
    return {"path": urlsplit(made["scan_url"]).path, "serial": made["first_serial"]}


def test_pages_of_the_record_are_clean_small_and_verify_what_they_show(
    carton: dict[str, str], open_visit: Callable[..., Visit]
) -> None:
    paths = {
        "Q3": "/so",
        "Q4": "/so/muc/2",
        "Q5": f"/T/{carton['serial']}/so",
        "Q6": "/S/kiem",
    }
    wrong = []
    for scheme, language in (("light", "vi"), ("dark", "en")):
        visit = open_visit(scheme=scheme, language=language)
        for name, path in paths.items():
            if scheme == "dark":
                visit.go(path)
            else:
                weight = visit.weigh(path)
                wrong += [f"{name}: {weight}"] if weight.octets > MAX_PAGE else []
            if name in {"Q4", "Q5"}:
                good = "the signature fits" if language == "en" else "chữ ký khớp"
                expect(visit.page.locator("#proof")).to_contain_text(good)
            keep(visit.page, f"{name}-{scheme}-{language}")
            wrong += [f"{name}: {one}" for one in violations(visit.page)]
            for width, text in ((320, 1), (360, 2)):
                visit.page.set_viewport_size({"width": width, "height": 640})
                visit.page.evaluate(
                    "size => document.documentElement.style.fontSize = size", f"{text}00%"
                )
                wide = overflow(visit.page)
                wrong += [f"{name}: {wide} px too wide at {width}, {text}00 %"] if wide > 0 else []
        assert visit.complaints == []
    assert wrong == []


def test_a_sealed_stamp_is_verified_without_a_line_and_its_limits_are_said(
    carton: dict[str, str], site: Site, open_visit: Callable[..., Visit]
) -> None:
    visit = open_visit(worker=True)
    visit.go("/S/kiem")
    wait_until(lambda: visit.page.evaluate(KEPT))
    visit.page.context.set_offline(offline=True)
    visit.page.goto(site.url + carton["path"])
    said = visit.page.locator("#verdict")
    expect(said).to_contain_text("Chữ ký đúng")
    expect(said).to_contain_text("MẪU")
    expect(said).to_contain_text("Danh sách ngày")
    expect(visit.page.locator("main")).to_contain_text("Tem có bị chụp lại để dán nơi khác không.")
    keep(visit.page, "Q6-offline")
    assert violations(visit.page) == []
    last = carton["path"][-1]
    visit.page.fill("#ma", carton["path"][:-1] + ("1" if last == "0" else "0"))
    visit.page.click("main button")
    expect(said).to_contain_text("Chữ ký không khớp")
