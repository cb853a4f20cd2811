"""Changing what is sold: what is read again, packs and their prices, counts, days of sale."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session, col, select

from cloud.errors import NotFound
from cloud.lots.balance import NotEnough
from cloud.lots.models import Lot
from cloud.market.reading import Wish, cards
from cloud.products import editing, history, packs, service, stock
from cloud.products.errors import LastPack, NotReady, StockShort, TiersRise, WindowTurned
from cloud.products.forms import CountForm, FactsForm, PackForm, PriceForm, WindowForm
from cloud.products.kinds import Kind
from cloud.products.models import MoveReason, Product, ProductState, StockMove, Variant
from cloud.products.rules import Tier
from cloud.products.service import Listing
from cloud.products.stock import Want
from tests.cloud.conftest import START, Stall

KEY = "0123456789"


def facts(product: Product, **others: object) -> FactsForm:
    """The form as the page fills it in, with some fields changed."""
    told = {name: getattr(product, name) for name in editing.FIELDS}
    shown = {name: "" if value is None else str(value) for name, value in told.items()}
    return FactsForm.model_validate(shown | others)


def reloaded(session: Session, stall: Stall, listing: Listing) -> Listing:
    return service.own_one(session, stall.seeded.manager.principal, listing.product.public_id)


def edited(session: Session, stall: Stall, listing: Listing, **others: object) -> Product:
    who, one = stall.seeded.manager.principal, listing.product.public_id
    return editing.edit(session, who, one, facts(listing.product, **others), START)


def another_pack(session: Session, stall: Stall, listing: Listing, **others: object) -> Listing:
    told = {"mass_g": "500", "price": "20.000", "quantity": "0", "key": KEY} | others
    who, one = stall.seeded.manager.principal, listing.product.public_id
    packs.add(session, who, one, PackForm.model_validate(told), START)
    return reloaded(session, stall, listing)


@pytest.mark.parametrize(
    "change", [{"name": "Dưa khác"}, {"origin": "Xã Khác"}, {"kind": "melon"}]
)
def test_another_name_origin_or_kind_goes_back_to_review_as_the_next_version(
    stall: Stall, session: Session, change: dict[str, str]
) -> None:
    listing = stall.offer()
    product = edited(session, stall, listing, **change)
    assert (product.state, product.version) == (ProductState.SUBMITTED, 2)
    assert cards(session, Wish(), 9, simulated=False).cards == []
    event, who = history.of(session, product)[0]
    assert (event.what, event.version, who) == ("changed", 2, stall.seeded.manager.principal.name)
    assert list(event.detail) == list(change)


def test_other_words_stay_on_sale_and_are_found(stall: Stall, session: Session) -> None:
    product = edited(session, stall, stall.offer(), description_vi="Ngọt hơn")
    assert (product.state, product.version) == (ProductState.PUBLISHED, 1)


def test_a_new_name_is_what_the_search_finds(stall: Stall, session: Session) -> None:
    draft = stall.offer(publish=False)
    assert "buoi nam roi" in edited(session, stall, draft, name="Bưởi Năm Roi").folded


def test_nothing_changed_is_no_event(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    before = len(history.of(session, listing.product))
    edited(session, stall, listing)
    assert len(history.of(session, listing.product)) == before


def test_on_sale_the_label_keeps_what_its_kind_needs(stall: Stall, session: Session) -> None:
    label = {"ingredients": "sắn", "storage": "khô", "instructions": "hấp", "warnings": "không"}
    listing = stall.offer(publish=False)
    product = edited(session, stall, listing, kind="rice", shelf_life_days="90", **label)
    product.state = ProductState.PUBLISHED
    with pytest.raises(NotReady) as refused:
        edited(session, stall, reloaded(session, stall, listing), warnings="")
    assert refused.value.detail == "label.warnings"


def test_one_product_has_several_packs_of_the_same_lot(stall: Stall, session: Session) -> None:
    listing = stall.offer(packs=5)
    session.exec(sa.update(Lot).values(left_g=2_300))
    found = another_pack(session, stall, listing, quantity="4")
    assert [(pack.variant.pack_name, pack.left) for pack in found.packs] == [
        ("1 kg", 5),
        ("500 g", 4),
    ]
    lot = session.get_one(Lot, listing.lot.id)
    session.refresh(lot)
    assert lot.left_g == 300
    assert len(another_pack(session, stall, listing, quantity="4").packs) == 2, "the same key"
    with pytest.raises(NotEnough):
        another_pack(session, stall, listing, quantity="1", key=KEY * 2)


def test_the_market_shows_a_product_of_two_packs_once_and_the_one_that_is_there(
    stall: Stall, session: Session
) -> None:
    listing = stall.offer(packs=1)
    session.exec(sa.update(Lot).values(left_g=500))
    another_pack(session, stall, listing, quantity="1")
    stock.hold(session, [Want(listing.variant, 1, "order:a")], START)
    (shown,) = cards(session, Wish(), 9, simulated=False).cards
    assert (shown.pack, shown.left) == ("500 g", 1)


def test_packs_named_in_grams_are_renamed_in_the_night_and_others_are_not(
    stall: Stall, session: Session
) -> None:
    old, own = stall.offer().variant, stall.offer().variant
    for variant, name in ((old, "1500 g"), (own, "túi 1500 g")):
        row = session.get_one(Variant, variant.id)
        row.pack_name, row.mass_g = name, 1_500
    session.flush()
    packs.rename_grams(session, START)
    names = [session.get_one(Variant, one.id).pack_name for one in (old, own)]
    assert names == ["1,5 kg", "túi 1500 g"]


def test_more_packs_are_cheaper(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    who, pack = stall.seeded.manager.principal, listing.variant.public_id
    form = PriceForm.model_validate(
        {"price": "35.000", "from_1": "10", "price_1": "33 000", "from_2": "", "price_2": ""}
    )
    packs.reprice(session, who, pack, form, START)
    found = reloaded(session, stall, listing)
    assert found.first.tiers == (Tier(10, 33_000),)
    assert [found.first.price(n) for n in (1, 9, 10)] == [35_000, 35_000, 33_000]
    assert found.product.state is ProductState.PUBLISHED
    dearer = form.model_copy(update={"price_1": 36_000})
    with pytest.raises(TiersRise):
        packs.reprice(session, who, pack, dearer, START)


@pytest.mark.parametrize("price", ["45.00", "0", "999", "4.5000", "1e6", "45,000", "-5.000"])
def test_a_price_that_nobody_means_is_refused(price: str) -> None:
    with pytest.raises(ValidationError):
        PriceForm.model_validate({"price": price})


def test_the_last_pack_of_what_is_on_sale_stays(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    who = stall.seeded.manager.principal
    with pytest.raises(LastPack):
        packs.retire(session, who, listing.variant.public_id, START)
    another_pack(session, stall, listing)
    packs.retire(session, who, listing.variant.public_id, START)
    (left,) = reloaded(session, stall, listing).packs
    assert left.variant.pack_name == "500 g"


def test_a_count_is_put_right_with_a_reason_and_never_below_what_is_ordered(
    stall: Stall, session: Session
) -> None:
    listing = stall.offer(packs=5)
    who, pack = stall.seeded.manager.principal, listing.variant
    stock.hold(session, [Want(pack, 3, "order:a")], START)
    told = {"way": "fewer", "quantity": "2", "reason": "dập", "key": KEY}
    form = CountForm.model_validate(told)
    for _twice in range(2):
        packs.correct(session, who, pack.public_id, form, START)
    assert stock.left(session, pack) == 0
    (move,) = session.exec(select(StockMove).where(col(StockMove.reason) == MoveReason.CORRECTION))
    assert (move.delta, move.note, move.account_id) == (-2, "dập", who.person_id)
    again = form.model_copy(update={"key": KEY * 2})
    with pytest.raises(StockShort):
        packs.correct(session, who, pack.public_id, again, START)


def test_packs_that_turn_up_come_off_the_lot(stall: Stall, session: Session) -> None:
    listing = stall.offer(packs=5)
    who = stall.seeded.manager.principal
    told = {"way": "more", "quantity": "1", "reason": "đếm sót", "key": KEY}
    with pytest.raises(NotEnough):
        packs.correct(
            session, who, listing.variant.public_id, CountForm.model_validate(told), START
        )


def test_days_of_sale_are_kept_and_taken_back(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    who, one = stall.seeded.manager.principal, listing.product.public_id
    first = START.date()
    turned = WindowForm(opens_on=first, closes_on=first - timedelta(days=1))
    with pytest.raises(WindowTurned):
        editing.open_window(session, who, one, turned, START)
    form = WindowForm(opens_on=first, closes_on=date(2026, 12, 31), harvest_on=first)
    window = editing.open_window(session, who, one, form, START)
    assert list(editing.windows(session, listing.product)) == [window]
    editing.close_window(session, who, window.public_id, START)
    assert list(editing.windows(session, listing.product)) == []


def test_a_neighbour_changes_nothing(stall: Stall, session: Session) -> None:
    listing = stall.offer()
    who, one = stall.seeded.neighbour.principal, listing.product.public_id
    price = PriceForm.model_validate({"price": "1.000"})
    with pytest.raises(NotFound):
        editing.edit(session, who, one, facts(listing.product), START)
    with pytest.raises(NotFound):
        packs.reprice(session, who, listing.variant.public_id, price, START)
    with pytest.raises(NotFound):
        packs.retire(session, who, listing.variant.public_id, START)


def test_what_stood_there_before_is_of_a_kind(stall: Stall, session: Session) -> None:
    assert reloaded(session, stall, stall.offer()).product.kind is Kind.OTHER
