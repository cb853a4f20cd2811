"""A first listing in four steps, by forms alone; whoever is cut off goes on where they were."""

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from cloud.lots.models import Lot
from cloud.media.darkroom import Darkroom, Developed, Prints
from cloud.products import service
from cloud.products.models import Product, ProductState
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import Stall


def unused(_octets: bytes) -> Developed:
    raise AssertionError("no diary here")


def printed(octets: bytes) -> Prints:
    return Prints(4, 3, (octets,) * 3, (octets,) * 3)


@pytest.fixture
def office(as_manager: TestClient, app: FastAPI) -> TestClient:
    """A browser at the cooperative, without a darkroom's process."""
    app.state.darkroom = Darkroom(unused, printed)
    return as_manager


def begun(office: TestClient, lot: Lot) -> str:
    """The address of the product, whose photo is asked for."""
    page = office.post("/htx/ban-lo", data={"lot": lot.public_id})
    assert page.url.path.endswith("/anh"), page.text
    return page.url.path.removesuffix("/anh")


def photographed(office: TestClient, lot: Lot) -> str:
    address = begun(office, lot)
    form = {"product": address.rpartition("/")[2], "step": "photo"}
    page = office.post("/htx/anh-hang", data=form, files={"photos": ("a.jpg", b"photo")})
    assert page.url.path == f"{address}/loai", page.text
    return address


def priced(office: TestClient, lot: Lot, kind: str = "melon", **others: str) -> str:
    address = photographed(office, lot)
    assert office.post(f"{address}/loai", data={"kind": kind}).url.path == f"{address}/gia"
    form = {"name": "Dưa lưới", "mass": "1500", "price": "60.000"} | others
    page = office.post(f"{address}/gia", data=form)
    assert page.url.path == f"{address}/so-luong", page.text
    return address


def listing(stall: Stall) -> Listing:
    with Session(stall.engine) as session:
        (found,) = service.own(session, stall.seeded.manager.principal)
        return found


def test_four_steps_lead_from_a_lot_to_approval(stall: Stall, office: TestClient) -> None:
    lot = stall.lot(10_000)
    assert lot.public_id in office.get("/htx/san-pham").text
    address = priced(office, lot)
    page = office.get(f"{address}/so-luong")
    assert "= 40.000 đ/kg" in page.text
    assert 'max="6"' in page.text

    page = office.post(f"{address}/so-luong", data={"quantity": "4"})

    assert page.url.path == address
    assert "Chờ duyệt" in page.text
    found = listing(stall)
    assert (found.product.state, found.left, found.lot.left_g) == ("submitted", 4, 4_000)
    assert "Giữ mát" in found.product.storage
    assert "Đang bán" in office.post(address, data={"action": "publish"}).text


def test_the_last_step_sent_twice_is_done_once(stall: Stall, office: TestClient) -> None:
    address = priced(office, stall.lot(10_000))
    for _twice in range(2):
        office.post(f"{address}/so-luong", data={"quantity": "4"})
    assert (listing(stall).left, listing(stall).lot.left_g) == (4, 4_000)


def test_whoever_was_cut_off_goes_on_at_the_question_that_is_open(
    stall: Stall, office: TestClient
) -> None:
    lot = stall.lot(10_000)
    address = begun(office, lot)
    assert begun(office, lot) == address, "the draft that was begun, and no second one"
    assert office.get(f"{address}/tiep").url.path == f"{address}/anh"
    assert photographed(office, lot) == address
    assert office.get(f"{address}/tiep").url.path == f"{address}/loai"
    office.post(f"{address}/loai", data={"kind": "melon"})
    assert office.get(f"{address}/tiep").url.path == f"{address}/gia"
    assert office.get(f"{address}/so-luong").url.path == f"{address}/gia"
    office.post(f"{address}/gia", data={"name": "Dưa", "mass": "1000", "price": "35.000"})
    assert f"{address}/tiep" in office.get("/htx/san-pham").text
    assert office.get(f"{address}/tiep").url.path == f"{address}/so-luong"


def test_whoever_goes_back_says_another_price(stall: Stall, office: TestClient) -> None:
    address = priced(office, stall.lot(10_000))
    form = {"name": "Dưa", "mass": "other", "other_g": "800", "price": "30000"}
    office.post(f"{address}/gia", data=form)
    (pack,) = listing(stall).packs
    assert (pack.variant.pack_name, pack.variant.price) == ("800 g", 30_000)


def test_what_is_sent_for_approval_has_its_own_page(stall: Stall, office: TestClient) -> None:
    address = priced(office, stall.lot(10_000))
    office.post(f"{address}/so-luong", data={"quantity": "4"})
    for step in ("anh", "loai", "gia", "so-luong", "tiep"):
        assert office.get(f"{address}/{step}").url.path == address
    assert office.post(f"{address}/loai", data={"kind": "rice"}).status_code == 409


def test_processed_food_is_asked_what_it_is_made_of(stall: Stall, office: TestClient) -> None:
    address = photographed(office, stall.lot(10_000))
    office.post(f"{address}/loai", data={"kind": "processed"})
    assert 'name="ingredients"' in office.get(f"{address}/gia").text
    office.post(f"{address}/loai", data={"kind": "melon"})
    assert 'name="ingredients"' not in office.get(f"{address}/gia").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "D\u00a0"},
        {"name": "\U000bc4ab\u00a0"},
        {"mass": "other"},
        {"mass": "other", "other_g": "5"},
        {"mass": "9"},
        {"price": "12"},
    ],
)
def test_what_nobody_means_is_refused_and_the_draft_stays(
    stall: Stall, office: TestClient, wrong: dict[str, str]
) -> None:
    address = photographed(office, stall.lot(10_000))
    office.post(f"{address}/loai", data={"kind": "melon"})
    form = {"name": "Dưa", "mass": "500", "price": "20.000"} | wrong
    assert office.post(f"{address}/gia", data=form).status_code == 422
    assert listing(stall).packs == ()


def test_more_packs_than_the_lot_fills_are_refused(stall: Stall, office: TestClient) -> None:
    address = priced(office, stall.lot(10_000))
    assert office.post(f"{address}/so-luong", data={"quantity": "7"}).status_code == 409
    assert listing(stall).product.state is ProductState.DRAFT
    office.post(f"{address}/so-luong", data={"quantity": "6"})
    assert listing(stall).left == 6


def test_the_page_of_a_product_leads_to_all_that_can_be_done(
    stall: Stall, office: TestClient
) -> None:
    offered = stall.offer()
    address = f"/htx/san-pham/{offered.product.public_id}"
    page = office.get(address)
    for word in ("Đổi giá", "Sửa số gói", "Thêm một loại gói", "Thêm đợt bán", "Ảnh bìa"):
        assert word in page.text
    form = {"price": "34.000", "from_1": "5", "price_1": "32.000"}
    page = office.post(f"/htx/goi/{offered.variant.public_id}/gia", data=form)
    assert "từ 5 gói: 32.000 đ một gói" in page.text
    told = {"way": "fewer", "quantity": "2", "reason": "dập nát", "key": "0123456789"}
    page = office.post(f"/htx/goi/{offered.variant.public_id}/kho", data=told)
    assert "còn 48 gói" in page.text
    page = office.get(f"{address}/lich-su")
    assert "dập nát" in page.text
    assert "32000" in page.text
    page = office.get(f"{address}/sua")
    form = {"name": "Dưa khác", "kind": "melon", "origin": "Xã Thử"}
    page = office.post(f"{address}/sua", data=form)
    assert "Chờ duyệt" in page.text


def test_a_draft_for_a_neighbours_lot_is_not_begun(stall: Stall, as_neighbour: TestClient) -> None:
    lot = stall.lot()
    page = as_neighbour.post("/htx/ban-lo", data={"lot": lot.public_id})
    assert page.status_code == 404
    with Session(stall.engine) as session:
        assert session.exec(select(Product)).all() == []
