"""What may not be sold is not published: each thing that is missing is enough."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select, update

from cloud.cooperatives.models import Cooperative
from cloud.db import writing
from cloud.products import service, stock
from cloud.products.errors import NotReady
from cloud.products.kinds import Kind
from cloud.products.models import (
    Product,
    ProductClaim,
    ProductPhoto,
    ProductState,
    SaleWindow,
    Shop,
    ShopCertificate,
    Variant,
)
from cloud.products.rules import Action
from cloud.products.service import Listing
from cloud.products.stock import Want
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.products.test_shops import certified, claimed, verified

DAY: Final = timedelta(days=1)
TODAY: Final = START.date()
LABEL: Final = {
    "shelf_life_days": 90,
    "ingredients": "dưa lưới, đường",
    "storage": "nơi khô mát",
    "instructions": "ăn liền",
    "warnings": "không có",
}

Loss = Callable[[Session], object]


def all_rows(model: type[SQLModel], **values: object) -> Loss:
    """These values in every row there is, as they never were in a form."""
    return lambda session: session.exec(update(model).values(**values))


def without(model: type[SQLModel]) -> Loss:
    return lambda session: session.exec(delete(model))


def without_address(session: Session) -> None:
    all_rows(Shop, address="")(session)
    all_rows(Cooperative, address="")(session)


def sold_out(session: Session) -> None:
    pack = session.exec(select(Variant)).one()
    stock.hold(session, [Want(pack, stock.left(session, pack), "order:all:1")], START)


LOSSES: Final[Mapping[str, tuple[Loss, list[str]]]] = {
    "shop not verified": (all_rows(Shop, verified_at=None), ["shop"]),
    "no account to pay into": (all_rows(Shop, bank_account=""), ["account"]),
    "no photo": (without(ProductPhoto), ["photos"]),
    "no kind": (all_rows(Product, kind=None), ["kind"]),
    "no name": (all_rows(Product, name=""), ["label.name"]),
    "no origin": (all_rows(Product, origin=""), ["label.origin"]),
    "nobody answers for it": (all_rows(Shop, name=" "), ["label.responsible"]),
    "no address": (without_address, ["label.address"]),
    "no term": (all_rows(Product, shelf_life_days=None), ["label.expires"]),
    "no ingredients": (all_rows(Product, ingredients=""), ["label.ingredients"]),
    "no way to keep it": (all_rows(Product, storage=""), ["label.storage"]),
    "no way to use it": (all_rows(Product, instructions=""), ["label.instructions"]),
    "no warnings": (all_rows(Product, warnings=" "), ["label.warnings"]),
    "no pack and price": (all_rows(Variant, retired_at=START), ["label.quantity", "packs"]),
    "nothing left": (sold_out, ["stock"]),
    "certificate not claimed": (without(ProductClaim), ["certificates"]),
    "certificate not verified": (all_rows(ShopCertificate, verified_at=None), ["certificates"]),
    "certificate withdrawn": (all_rows(ShopCertificate, withdrawn_at=START), ["certificates"]),
    "certificate over": (all_rows(ShopCertificate, valid_until=TODAY - DAY), ["certificates"]),
    "certificate to come": (all_rows(ShopCertificate, valid_from=TODAY + DAY), ["certificates"]),
}
"""Each lack by itself, and the fields that a person is led to."""


@pytest.fixture
def jam(stall: Stall) -> Listing:
    """Processed food, of which the law asks most, with all that it asks; never shown yet."""
    draft = stall.offer(packs=5, publish=False, kind=Kind.PROCESSED)
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(update(Product).values(**LABEL))
        paper = certified(session, stall)
        verified(session, paper)
        claimed(session, stall, draft, paper)
    return draft


def led(stall: Stall, jam: Listing, *actions: Action) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        for action in actions:
            act(session, stall, jam, action)


def act(session: Session, stall: Stall, jam: Listing, action: Action) -> None:
    service.act(session, stall.seeded.manager.principal, jam.product.public_id, action, START)


def state(session: Session, jam: Listing) -> ProductState:
    kept = select(Product.state).where(Product.id == jam.product.id)
    return ProductState(session.exec(kept).one())


def refused(stall: Stall, jam: Listing, action: Action, loss: Loss) -> tuple[list[str], object]:
    """What is missing in the eyes of the gate, and where the product stands after it."""
    with Session(writing(stall.engine)) as session:
        loss(session)
        session.expire_all()
        with pytest.raises(NotReady) as found:
            act(session, stall, jam, action)
        return [one.field for one in found.value.obstacles], state(session, jam)


@pytest.mark.parametrize(
    ("led_before", "action", "stays"),
    [
        ((), Action.PUBLISH, ProductState.DRAFT),
        ((Action.SUBMIT, Action.APPROVE), Action.PUBLISH, ProductState.APPROVED),
        ((Action.PUBLISH, Action.PAUSE), Action.RESUME, ProductState.PAUSED),
    ],
    ids=["draft", "approved", "paused"],
)
def test_each_lack_alone_keeps_it_off_the_shelf(
    stall: Stall,
    jam: Listing,
    led_before: tuple[Action, ...],
    action: Action,
    stays: ProductState,
) -> None:
    led(stall, jam, *led_before)
    found = {name: refused(stall, jam, action, loss) for name, (loss, _) in LOSSES.items()}
    assert found == {name: (fields, stays) for name, (_, fields) in LOSSES.items()}
    led(stall, jam, action)
    with Session(stall.engine) as session:
        assert state(session, jam) is ProductState.PUBLISHED


def test_days_of_sale_to_come_stand_for_stock_and_past_ones_do_not(
    stall: Stall, jam: Listing
) -> None:
    def sold_out_until(last: timedelta) -> Loss:
        own = {"cooperative_id": jam.product.cooperative_id, "product_id": jam.product.id}
        days = {"opens_on": TODAY - 9 * DAY, "closes_on": TODAY + last}

        def lose(session: Session) -> None:
            sold_out(session)
            session.add(SaleWindow.model_validate(own | days))
            session.flush()

        return lose

    over = refused(stall, jam, Action.PUBLISH, sold_out_until(-DAY))
    assert over == (["stock"], ProductState.DRAFT)
    with Session(writing(stall.engine)) as session, session.begin():
        sold_out_until(0 * DAY)(session)
    led(stall, jam, Action.PUBLISH)


def test_a_program_is_refused_as_a_person_is(
    stall: Stall, jam: Listing, as_manager: TestClient
) -> None:
    with Session(writing(stall.engine)) as session, session.begin():
        session.exec(delete(ProductPhoto).where(col(ProductPhoto.product_id) == jam.product.id))
    answer = as_manager.post(f"/api/v1/products/{jam.product.public_id}/publish")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_ready"
    with Session(stall.engine) as session:
        assert state(session, jam) is ProductState.DRAFT
