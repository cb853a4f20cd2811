"""What becomes of a lot: never a gram more than was harvested, on either database."""

import threading
from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from cloud.db import writing
from cloud.errors import Conflict
from cloud.lots import balance, service
from cloud.lots.models import LoseForm, Lot, LotMove, TransformBody
from cloud.principal import Principal
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MASS = 1_000

Act = tuple[str, int, int]
acts = st.lists(
    st.tuples(
        st.sampled_from(("transform", "lose")), st.integers(1, 1_200), st.integers(1, 1_200)
    ),
    min_size=1,
    max_size=6,
)


def body(take: int, made: int, *others: str, product: str | None = None) -> TransformBody:
    key = str(uuid4())
    return TransformBody(take_g=take, made_g=made, others=list(others), product=product, key=key)


def lose(grams: int, key: str = "") -> LoseForm:
    return LoseForm(grams=grams, reason="dập nát", key=key or str(uuid4()))


def carried_out(session: Session, who: Principal, lot: str, wish: Act) -> list[str]:
    """The lots that were made."""
    kind, take, made = wish
    if kind == "lose":
        balance.lose(session, who, lot, lose(take), START)
        return []
    return [balance.transform(session, who, lot, body(take, made), START).public_id]


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
@given(acts)
def test_harvest_is_what_is_left_and_what_was_taken_whatever_people_do(
    stall: Stall, engine: Engine, wishes: list[Act]
) -> None:
    who, first = stall.seeded.manager.principal, stall.lot(MASS)
    lots = [first.public_id]
    for number, wish in enumerate(wishes):
        with suppress(Conflict), Session(writing(engine)) as session, session.begin():
            lots += carried_out(session, who, lots[number % len(lots)], wish)
    with Session(engine) as session:
        for lot in session.exec(select(Lot).where(col(Lot.public_id).in_(lots))):
            taken = session.exec(
                select(func.sum(LotMove.delta_g)).where(LotMove.lot_id == lot.id)
            ).one()
            assert 0 <= lot.left_g == lot.quantity_g + int(taken or 0)
        rest = session.exec(select(Lot.left_g).where(col(Lot.public_id).in_(lots))).all()
        assert sum(rest) <= MASS


def test_two_who_take_the_last_kilogram_at_once_do_not_both_get_it(
    stall: Stall, engine: Engine
) -> None:
    lot, who = stall.lot(MASS), stall.seeded.manager.principal
    ends: list[str] = []

    def take() -> None:
        try:
            with Session(writing(engine)) as session, session.begin():
                balance.transform(session, who, lot.public_id, body(700, 700), START)
            ends.append("got it")
        except balance.NotEnough:
            ends.append("too late")

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["got it", "too late"]


@SQLITE
def test_what_is_dried_is_lighter_another_product_and_never_heavier(
    stall: Stall, engine: Engine
) -> None:
    lot, who = stall.lot(MASS), stall.seeded.manager.principal
    with Session(writing(engine)) as session, session.begin():
        with pytest.raises(balance.TooMuchMade):
            balance.transform(session, who, lot.public_id, body(500, 501), START)
        dried = balance.transform(
            session, who, lot.public_id, body(500, 90, product="Dưa sấy"), START
        )
        assert (dried.product, dried.quantity_g, dried.zone_id) == ("Dưa sấy", 90, lot.zone_id)
        assert dried.gtin != lot.gtin
        assert dried.measured == lot.measured
        assert service.get(session, who, lot.public_id).left_g == 500


@SQLITE
def test_what_is_left_of_others_goes_in_but_only_from_the_same_zone(
    stall: Stall, engine: Engine
) -> None:
    who = stall.seeded.manager.principal
    lot, other, foreign = stall.lot(MASS), stall.lot(300), stall.lot(300)
    with Session(writing(engine)) as session, session.begin():
        session.get_one(Lot, foreign.id).zone_id = stall.seeded.zones[1].id or 0
    with Session(writing(engine)) as session, session.begin():
        wish = body(200, 500, other.public_id, other.public_id, lot.public_id)
        mixed = balance.transform(session, who, lot.public_id, wish, START)
        assert mixed.quantity_g == 500
        assert service.get(session, who, other.public_id).left_g == 0
        with pytest.raises(balance.OtherZone):
            balance.transform(session, who, lot.public_id, body(1, 1, foreign.public_id), START)


@SQLITE
def test_a_recall_follows_all_that_was_made_of_it(stall: Stall, engine: Engine) -> None:
    who, lot = stall.seeded.manager.principal, stall.lot(MASS)
    with Session(writing(engine)) as session, session.begin():
        child = balance.transform(session, who, lot.public_id, body(500, 500), START)
        grandchild = balance.transform(session, who, child.public_id, body(100, 90), START)
        service.recall(session, who, lot.public_id, "phun nhầm thuốc", START)
        assert child.recalled
        assert grandchild.recall_reason == "phun nhầm thuốc"
        late = balance.transform(session, who, lot.public_id, body(1, 1), START)
        assert late.recalled, "what is made of it later is no better"


@SQLITE
def test_the_same_key_loses_and_makes_once(stall: Stall, engine: Engine) -> None:
    who, lot = stall.seeded.manager.principal, stall.lot(MASS)
    wish = body(100, 100)
    with Session(writing(engine)) as session, session.begin():
        made = [balance.transform(session, who, lot.public_id, wish, START) for _ in range(2)]
        assert made[0] is made[1]
        for _again in range(2):
            balance.lose(session, who, lot.public_id, lose(50, "lost-only-once"), START)
        assert service.get(session, who, lot.public_id).left_g == 850


@SQLITE
def test_a_person_splits_and_writes_off_and_the_shelf_takes_only_what_is_left(
    stall: Stall, as_manager: TestClient, as_neighbour: TestClient
) -> None:
    lot = stall.lot(10_000).public_id
    part = {"take": "4", "product": "Dưa lưới", "made": "4", "key": "split-this-lot"}
    assert as_neighbour.post(f"/htx/lo/{lot}/chia", data=part).status_code == 404
    made = as_manager.post(f"/htx/lo/{lot}/chia", data=part)
    assert made.status_code == 200
    gone = {"kg": "1,5", "reason": "dập nát", "key": "lost-one-and-a-half"}
    page = as_manager.post(f"/htx/lo/{lot}/hao", data=gone)
    assert "4,5 kg" in page.text
    assert "dập nát" in page.text
    too_much = {**part, "take": "9", "made": "9", "key": "too-much-of-it"}
    assert as_manager.post(f"/htx/lo/{lot}/chia", data=too_much).status_code == 409
    offer = {"lot": lot, "name": "Dưa lưới", "pack_mass_g": 1_000, "price": 35_000}
    packs = as_manager.post("/api/v1/products", json=offer).json()
    assert packs["left"] == 4
    assert as_manager.get(f"/api/v1/lots/{lot}").json()["left_g"] == 500
