"""Our own events: none missed, none twice, one broken row in nobody's way, at a steady cost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, col, func, select

from cloud.clock import Clock
from cloud.db import new_public_id, writing
from cloud.epcis import own, own_facts
from cloud.epcis.models import EpcisAside, EpcisEvent, EpcisMark
from cloud.gauges import StoredCollector
from cloud.i18n import TIME_ZONE
from cloud.lots.models import Lot
from cloud.orders.models import Order, OrderEvent, OrderLine
from cloud.stamps.models import Issuance, IssuanceState, Kind, SeasonKeyRow
from tests.cloud.client import TestClient
from tests.cloud.conftest import FixedClock, Seeded, Stall
from tests.cloud.telemetry.test_plans import heard
from traceability.epcis import farm
from traceability.epcis.events import ObjectEvent
from traceability.epcis.farm import document

BROKEN = "08938500000011"
"""A GTIN whose check digit is not its."""


def told(engine: Engine) -> list[str]:
    with Session(engine) as session:
        sources = select(EpcisEvent.source).order_by(col(EpcisEvent.id))
        return [source or "" for source in session.exec(sources).all()]


def set_aside(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.exec(select(EpcisAside.source)).all())


def change(engine: Engine, lot: Lot, **fields: object) -> None:
    with Session(writing(engine)) as session, session.begin():
        row = session.get_one(Lot, lot.id)
        for name, value in fields.items():
            setattr(row, name, value)


def copies(engine: Engine, lot: Lot, count: int) -> None:
    """As many lots like this one, harvested when it was."""
    with Session(writing(engine)) as session, session.begin():
        fields = session.get_one(Lot, lot.id).model_dump(exclude={"id", "public_id", "code"})
        for number in range(count):
            code, public_id = f"C{lot.id}-{number}", new_public_id()
            session.add(Lot(**fields, code=code, public_id=public_id))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", sorted(own_facts.KINDS))
def test_the_history_before_the_mark_is_not_read(engine: Engine, stall: Stall, kind: str) -> None:
    batch = own_facts.Batch(own_facts.Place(stall.now, 0), own.AT_ONCE, again=False)
    with Session(engine) as session:
        session.connection()
        with heard(session) as said:
            own_facts.KINDS[kind](session, batch)
        statement, values = said[0]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [line[3] for line in plan]
    assert not [step for step in steps if step.startswith("SCAN")], steps
    assert "at>?)" in steps[0], steps


def statements(engine: Engine, work: Callable[[], object]) -> int:
    said: list[object] = []

    def note(*words: object) -> None:
        said.append(words[2])

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


def test_one_broken_lot_is_set_aside_and_told_when_it_is_mended(
    engine: Engine, stall: Stall, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    first, broken, last = stall.lot(), stall.lot(), stall.lot()
    gtin = broken.gtin
    change(engine, broken, gtin=BROKEN)
    own.tell(engine, clock.now())
    assert told(engine) == [f"lot:{first.public_id}", f"lot:{last.public_id}"]
    assert set_aside(engine) == [f"lot:{broken.public_id}"]
    assert f"no event tells lot:{broken.public_id}" in caplog.text
    assert gauge(engine, clock) == 1
    caplog.clear()
    own.tell(engine, clock.now())
    assert caplog.text == ""
    own.tell_again(engine, clock.now())
    assert set_aside(engine) == [f"lot:{broken.public_id}"]
    change(engine, broken, gtin=gtin)
    own.tell_again(engine, clock.now())
    assert told(engine)[2:] == [f"lot:{broken.public_id}"]
    assert set_aside(engine) == []
    assert gauge(engine, clock) == 0


def gauge(engine: Engine, clock: Clock) -> float:
    families = {family.name: family for family in StoredCollector(engine, clock).collect()}
    value: float = families["vuonso_epcis_aside"].samples[0].value
    return value


def test_a_round_asks_as_often_and_looks_at_as_little_after_a_long_history(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    lot = stall.lot()
    own.tell(engine, clock.now())
    clock.advance(days=1)
    own.tell(engine, clock.now())
    few = statements(engine, lambda: own.tell(engine, clock.now()))
    copies(engine, lot, 600)
    own.tell_again(engine, clock.now())
    clock.advance(days=1)
    own.tell(engine, clock.now())
    assert len(told(engine)) == 601
    assert statements(engine, lambda: own.tell(engine, clock.now())) == few
    with Session(engine) as session:
        marks = session.exec(select(EpcisMark)).all()
        behind = [mark.upto for mark in marks]
        looked_at = select(func.count()).select_from(Lot).where(col(Lot.created_at) >= behind[0])
        assert session.exec(looked_at).one() == 0
    assert len(marks) == len(own_facts.KINDS)
    assert set(behind) == {clock.now() - own.SETTLED}


def test_a_hundred_lots_at_once_cost_no_more_questions_than_one(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    lot = stall.lot()
    one = statements(engine, lambda: own.tell(engine, clock.now()))
    copies(engine, lot, 100)
    many = statements(engine, lambda: own.tell(engine, clock.now()))
    assert len(told(engine)) == 101
    assert many <= one


def test_more_than_one_turn_of_broken_rows_ends(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    lot = stall.lot()
    change(engine, lot, gtin=BROKEN)
    copies(engine, lot, own.AT_ONCE + 1)
    good = stall.lot()
    for tell in (own.tell, own.tell_again, own.tell):
        tell(engine, clock.now())
        assert told(engine) == [f"lot:{good.public_id}"]
        assert len(set_aside(engine)) == own.AT_ONCE + 2


def test_what_is_seen_an_hour_after_it_began_is_told_and_what_comes_later_at_night(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    """A long transaction shows its rows when it ends, dated by when it began."""
    own.tell(engine, clock.now())
    clock.advance(days=1)
    own.tell(engine, clock.now())
    slow = replace(stall, now=clock.now() - own.SETTLED + timedelta(minutes=1)).lot()
    own.tell(engine, clock.now())
    assert told(engine) == [f"lot:{slow.public_id}"]
    late = replace(stall, now=clock.now() - timedelta(days=3)).lot()
    own.tell(engine, clock.now())
    assert len(told(engine)) == 1
    own.tell_again(engine, clock.now())
    assert told(engine)[1:] == [f"lot:{late.public_id}"]


def test_an_old_lot_that_is_recalled_today_is_told_today(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    lot = stall.lot()
    for _day in range(3):
        own.tell(engine, clock.now())
        clock.advance(days=1)
    change(engine, lot, recalled_at=clock.now(), recall_reason="thuốc")
    own.tell(engine, clock.now())
    assert told(engine) == [f"lot:{lot.public_id}", f"recall:{lot.public_id}"]


def test_an_event_that_a_program_sent_before_us_is_ours_and_one_under_its_name_in_no_ones_way(
    engine: Engine, stall: Stall, clock: FixedClock, writer: TestClient, seeded: Seeded
) -> None:
    lot, claimed, other = stall.lot(), stall.lot(), stall.lot()
    zone = f"{farm.NAMESPACE}zone:{seeded.zones[0].public_id}"
    same, taken = (farm.named(harvest_of(one, zone)) for one in (lot, claimed))
    liar = harvest_of(other, zone)
    liar = type(liar).model_validate({**liar.json_ld(), "eventID": taken.event_id})
    text = document([same, liar], clock.now()).model_dump_json(by_alias=True, exclude_unset=True)
    sent = writer.post(
        "/epcis/capture", content=text, headers={"Content-Type": "application/ld+json"}
    )
    assert sent.status_code == 202, sent.text
    for _round in range(2):
        own.tell(engine, clock.now())
    assert set_aside(engine) == [f"lot:{claimed.public_id}"]
    assert set(told(engine)) == {"", f"lot:{lot.public_id}", f"lot:{other.public_id}"}


def harvest_of(lot: Lot, zone: str) -> ObjectEvent:
    at = lot.created_at.astimezone(TIME_ZONE)
    amount = farm.Lot.of(lot.gtin, lot.code, lot.quantity_g / 1_000)
    return farm.harvested(at, zone, amount, lot.code)


def test_sales_and_stamps_are_told_once_also_if_an_order_left_twice(
    engine: Engine, stall: Stall, clock: FixedClock
) -> None:
    listing = stall.offer()
    run = printed(engine, listing.lot, stall)
    order = sold(engine, stall, listing.lot, listing.variant.id)
    own.tell(engine, clock.now())
    expected = [f"lot:{listing.lot.public_id}", f"stamps:{run}", f"order:{order}"]
    assert told(engine) == expected
    own.tell_again(engine, clock.now())
    assert told(engine) == expected


def printed(engine: Engine, lot: Lot, stall: Stall) -> str:
    """A run of ten stamps."""
    with Session(writing(engine)) as session, session.begin():
        session.add(SeasonKeyRow(kid=1, season="2026", sealed="-", created_at=stall.now))
        session.flush()
        run = Issuance(
            cooperative_id=lot.cooperative_id,
            lot_id=lot.id or 0,
            kid=1,
            kind=Kind.UNIT,
            gtin=lot.gtin,
            host="TXNG.VN",
            producer="HTX",
            quantity=10,
            activated=0,
            state=IssuanceState.ACTIVE,
            issued_at=stall.now,
        )
        session.add(run)
        return run.public_id


def sold(engine: Engine, stall: Stall, lot: Lot, variant: int | None) -> str:
    """An order of two kilograms that was marked as sent twice."""
    owner = lot.cooperative_id
    with Session(writing(engine)) as session, session.begin():
        shop = stall.seeded.cooperative.id
        order = Order.model_validate(
            {
                "public_id": new_public_id(),
                "cooperative_id": owner,
                "shop_id": shop,
                "fulfilment": "shipped",
                "total": 70_000,
                "simulated": False,
                "placed_at": stall.now,
            }
        )
        session.add(order)
        session.flush()
        line = {"cooperative_id": owner, "order_id": order.id, "position": 1, "lot_id": lot.id}
        goods = {"product_name": "Dưa", "pack_name": "1 kg", "mass_g": 1_000, "price": 35_000}
        session.add(
            OrderLine.model_validate({**line, **goods, "variant_id": variant, "quantity": 2})
        )
        for _time in range(2):
            sent = {"cooperative_id": owner, "order_id": order.id, "what": "shipped"}
            session.add(OrderEvent.model_validate({**sent, "at": stall.now}))
        return order.public_id
