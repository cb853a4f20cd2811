"""Every screen on a small telephone, in both colour schemes and languages.

Screenshots go to `$VUONSO_SCREENSHOTS` when it is set; people look at them.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Site, Visit
from tests.browser.screens import keep, overflow, violations
from wire.codes import EventKind

MAX_FARMER = 25_000  # octets on the wire, first visit
MAX_SCAN = 15_000
PUBLIC = {"S1", "S2", "order", "Q1", "Q1-unknown", "login", "nothing"}
NOT_FOUND = "the server responded with a status of 404"  # asked for on purpose
SCHEMES = ("light", "dark")
LANGUAGES = ("vi", "en")


def live_through_a_day(site: Site) -> None:
    """A dry morning, a watering, and a second zone that is too wet."""
    garden = site.garden
    falling = [0.92 - n * 0.0008 for n in range(200)]
    rising = [0.76 + n * 0.004 for n in range(40)]
    garden.day([*falling, *rising], litres=0.4)
    garden.day([1.02] * 60, zone=2, litres=0.2)
    garden.sample(fill=0.915)
    garden.event(EventKind.DOSE_STARTED, ago_s=14_400, cause="auto")
    garden.event(EventKind.DOSE_ENDED, ago_s=12_000, cause="auto", ended="complete", litres=61.0)
    garden.event(EventKind.DOSE_STARTED, ago_s=3_600, cause="manual")
    garden.event(EventKind.DOSE_ENDED, ago_s=3_300, cause="manual", ended="stopped", litres=12.0)


def sell(visit: Visit) -> dict[str, str]:
    """From harvest to order over the public addresses; the pages that came of it."""
    zone = visit.site.garden.seeded.zones[0].public_id
    lot = visit.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=50_000)["id"]
    stamps = visit.post(f"/api/v1/lots/{lot}/stamps", quantity=5)
    goods = {"name": "Dưa lưới ruột cam", "pack_mass_g": 1_000, "price": 35_000}
    product = visit.post("/api/v1/products", lot=lot, publish=True, **goods)["id"]
    buyer = {"name": "Chị Hoa", "phone": "0912345678", "address": "12 Phố Huế, Hà Nội"}
    order = visit.post("/api/v1/orders", product=product, quantity=2, key="o" * 16, **buyer)["id"]
    return {
        "S1": "/cho",
        "S2": f"/cho/{product}",
        "order": f"/don/{order}",
        "Q1": urlsplit(stamps["scan_url"]).path,
        "Q1-unknown": "/T/0000000000000000",
        "lot": f"/htx/lo/{lot}",
        "products": "/htx/san-pham",
        "orders": "/htx/don",
    }


def paths(visit: Visit) -> dict[str, str]:
    garden = visit.site.garden
    farmer = {"V1": "/vuon", "V3": garden.zone_path, "V4": f"{garden.path}/nhat-ky"}
    return (
        farmer | sell(visit) | {"lots": "/htx/lo", "login": "/dang-nhap", "nothing": "/khong-co"}
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_are_clean(
    scheme: str, language: str, site: Site, open_visit: Callable[..., Visit]
) -> None:
    live_through_a_day(site)
    visit = open_visit(scheme=scheme, language=language)
    visit.log_in()
    found: set[str] = set()
    for name, path in paths(visit).items():
        visit.go(path)
        keep(visit.page, f"{name}-{scheme}-{language}")
        found |= {f"{name}: {one}" for one in violations(visit.page)}
        found |= {f"{name}: too wide"} if overflow(visit.page) > 0 else set()
    assert found == set()
    assert {text for text in visit.complaints if NOT_FOUND not in text} == set()


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (360, "200%")])
def test_nothing_sticks_out_on_the_smallest_phone_or_with_the_largest_text(
    width: int, text: str, site: Site, open_visit: Callable[..., Visit]
) -> None:
    live_through_a_day(site)
    visit = open_visit(width=width)
    visit.log_in()
    wide = set()
    for name, path in paths(visit).items():
        visit.go(path)
        visit.page.evaluate("size => document.documentElement.style.fontSize = size", text)
        keep(visit.page, f"{name}-{width}-{text.rstrip('%')}")
        wide |= {name} if overflow(visit.page) > 0 else set()
    assert wide == set()


def test_screens_are_light(site: Site, open_visit: Callable[..., Visit]) -> None:
    live_through_a_day(site)
    seller = open_visit()
    seller.log_in()
    heavy = {}
    for name, path in paths(seller).items():
        visit = open_visit()
        if name not in PUBLIC:
            visit.page.context.add_cookies(seller.page.context.cookies())  # type: ignore[arg-type]  # what it gave
        octets = visit.octets_of(path)
        heavy[name] = octets
    most = {name: MAX_SCAN if name.startswith("Q1") else MAX_FARMER for name in heavy}
    assert {name: octets for name, octets in heavy.items() if octets > most[name]} == {}


def test_the_first_screen_answers_at_a_glance(visit: Visit) -> None:
    """Is it well, does water run, what comes next, where is the stop: all above the fold."""
    live_through_a_day(visit.site)
    visit.log_in()
    for place in ("headline", "advice", "water", "litres", "heard"):
        box = visit.page.locator(f"[data-k={place}]").bounding_box()
        assert box is not None, place
        assert box["y"] + box["height"] <= 640 - 72, place
    stop = visit.page.get_by_role("button", name="DỪNG NƯỚC").bounding_box()
    assert stop is not None
    assert stop["height"] >= 56
    assert stop["y"] + stop["height"] <= 640
