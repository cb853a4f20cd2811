"""A day in the seeded garden, and where all its screens are."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tests.browser.conftest import Site, Visit
from tests.browser.fruit import Colour, round_fruit
from wire.codes import EventKind


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
    visit.post(f"/api/v1/issuances/{stamps['id']}/activate")
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


def shelf(visit: Visit) -> dict[str, str]:
    """Three products with pictures, one of them ordered; the market's pages and the desk's."""
    zone = visit.site.garden.seeded.zones[0].public_id
    lot, product = [_put(visit, zone, one) for one in _GOODS][-1]
    buyer = {"name": "Chị Hoa", "phone": "0912345678", "address": "12 Phố Huế, Hà Nội"}
    order = visit.post("/api/v1/orders", product=product, quantity=2, key="m" * 16, **buyer)["id"]
    return {
        "S6": "/",
        "S1": "/cho",
        "S2": f"/cho/{product}",
        "S3": f"/don/{order}",
        "H3": f"/htx/lo/{lot}",
        "H4": "/htx/don",
        "H5": "/htx/san-pham",
    }


@dataclass(frozen=True)
class _Goods:
    """What is sold, and how it looks."""

    name: str
    price: int
    skin: Colour
    net: Colour


_GOODS: Final = (
    _Goods("Dưa lưới ruột cam", 35_000, (150, 160, 92), (205, 200, 150)),
    _Goods("Dưa lưới ruột xanh", 38_000, (122, 158, 104), (190, 208, 160)),
    _Goods("Dưa lê vàng", 29_000, (236, 196, 72), (246, 214, 110)),
)


def _put(visit: Visit, zone: str, made: _Goods) -> tuple[str, str]:
    """Its lot and the product, on sale with a picture."""
    lot = visit.post("/api/v1/lots", zone=zone, product="Dưa lưới", quantity_g=50_000)["id"]
    goods = {"name": made.name, "pack_mass_g": 1_000, "price": made.price, "kind": "melon"}
    product = visit.post("/api/v1/products", lot=lot, publish=True, **goods)["id"]
    visit.send_picture(product, round_fruit(made.skin, made.net))
    return lot, product


def screens(visit: Visit) -> dict[str, str]:
    """Every screen by its code, but those that begin with something that went wrong."""
    return farmer(visit.site) | own() | sell(visit) | {"lots": "/htx/lo", "nothing": "/khong-co"}


def farmer(site: Site) -> dict[str, str]:
    """What a farmer looks at day by day."""
    zone = site.garden.zone_path
    return {
        "V1": "/vuon",
        "V3": zone,
        "V6": "/nhat-ky",
        "V7": "/canh-bao",
        "V9": f"{zone}/cai-dat",
        "V10": f"{zone}/cai-dat/doi",
        "V11": f"{zone}/cai-dat/lich-su",
        "V12": "/nhat-ky/ghi",
        "V18": "/mat-mang",
        "V18-stop": "/mat-mang/dung",
        "V18-form": "/mat-mang/chua-gui",
    }


def own() -> dict[str, str]:
    """What is about the person, and the ways in."""
    return {
        "login": "/dang-nhap",
        "C3": "/tai-khoan",
        "C10": "/tai-khoan/giup",
        "C12": "/tai-khoan/du-lieu",
        "C14": "/rieng-tu",
        "C15": "/tai-khoan/bao-tin",
    }
