"""From a lot to the shelf, and who sees what stands there."""

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.errors import NotFound
from cloud.market.reading import Wish, cards
from cloud.products import history, service, stock
from cloud.products.errors import (
    LotTaken,
    LotTooSmall,
    NoShop,
    NotReady,
    ProductGone,
    ReasonNeeded,
    WrongState,
)
from cloud.products.models import Product, ProductState
from cloud.products.rules import Action
from cloud.products.stock import Want
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Seeded, Stall
from tests.cloud.pictures import picture


def names(session: Session, query: str = "", *, simulated: bool = False) -> list[str]:
    return [card.name for card in cards(session, Wish(query), 10, simulated=simulated).cards]


def test_a_harvest_becomes_whole_packs(stall: Stall, session: Session) -> None:
    lot = stall.lot(10_900)
    manager = stall.seeded.manager.principal

    listing = service.create(session, manager, stall.request(lot, pack_mass_g=500), START)

    assert listing.left == 21
    assert listing.variant.pack_name == "500 g"
    assert listing.per_kilogram == 70_000
    assert service.own_one(session, manager, listing.product.public_id).left == 21


def test_a_lot_is_put_on_the_shelf_once(stall: Stall, session: Session) -> None:
    lot = stall.lot()
    manager = stall.seeded.manager.principal
    assert [row.id for row in service.unshelved_lots(session, manager)] == [lot.id]
    service.create(session, manager, stall.request(lot), START)

    with pytest.raises(LotTaken):
        service.create(session, manager, stall.request(lot), START)
    assert not service.unshelved_lots(session, manager)


def test_a_lot_smaller_than_a_pack_is_refused(stall: Stall, session: Session) -> None:
    manager = stall.seeded.manager.principal
    with pytest.raises(LotTooSmall) as refused:
        service.create(session, manager, stall.request(stall.lot(900)), START)
    assert refused.value.params == {"pack": "1 kg"}


def test_a_neighbours_lot_does_not_exist(stall: Stall, session: Session) -> None:
    neighbour = stall.seeded.neighbour.principal
    with pytest.raises(NotFound):
        service.create(session, neighbour, stall.request(stall.lot()), START)


def test_without_a_shop_nothing_is_sold(seeded: Seeded, session: Session) -> None:
    stall = Stall(session.get_bind().engine, seeded, START)
    with pytest.raises(NoShop):
        service.create(session, seeded.manager.principal, stall.request(stall.lot()), START)


def test_a_draft_is_not_for_buyers(stall: Stall, session: Session) -> None:
    draft = stall.offer(publish=False).product.public_id
    assert names(session) == []
    with pytest.raises(ProductGone):
        service.offered(session, draft, simulated=True)

    service.act(session, stall.seeded.manager.principal, draft, Action.PUBLISH, START)
    assert names(session) == ["Dưa lưới ruột cam"]


def test_a_paused_product_leaves_the_market(stall: Stall, session: Session) -> None:
    product = stall.offer().product.public_id
    manager = stall.seeded.manager.principal
    service.act(session, manager, product, Action.PAUSE, START)
    assert names(session) == []
    service.act(session, manager, product, Action.RESUME, START)
    assert names(session) == ["Dưa lưới ruột cam"]
    with pytest.raises(WrongState):
        service.act(session, manager, product, Action.RESUME, START)


def test_only_its_cooperative_moves_a_product(stall: Stall, session: Session) -> None:
    product = stall.offer().product.public_id
    neighbour = stall.seeded.neighbour.principal
    with pytest.raises(ProductGone):
        service.act(session, neighbour, product, Action.PAUSE, START)


def test_an_unverified_shop_publishes_nothing(stall: Stall, session: Session) -> None:
    draft = stall.offer(publish=False)
    manager = stall.seeded.manager.principal
    shop = service.shop_of(session, manager)
    assert shop is not None
    shop.verified_at = None
    with pytest.raises(NotReady) as refused:
        service.act(session, manager, draft.product.public_id, Action.PUBLISH, START)
    assert refused.value.detail == "shop"
    product = service.own_one(session, manager, draft.product.public_id).product
    assert product.state is ProductState.DRAFT


def test_an_empty_stock_is_not_published(stall: Stall, session: Session) -> None:
    draft = stall.offer(publish=False, packs=1)
    stock.hold(session, [Want(draft.variant, 1, "order:x")], START)
    with pytest.raises(NotReady, match="not_ready"):
        service.act(
            session,
            stall.seeded.manager.principal,
            draft.product.public_id,
            Action.PUBLISH,
            START,
        )


def test_a_draft_is_given_back_with_a_reason_and_sent_again(
    stall: Stall, session: Session
) -> None:
    product = stall.offer(publish=False).product.public_id
    manager = stall.seeded.manager.principal
    service.act(session, manager, product, Action.SUBMIT, START)
    with pytest.raises(ReasonNeeded):
        service.act(session, manager, product, Action.REJECT, START)

    service.act(session, manager, product, Action.REJECT, START, "ảnh mờ")

    row = service.own_one(session, manager, product).product
    assert (row.state, row.rejected_reason) == (ProductState.DRAFT, "ảnh mờ")
    service.act(session, manager, product, Action.SUBMIT, START)
    assert row.rejected_reason == ""
    told = [(event.what, event.note) for event, _who in history.of(session, row)]
    assert told[:3] == [("submitted", ""), ("reject", "ảnh mờ"), ("submitted", "")]


def test_samples_are_shown_only_where_asked(stall: Stall, session: Session) -> None:
    sample = stall.offer(simulated=True).product
    assert sample.simulated
    assert names(session) == []
    assert names(session, simulated=True) == [sample.name]
    with pytest.raises(ProductGone):
        service.offered(session, sample.public_id, simulated=False)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("duong", ["Đường phèn"]),
        ("ĐƯỜNG", ["Đường phèn"]),
        ("dua luoi", ["Dưa lưới"]),
        ("luoi dua", ["Dưa lưới"]),
        ("dak lak", ["Đường phèn", "Dưa lưới"]),
        ("htx thu phen", ["Đường phèn"]),
        ("", ["Đường phèn", "Dưa lưới"]),
        ("xoai", []),
        ("100%", []),
        ("_", []),
    ],
)
def test_is_found_without_marks(
    stall: Stall, session: Session, query: str, found: list[str]
) -> None:
    stall.offer(name="Dưa lưới")
    stall.offer(name="Đường phèn")
    assert names(session, query) == found


def test_pages_follow_each_other_without_gap_or_repeat(stall: Stall, session: Session) -> None:
    for n in range(5):
        stall.offer(name=f"Dưa {n}")
    seen: list[str] = []
    wish: Wish | None = Wish()
    while wish is not None:
        page = cards(session, wish, 2, simulated=False)
        seen += [card.name for card in page.cards]
        wish = page.onward
    assert seen == [f"Dưa {n}" for n in (4, 3, 2, 1, 0)]


def test_the_api_creates_publishes_and_shows(stall: Stall, as_manager: TestClient) -> None:
    body = stall.request(stall.lot(2_500), publish=False).model_dump()
    created = as_manager.post("/api/v1/products", json=body)
    assert created.status_code == 201, created.text
    product = created.json()
    assert (product["state"], product["left"], product["price_per_kg"]) == ("draft", 2, 35_000)
    path = f"/api/v1/products/{product['id']}"
    assert as_manager.get(path).status_code == 404

    with Session(writing(stall.engine)) as session, session.begin():
        row = session.exec(select(Product)).one()
        picture(session, row, stall.seeded.manager.account)
    published = as_manager.post(f"{path}/publish")

    assert published.json()["state"] == "published"
    shown = as_manager.get(path).json()
    assert shown == published.json()
    assert shown["litres_measured"] == 1234.5
    assert shown["harvested_on"] == "2026-03-02"
    assert shown["url"] == f"http://testserver/cho/{product['id']}"


@pytest.mark.parametrize(
    "wrong",
    [{"price": 35_000.5}, {"price": 0}, {"price": "35000"}, {"extra": 1}, {"pack_mass_g": 0}],
)
def test_the_api_is_strict(stall: Stall, as_manager: TestClient, wrong: dict[str, object]) -> None:
    body = stall.request(stall.lot()).model_dump() | wrong
    assert as_manager.post("/api/v1/products", json=body).status_code == 422


def test_a_farmer_sells_nothing(stall: Stall, as_farmer: TestClient) -> None:
    body = stall.request(stall.lot()).model_dump()
    assert as_farmer.post("/api/v1/products", json=body).status_code == 403
    assert as_farmer.get("/htx/san-pham").status_code == 403
