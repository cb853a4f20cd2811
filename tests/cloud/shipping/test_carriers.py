"""Carriers that are called: priced, told once, followed; whatever they answer, or do not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from cloud.db import writing
from cloud.devices.vault import Vault
from cloud.orders import desk, following, handing, reading, service
from cloud.orders.errors import WrongStep
from cloud.orders.models import Fulfilment, Order, OrderRequest
from cloud.orders.rules import Step
from cloud.payments.rules import PaymentState
from cloud.products.models import Shop
from cloud.shipping import accounts
from cloud.shipping import service as shipping
from cloud.shipping.accounts import Counters, Opener
from cloud.shipping.carrier import (
    Box,
    Carrier,
    CarrierName,
    Consignment,
    Parcel,
    Party,
    RefusedError,
    UnansweredError,
    Whereabouts,
)
from cloud.shipping.ghn import Ghn
from cloud.shipping.ghtk import Ghtk
from cloud.shipping.models import (
    BoxForm,
    CarrierAccount,
    CarrierForm,
    Handing,
    Handover,
    Shipment,
    TariffForm,
)
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall
from tests.cloud.shipping.house import NUMBER, TOKEN, House, Mood

BOX = {"mass_g": 2_300, "length": 30, "width": 20, "height": 10}
BOTH = pytest.mark.parametrize("name", ["ghn", "ghtk"])
ONE = Consignment(
    Parcel("HX12345678", 2_300, 70_000),
    Box(30, 20, 10),
    sender=Party("HTX Thử", "0900000001", "Thôn 1", "Xã Ea Kao", "Tỉnh Đắk Lắk"),
    to=Party(
        "Hoa", "0912345678", "12 Lê Lợi", "Phường Sài Gòn", "Thành phố Hồ Chí Minh", "quận 1"
    ),
    contents="2 × Dưa lưới",
    value=70_000,
)


def opener(house: House, kind: type[Ghn] | type[Ghtk]) -> Opener:
    def open_at(token: str, number: str) -> Carrier:
        return kind(token, number, ask=house.ask)

    return open_at


def at(house: House, name: str) -> Carrier:
    return opener(house, Ghn if name == "ghn" else Ghtk)(TOKEN, NUMBER)


@BOTH
def test_the_same_code_is_announced_once_and_found_again(name: str) -> None:
    house = House()
    carrier = at(house, name)
    assert carrier.find(ONE.parcel.code) is None
    number = carrier.create(ONE)
    assert carrier.create(ONE) == number == carrier.find(ONE.parcel.code)
    assert carrier.quote(ONE) == 32_000
    assert len(house.parcels) == 1


@BOTH
@pytest.mark.parametrize("mood", ["silent", "lost", "half", "busy"])
def test_no_answer_is_told_from_a_refusal(name: str, mood: Mood) -> None:
    carrier = at(House(mood), name)
    for call in (carrier.create, carrier.quote):
        with pytest.raises(UnansweredError):
            call(ONE)
    with pytest.raises(UnansweredError):
        carrier.track("VN1")


@BOTH
def test_a_refusal_keeps_the_words_of_the_carrier(name: str) -> None:
    with pytest.raises(RefusedError, match="Địa chỉ không giao được"):
        at(House("no"), name).create(ONE)


@pytest.mark.parametrize(
    ("name", "status", "where"),
    [
        ("ghn", "delivering", Whereabouts.ON_THE_WAY),
        ("ghn", "delivered", Whereabouts.DELIVERED),
        ("ghn", "returned", Whereabouts.RETURNED),
        ("ghn", "lost", Whereabouts.STOPPED),
        ("ghn", "a new word", None),
        ("ghtk", 4, Whereabouts.ON_THE_WAY),
        ("ghtk", "5", Whereabouts.DELIVERED),
        ("ghtk", 21, Whereabouts.RETURNED),
        ("ghtk", -1, Whereabouts.STOPPED),
        ("ghtk", 45, None),
    ],
)
def test_each_status_says_how_far_a_parcel_is(
    name: str, status: str | int, where: Whereabouts | None
) -> None:
    assert at(House(status=status), name).track("VN1") == where


def test_bodies_have_the_fields_of_the_documents() -> None:
    house = House()
    at(house, "ghn").create(ONE)
    at(house, "ghtk").create(ONE)
    ghn, ghtk = house.bodies
    assert (ghn["is_new_to_address"], ghn["to_ward_name"]) == (True, "Phường Sài Gòn")
    assert (ghn["weight"], ghn["cod_amount"], ghn["length"]) == (2_300, 70_000, 30)
    order, products = ghtk["order"], ghtk["products"]
    assert isinstance(order, Mapping)
    assert isinstance(products, list)
    assert (order["ward"], order["district"], order["pick_money"]) == (
        "Phường Sài Gòn",
        "quận 1",
        70_000,
    )
    assert products[0]["weight"] == 2.3


@dataclass
class Table:
    """A packed order, to be paid at the door, and a contract with each carrier."""

    stall: Stall
    house: House
    counters: Counters
    order: str

    def price(self, name: str) -> None:
        form = BoxForm.model_validate(BOX | {"carrier": name})
        with Session(writing(self.stall.engine)) as session, session.begin():
            who = self.stall.seeded.manager.principal
            handing.ask_price(session, who, self.order, form, START)

    def send(self) -> None:
        with Session(writing(self.stall.engine)) as session, session.begin():
            handing.send(session, self.stall.seeded.manager.principal, self.order, START)

    def round(self, later: timedelta = timedelta()) -> None:
        handing.work(self.stall.engine, START + later, self.counters)

    def follow(self, later: timedelta) -> None:
        following.work(self.stall.engine, START + later, self.counters)

    def handover(self) -> Handover | None:
        with Session(self.stall.engine) as session:
            return session.exec(select(Handover)).one_or_none()

    def shipment(self) -> Shipment:
        with Session(self.stall.engine) as session:
            return session.exec(select(Shipment)).one()

    def state(self) -> tuple[Fulfilment, PaymentState]:
        with Session(self.stall.engine) as session:
            placed = reading.placed(session, self.order)
            return placed.order.fulfilment, placed.payment_state

    def sent(self, name: str = "ghn") -> None:
        self.price(name)
        self.round()
        self.send()
        self.round()


@pytest.fixture
def table(stall: Stall) -> Table:
    house, who = House(), stall.seeded.manager.principal
    vault = Vault(b"k" * 32, "carriers")
    adapters = {CarrierName.GHN: opener(house, Ghn), CarrierName.GHTK: opener(house, Ghtk)}
    counters = Counters(vault, adapters)
    listing = stall.offer(packs=5)
    with Session(writing(stall.engine)) as session, session.begin():
        tariff = TariffForm(base=20_000, base_kg=5, step=0, cod="yes")
        shipping.set_tariff(session, who, tariff, START)
        for name in ("ghn", "ghtk"):
            form = CarrierForm.model_validate({"carrier": name, "number": NUMBER, "token": TOKEN})
            accounts.connect(session, who, vault, form, START)
        session.exec(select(Shop)).one().commune = "66.24175"
        request = OrderRequest(
            product=listing.product.public_id,
            quantity=2,
            name="Nguyễn Thị Hoa",
            phone="0912345678",
            address="12 Lê Lợi, phường Bến Nghé, quận 1, TP. Hồ Chí Minh",
            pay="cod",
            key="k" * 16,
        )
        order = service.place(session, request, START, simulated=False).order.public_id
        for step in (Step.CONFIRM, Step.PACK):
            desk.lead(session, who, order, step, START)
    return Table(stall, house, counters, order)


@BOTH
def test_a_parcel_is_priced_then_told_and_goes(table: Table, name: str) -> None:
    table.price(name)
    table.round()
    priced = table.handover()
    assert priced is not None
    assert (priced.state, priced.price) == (Handing.PRICED, 32_000)
    assert table.house.parcels == {}
    table.send()
    table.round()
    table.round()
    assert table.handover() is None
    assert table.state() == (Fulfilment.SHIPPED, PaymentState.COD_DUE)
    shipment = table.shipment()
    assert (shipment.carrier, shipment.tracking) == (name, "VN000001")
    assert (shipment.mass_g, shipment.cod) == (2_300, 90_000)


@BOTH
@pytest.mark.parametrize("mood", ["lost", "half"])
def test_an_answer_that_was_lost_is_asked_back_and_nothing_is_told_twice(
    table: Table, name: str, mood: Mood
) -> None:
    table.price(name)
    table.round()
    table.send()
    table.house.mood = mood
    table.round()
    assert table.state()[0] is Fulfilment.PACKED
    table.house.mood = "good"
    table.round(handing.AGAIN)
    assert table.state()[0] is Fulfilment.SHIPPED
    assert len(table.house.bodies) == 1
    assert table.shipment().tracking == "VN000001"


def test_what_the_carrier_refuses_is_read_at_the_table(
    table: Table, as_manager: TestClient
) -> None:
    table.house.mood = "no"
    table.price("ghn")
    table.round()
    page = as_manager.get("/htx/don").text
    assert "GHN chưa nhận kiện này. Địa chỉ không giao được" in page


def test_a_carrier_that_stays_silent_is_given_up_in_the_end(table: Table) -> None:
    table.price("ghn")
    table.house.mood = "silent"
    for n in range(handing.MOST_TRIES + 3):
        table.round(handing.AGAIN * n)
    assert len(table.house.asked) == handing.MOST_TRIES
    stuck = table.handover()
    assert stuck is not None
    assert stuck.state is Handing.STUCK


def test_an_order_that_was_cancelled_meanwhile_does_not_go(
    table: Table, as_manager: TestClient
) -> None:
    table.price("ghn")
    table.round()
    table.send()
    with Session(writing(table.stall.engine)) as session, session.begin():
        desk.lead(session, table.stall.seeded.manager.principal, table.order, Step.CANCEL, START)
    table.round()
    assert table.state()[0] is Fulfilment.CANCELLED
    assert "Đã báo GHN mã VN000001" in as_manager.get("/htx/don").text


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "fulfilment", "payment"),
    [
        ("delivered", Fulfilment.DELIVERED, PaymentState.COD_COLLECTED),
        ("returned", Fulfilment.RETURNED, PaymentState.UNPAID),
    ],
)
def test_what_the_carrier_says_leads_the_order_on_once(
    table: Table, status: str, fulfilment: Fulfilment, payment: PaymentState
) -> None:
    table.sent()
    table.house.status = "delivering"
    table.follow(HOUR)
    assert table.state()[0] is Fulfilment.SHIPPED
    assert table.shipment().whereabouts is Whereabouts.ON_THE_WAY
    table.house.status = status
    for hours in (3, 20, 40):
        table.follow(HOUR * hours)
    assert table.state() == (fulfilment, payment)
    assert table.shipment().ask_at is None
    assert len(table.house.asked) == 4  # a price, an announcement, and two questions


def test_a_lost_parcel_is_for_people(table: Table, as_manager: TestClient) -> None:
    table.sent()
    table.house.status = "lost"
    table.follow(HOUR)
    assert table.state()[0] is Fulfilment.SHIPPED
    assert "GHN báo kiện này bị hủy, mất hoặc hỏng" in as_manager.get("/htx/don").text


def test_a_parcel_is_asked_for_more_seldom_and_then_never() -> None:
    waits = [following.next_ask(n, START, START) for n in range(1, 6)]
    assert [one - START for one in waits if one] == [HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR]
    assert following.next_ask(9, START, START + following.GIVEN_UP) is None


def test_a_silent_carrier_is_asked_once_in_a_round(table: Table) -> None:
    table.sent()
    asked = len(table.house.asked)
    table.house.mood = "silent"
    table.follow(HOUR)
    table.follow(HOUR)
    assert len(table.house.asked) == asked + 1
    assert table.state()[0] is Fulfilment.SHIPPED


def page(browser: TestClient) -> str:
    return browser.get("/htx/ben-giao").text


def test_an_order_without_a_commune_or_a_contract_is_sent_by_hand(
    table: Table, as_manager: TestClient
) -> None:
    form = {name: str(value) for name, value in BOX.items()} | {"carrier": "ghn"}
    place = f"/htx/don/{table.order}/hang"
    with Session(writing(table.stall.engine)) as session, session.begin():
        session.exec(select(Shop)).one().commune = ""
    assert as_manager.post(place, data=form).status_code == 409
    first, second = re.findall(r'action="(/htx/ben-giao/\w+/ngat)"', page(as_manager))
    as_manager.post(first)
    assert as_manager.post(place, data=form).status_code == 409
    as_manager.post(second)
    assert as_manager.post(second).status_code == 404
    assert "Báo cho bên giao" not in as_manager.get("/htx/don").text


def test_no_carrier_comes_for_a_sample(table: Table, as_manager: TestClient) -> None:
    with Session(writing(table.stall.engine)) as session, session.begin():
        session.exec(select(Order)).one().simulated = True
    assert "Báo cho bên giao" not in as_manager.get("/htx/don").text
    with pytest.raises(WrongStep):
        table.price("ghn")


def test_a_token_is_kept_sealed_and_shown_to_nobody(stall: Stall, as_manager: TestClient) -> None:
    form = {"carrier": "ghn", "number": "885", "token": TOKEN}
    page = as_manager.post("/htx/ben-giao", data=form)
    assert "Mã shop: 885" in page.text
    assert TOKEN not in page.text
    with Session(stall.engine) as session:
        account = session.exec(select(CarrierAccount)).one()
        assert TOKEN not in account.sealed
