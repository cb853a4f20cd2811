"""A product's page: its packs, pictures and papers, for people and for machines."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from cloud.db import writing
from cloud.products import packs
from cloud.products.forms import PackForm, PriceForm
from cloud.products.kinds import Scheme
from cloud.products.models import ProductClaim, ShopCertificate
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.market.test_keeping import MOST_QUERIES, counted
from tests.cloud.market.test_market import path, structured
from tests.cloud.pictures import picture

TODAY = START.date()
VERIFIED = {"verified_at": START}


@pytest.fixture
def listing(stall: Stall) -> Listing:
    """Packs of 1 kg and 500 g, of which two and none are left; two pictures."""
    made = stall.offer(packs=2)
    with Session(writing(stall.engine)) as session, session.begin():
        manager = stall.seeded.manager.principal
        form = PackForm(mass_g=500, price=20_000, quantity=0, key="a-key-of-a-pack-1")
        packs.add(session, manager, made.product.public_id, form, START)
        dearer = PriceForm(price=35_000, from_1=2, price_1=30_000)
        packs.reprice(session, manager, made.variant.public_id, dearer, START)
        picture(session, made.product, stall.seeded.manager.account)
    return made


def certify(stall: Stall, listing: Listing, **fields: object) -> None:
    """OCOP with four stars, valid for years and verified unless said otherwise."""
    told: dict[str, object] = {
        "cooperative_id": listing.product.cooperative_id,
        "shop_id": listing.shop.id,
        "scheme": Scheme.OCOP,
        "stars": 4,
        "number": "OCOP-66-1",
        "issuer": "UBND tỉnh Đắk Lắk",
        "valid_from": TODAY - timedelta(days=30),
        "valid_until": date(2029, 1, 31),
        "created_at": START,
    }
    with Session(writing(stall.engine)) as session, session.begin():
        row = ShopCertificate.model_validate(told | VERIFIED | fields)
        session.add(row)
        session.flush()
        claim = {"product_id": listing.product.id, "shop_certificate_id": row.id}
        of = {"cooperative_id": listing.product.cooperative_id}
        session.add(ProductClaim.model_validate(claim | of))


def test_all_packs_are_there_to_choose_from(client: TestClient, listing: Listing) -> None:
    page = client.get(path(listing)).text
    for told in ("1 kg · 35.000 đ", "500 g · 20.000 đ", "40.000 đ/kg", "từ 2 gói: 30.000 đ"):
        assert told in page
    assert page.count('type="radio"') == 2
    assert page.count(" disabled") == 1


def test_pictures_have_their_size_and_wait_but_for_the_first(
    client: TestClient, listing: Listing
) -> None:
    page = client.get(path(listing)).text
    assert page.count("<img") == 2
    assert page.count('loading="lazy"') == 1
    assert 'width="640" height="480"' in page
    assert 'alt="Ảnh 2: Dưa lưới ruột cam"' in page
    cover = f"http://testserver/anh-hang/{0:064x}/1280.jpeg"
    assert f'<meta property="og:image" content="{cover}">' in page
    assert structured(page)["image"] == [cover, cover.replace(f"{0:064x}", f"{1:064x}")]


@pytest.mark.parametrize("where", ["/", "/cho", "/gian-hang/{shop}", "/cho?q=dua"])
def test_lists_show_the_cover(client: TestClient, listing: Listing, where: str) -> None:
    page = client.get(where.format(shop=listing.shop.public_id)).text
    assert f"/anh-hang/{0:064x}/320.webp" in page
    assert f"{1:064x}" not in page


def test_machines_read_an_offer_for_each_pack(client: TestClient, listing: Listing) -> None:
    offers = structured(client.get(path(listing)).text)["offers"]
    assert isinstance(offers, list)
    told = [(one["name"], one["price"], one["availability"][19:]) for one in offers]
    assert told == [("1 kg", 35_000, "InStock"), ("500 g", 20_000, "OutOfStock")]


def test_a_paper_that_holds_is_told_to_people_and_machines(
    stall: Stall, client: TestClient, listing: Listing
) -> None:
    certify(stall, listing)
    page = client.get(path(listing)).text
    assert "OCOP 4 sao" in page
    assert "đến 31/01/2029" in page
    papers = structured(page)["hasCertification"]
    assert isinstance(papers, list)
    (paper,) = papers
    assert paper["certificationIdentification"] == "OCOP-66-1"
    assert paper["certificationRating"]["ratingValue"] == 4
    assert paper["expires"] == "2029-01-31"


@pytest.mark.parametrize(
    "fields",
    [
        {"verified_at": None},
        {"withdrawn_at": START},
        {"valid_until": TODAY - timedelta(days=1)},
        {"valid_from": TODAY + timedelta(days=2)},
    ],
)
def test_a_paper_that_does_not_hold_is_told_to_nobody(
    stall: Stall, client: TestClient, listing: Listing, fields: dict[str, object]
) -> None:
    certify(stall, listing, **fields)
    page = client.get(path(listing)).text
    assert "OCOP" not in page
    assert "hasCertification" not in structured(page)


def test_packs_pictures_and_papers_ask_no_more(
    stall: Stall, client: TestClient, listing: Listing
) -> None:
    for n in range(3):
        certify(stall, listing, number=f"OCOP-{n}")
    with counted(stall.engine) as asked:
        client.get(path(listing))
    assert 1 <= len(asked) <= MOST_QUERIES, asked
