"""Cash at the door: due, collected, handed on; each a line of the ledger, none set by hand."""

import pytest
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.errors import NotFound
from cloud.money import cod, intake, report, service
from cloud.money.errors import NotCollected, NotTheCarriers, StillSpoken, TxnSpent
from cloud.money.forms import RemitForm
from cloud.money.service import Refund, Wish
from cloud.orders import desk, reading
from cloud.orders import service as orders
from cloud.orders.desk import Handed, Money
from cloud.orders.models import OrderRequest
from cloud.orders.rules import Step
from cloud.payments.models import Allocation, AllocationKind, Provider
from cloud.payments.rules import PaymentState
from cloud.payments.telling import Told
from cloud.principal import Principal
from cloud.products.service import Listing
from cloud.shipping import service as shipping
from cloud.shipping.carrier import CarrierName, Manual
from cloud.shipping.models import TariffForm
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

GHN = Handed(Manual(CarrierName.GHN, "GHN-1"), 2_300)
OUT = (Step.CONFIRM, Step.PACK, Step.SHIP)


@pytest.fixture
def listing(stall: Stall) -> Listing:
    with Session(writing(stall.engine)) as session, session.begin():
        form = TariffForm(base=20_000, base_kg=5, step=0, cod="yes")
        shipping.set_tariff(session, stall.seeded.manager.principal, form, START)
    return stall.offer(packs=9)


def buy(stall: Stall, listing: Listing, key: str) -> str:
    """Two packs of 35,000 đ and 20,000 đ for the way, paid at the door."""
    request = OrderRequest(
        product=listing.product.public_id,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        pay="cod",
        key=key * 16,
    )
    with Session(writing(stall.engine)) as session, session.begin():
        return orders.place(session, request, START, simulated=False).order.public_id


def lead(session: Session, stall: Stall, order: str, *steps: Step) -> None:
    for step in steps:
        desk.lead(session, stall.seeded.manager.principal, order, step, START, GHN)


def state(session: Session, order: str) -> PaymentState:
    return reading.placed(session, order).payment_state


def form(amount: int, *parcels: str, key: str = "r") -> RemitForm:
    return RemitForm(carrier=CarrierName.GHN, parcels=[*parcels], amount=amount, key=key * 16)


def parcel(session: Session, order: str) -> str:
    shipment = reading.placed(session, order).parcel
    assert shipment is not None
    return shipment.public_id


def test_the_state_follows_the_parcel(stall: Stall, session: Session, listing: Listing) -> None:
    order, manager = buy(stall, listing, "a"), stall.seeded.manager.principal
    states = [state(session, order)]
    lead(session, stall, order, *OUT)
    states.append(state(session, order))
    lead(session, stall, order, Step.DELIVER)
    states.append(state(session, order))
    cod.remit(session, manager, form(90_000, parcel(session, order)), START)
    states.append(state(session, order))

    assert states == [
        PaymentState.COD_DUE,
        PaymentState.COD_DUE,
        PaymentState.COD_COLLECTED,
        PaymentState.REMITTED,
    ]
    found = session.exec(select(Allocation.kind, Allocation.amount))
    assert sorted(found) == [
        (AllocationKind.COLLECTED, 90_000),
        (AllocationKind.REMITTED, 90_000),
    ]
    assert service.refunds(session, manager) == []


def test_the_page_tells_what_a_carrier_holds_and_by_how_much_it_was_short(
    stall: Stall, session: Session, listing: Listing
) -> None:
    first, second = buy(stall, listing, "a"), buy(stall, listing, "b")
    lead(session, stall, first, *OUT, Step.DELIVER)
    lead(session, stall, second, *OUT)
    manager = stall.seeded.manager.principal
    (held,) = cod.held(session, manager)
    assert (held.carrier, held.owes, len(held.on_the_way)) == (CarrierName.GHN, 90_000, 1)

    cod.remit(session, manager, form(85_000, parcel(session, first)), START)
    cod.remit(session, manager, form(85_000, parcel(session, first)), START)  # the same tap

    (handed,) = cod.handed_on(session, manager)
    assert (handed.due, handed.parcels, handed.difference) == (90_000, 1, -5_000)
    (held,) = cod.held(session, manager)
    assert held.owes == 0
    assert cod.held(session, stall.seeded.neighbour.principal) == []


def test_only_collected_money_is_handed_on_and_only_once(
    stall: Stall, session: Session, listing: Listing
) -> None:
    order, manager = buy(stall, listing, "a"), stall.seeded.manager.principal
    lead(session, stall, order, *OUT)
    number = parcel(session, order)
    for refused in (form(1, number), form(1), form(1, "0000000000")):
        with session.begin_nested(), pytest.raises(NotCollected):
            cod.remit(session, manager, refused, START)
        session.rollback()
    with Session(writing(stall.engine)) as again:
        lead(again, stall, order, *OUT, Step.DELIVER)
        number = parcel(again, order)
        cod.remit(again, manager, form(90_000, number), START)
        with pytest.raises(NotCollected):
            cod.remit(again, manager, form(90_000, number, key="s"), START)
        with pytest.raises(NotCollected):
            cod.remit(again, stall.seeded.neighbour.principal, form(1, number, key="t"), START)


def test_what_was_written_down_by_mistake_is_undone_and_stays_in_the_book(
    stall: Stall, session: Session, listing: Listing
) -> None:
    order, manager = buy(stall, listing, "a"), stall.seeded.manager.principal
    lead(session, stall, order, *OUT, Step.DELIVER)
    number = parcel(session, order)
    cod.remit(session, manager, form(85_000, number), START)
    (wrong,) = cod.handed_on(session, manager)
    for _twice in range(2):
        cod.undo(session, manager, wrong.remittance.public_id, START)
    assert state(session, order) is PaymentState.COD_COLLECTED
    (held,) = cod.held(session, manager)
    assert held.owes == 90_000

    cod.remit(session, manager, form(90_000, number, key="s"), START)
    assert state(session, order) is PaymentState.REMITTED
    right, before = cod.handed_on(session, manager)
    assert (before.due, before.remittance.amount) == (90_000, 85_000)
    assert before.remittance.undone_at is not None
    assert right.remittance.undone_at is None
    lines = session.exec(select(Allocation.kind).order_by(col(Allocation.id)))
    assert list(lines) == ["collected", "remitted", "remit_undone", "remitted"]
    with pytest.raises(NotFound):
        cod.undo(session, stall.seeded.neighbour.principal, right.remittance.public_id, START)


def test_the_transaction_a_carrier_paid_by_is_no_buyers(
    stall: Stall, session: Session, listing: Listing
) -> None:
    carried, waits = buy(stall, listing, "a"), buy(stall, listing, "b")
    manager = stall.seeded.manager.principal
    lead(session, stall, carried, *OUT, Step.DELIVER)
    cod.remit(session, manager, form(90_000, parcel(session, carried)), START)
    seen(session, manager, 30_000, 88_000, 90_000)
    (handed,) = cod.handed_on(session, manager)
    assert [txn.amount for txn in handed.offered] == [90_000, 88_000]

    remittance, txn = handed.remittance.public_id, handed.offered[0].public_id
    for _twice in range(2):
        cod.link(session, manager, remittance, txn, START)
    (handed,) = cod.handed_on(session, manager)
    assert handed.txn is not None
    assert {one.left for one in service.waiting(session, manager, START)} == {30_000, 88_000}
    month = report.month(session, manager, START.date().replace(day=1)).total
    assert (month.carried, month.waiting) == (90_000, 118_000)
    wish = Wish(reading.placed(session, waits).payment.code, 90_000, "w" * 16)
    with pytest.raises(TxnSpent):
        service.allocate(session, manager, txn, wish, START)
    with pytest.raises(StillSpoken):
        service.ignore(session, manager, txn, "vay", START)

    cod.undo(session, manager, remittance, START)
    service.allocate(session, manager, txn, wish, START)
    with pytest.raises(NotTheCarriers):
        cod.link(session, manager, remittance, txn, START)


def test_a_transaction_that_pays_an_order_pays_no_remittance(
    stall: Stall, session: Session, listing: Listing
) -> None:
    order, waits = buy(stall, listing, "a"), buy(stall, listing, "b")
    manager = stall.seeded.manager.principal
    lead(session, stall, order, *OUT, Step.DELIVER)
    cod.remit(session, manager, form(90_000, parcel(session, order)), START)
    seen(session, manager, 90_000, 91_000)
    (handed,) = cod.handed_on(session, manager)
    first, second = (txn.public_id for txn in handed.offered)
    wish = Wish(reading.placed(session, waits).payment.code, 1_000, "w" * 16)
    service.allocate(session, manager, first, wish, START)
    remittance = handed.remittance.public_id
    with pytest.raises(NotTheCarriers):
        cod.link(session, manager, remittance, first, START)
    cod.link(session, manager, remittance, second, START)
    service.undo(session, manager, first, START)
    with pytest.raises(NotTheCarriers):
        cod.link(session, manager, remittance, first, START)
    cod.unlink(session, manager, remittance, START)
    cod.link(session, manager, remittance, first, START)


def seen(session: Session, manager: Principal, *amounts: int) -> None:
    told = [Told(f"seen-{one}", one, incoming=True, content="COD", at=START) for one in amounts]
    intake.take(session, manager.cooperative_id, Provider.MANUAL, told, START)


def test_what_was_transferred_before_is_not_collected_at_the_door(
    stall: Stall, session: Session, listing: Listing
) -> None:
    order, manager = buy(stall, listing, "a"), stall.seeded.manager.principal
    desk.record_money(session, manager, order, Money(50_000, "m" * 16), START)
    lead(session, stall, order, *OUT)
    shipment = reading.placed(session, order).parcel
    assert shipment is not None
    assert (shipment.cod, shipment.tracking, shipment.mass_g) == (40_000, "GHN-1", 2_300)
    lead(session, stall, order, Step.DELIVER)
    assert reading.placed(session, order).owed == 0


def test_what_comes_back_unpaid_owes_nothing_and_what_was_paid_is_given_back(
    stall: Stall, session: Session, listing: Listing
) -> None:
    refused, returned = buy(stall, listing, "a"), buy(stall, listing, "b")
    manager = stall.seeded.manager.principal
    lead(session, stall, refused, *OUT, Step.RETURN)
    assert (state(session, refused), cod.held(session, manager)) == (PaymentState.UNPAID, [])

    lead(session, stall, returned, *OUT, Step.DELIVER, Step.RETURN)
    (due,) = service.refunds(session, manager)
    assert (due.order.public_id, due.books.refundable) == (returned, 90_000)
    service.refund(session, manager, returned, Refund(90_000, "FT9", "f" * 16), START)
    assert state(session, returned) is PaymentState.REFUNDED
    (held,) = cod.held(session, manager)
    assert held.owes == 90_000, "the carrier still has to hand it on"


def test_desk_and_ledger_work_by_forms(
    stall: Stall, listing: Listing, as_manager: TestClient, client: TestClient
) -> None:
    order = buy(stall, listing, "a")
    for step in ("confirm", "pack"):
        as_manager.post(f"/htx/don/{order}", data={"step": step})
    sent = {"step": "ship", "carrier": "ghn", "tracking": "GHN-77", "mass_g": "2300"}
    assert "GHN-77" in as_manager.post(f"/htx/don/{order}", data=sent).text
    assert "GHN-77" in client.get(f"/don/{order}").text
    as_manager.post(f"/htx/don/{order}", data={"step": "deliver"})
    page = as_manager.get("/htx/thu-ho").text
    number = page.partition('name="parcels" value="')[2].partition('"')[0]
    told = {"carrier": "ghn", "parcels": number, "amount": "80000", "key": "k" * 20}
    page = as_manager.post("/htx/thu-ho", data=told).text
    assert "Thiếu 10.000" in page
    remittance = page.partition("/htx/thu-ho/")[2].partition("/")[0]
    as_manager.post("/htx/tien", data={"amount": "81000", "key": "m" * 20})
    page = as_manager.get("/htx/thu-ho").text
    txn = page.partition('name="txn" value="')[2].partition('"')[0]
    page = as_manager.post(f"/htx/thu-ho/{remittance}/khoan", data={"txn": txn}).text
    assert "Số trên tài khoản khác số đã ghi" in page
    assert "81.000" not in as_manager.get("/htx/tien").text
    assert "Là khoản này" in as_manager.post(f"/htx/thu-ho/{remittance}/go-khoan").text
    assert "Đã hủy" in as_manager.post(f"/htx/thu-ho/{remittance}/huy").text


def test_a_number_that_is_none_is_refused(order_page: str, as_manager: TestClient) -> None:
    sent = {"step": "ship", "carrier": "ghn", "tracking": "<b>", "mass_g": "2300"}
    assert as_manager.post(order_page, data=sent).status_code == 422


@pytest.fixture
def order_page(stall: Stall, listing: Listing) -> str:
    return f"/htx/don/{buy(stall, listing, 'a')}"
