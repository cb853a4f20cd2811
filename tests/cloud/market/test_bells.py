"""Members who want to hear of sales are told once, together, by day, and only of what is real."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from cloud.alerts.models import Channel, Contact
from cloud.alerts.notifier import AwayError, Message
from cloud.alerts.post import Office
from cloud.cooperatives.models import Membership
from cloud.db import writing
from cloud.market import bells, duties
from cloud.market.models import Bell
from cloud.orders import letters, service
from cloud.orders.models import OrderRequest
from cloud.principal import Role
from cloud.privacy import known
from cloud.products.service import Listing
from tests.cloud.client import TestClient
from tests.cloud.conftest import START, Stall

MORNING = START.replace(hour=2)
"""Nine o'clock in Viet Nam."""


@dataclass
class Way:
    """Keeps what it is given, or is away."""

    away: bool = False
    sent: list[tuple[str, Message]] = field(default_factory=list)

    def send(self, address: str, message: Message) -> None:
        if self.away:
            raise AwayError("away")
        self.sent.append((address, message))


@dataclass
class Shop:
    """A stall whose manager wants to hear by mail."""

    stall: Stall
    listing: Listing
    way: Way = field(default_factory=Way)

    def order(self, key: str) -> None:
        request = OrderRequest(
            product=self.listing.product.public_id,
            quantity=1,
            name="Hoa",
            phone="0912345678",
            address="12 Lê Lợi, Bến Thành",
            key=key * 16,
        )
        with Session(writing(self.stall.engine)) as session, session.begin():
            service.place(session, request, MORNING, simulated=self.listing.product.simulated)

    def complain(self) -> None:
        with Session(writing(self.stall.engine)) as session, session.begin():
            product = self.listing.product.public_id
            duties.complain(session, product, "Dưa không ngọt như ghi.", MORNING, simulated=False)

    def round(self, after: timedelta = timedelta()) -> list[str]:
        """What the manager has been sent so far."""
        office = Office({Channel.EMAIL: self.way}, "https://vuon.example")
        bells.deliver(self.stall.engine, MORNING + after, office)
        return [message.text for _address, message in self.way.sent]


def ring(shop: Shop) -> None:
    who = shop.stall.seeded.manager.principal
    with Session(writing(shop.stall.engine)) as session, session.begin():
        bells.set_bell(session, who, MORNING, on=True)
        session.add(
            Contact(
                cooperative_id=who.cooperative_id,
                account_id=who.account_id,
                channel=Channel.EMAIL,
                address="hoa@example.vn",
                code="",
                code_until=MORNING,
                confirmed_at=MORNING,
            )
        )


@pytest.fixture
def shop(stall: Stall) -> Shop:
    made = Shop(stall, stall.offer(packs=9))
    made.order("z")
    ring(made)
    return made


LINK = "Xem: https://vuon.example/htx/don"


def test_orders_and_complaints_since_the_bell_was_set_come_in_one_message(shop: Shop) -> None:
    assert shop.round() == []
    shop.order("a")
    shop.order("b")
    shop.complain()
    assert shop.round() == [f"Đơn mới: 2. Khiếu nại mới: 1. {LINK}"]
    assert shop.round(bells.GAP) == [f"Đơn mới: 2. Khiếu nại mới: 1. {LINK}"]


def test_a_busy_hour_is_a_digest(shop: Shop) -> None:
    shop.order("a")
    shop.round()
    for key in "bcd":
        shop.order(key)
        assert len(shop.round(timedelta(minutes=9))) == 1
    assert shop.round(bells.GAP)[1:] == [f"Đơn mới: 3. {LINK}"]


def test_what_was_seen_on_the_desk_is_not_told(shop: Shop) -> None:
    shop.order("a")
    with Session(writing(shop.stall.engine)) as session, session.begin():
        who = shop.stall.seeded.manager.principal
        newest, _order = letters.news(session, who)[0]
        letters.seen(session, who, newest.id or 0, MORNING)
    assert shop.round() == []


def test_nobody_is_woken(shop: Shop) -> None:
    shop.order("a")
    assert shop.round(timedelta(hours=14)) == []
    assert len(shop.round(timedelta(hours=22))) == 1


def test_a_way_that_is_away_is_tried_again_and_then_left_for_the_next_news(shop: Shop) -> None:
    shop.order("a")
    shop.way.away = True
    assert shop.round() == []
    shop.way.away = False
    assert shop.round(timedelta(seconds=5)) == []
    assert len(shop.round(timedelta(seconds=10))) == 1


def test_samples_and_people_without_the_right_are_told_nothing(stall: Stall) -> None:
    sample = Shop(stall, stall.offer(packs=9, simulated=True))
    ring(sample)
    sample.order("a")
    assert sample.round() == []
    real = Shop(stall, stall.offer(packs=9), sample.way)
    real.order("b")
    with Session(writing(stall.engine)) as session, session.begin():
        for member in session.exec(select(Membership)).all():
            member.role = Role.FARMER
    assert real.round() == []


def test_a_member_sets_and_stops_the_bell(
    stall: Stall, as_manager: TestClient, as_farmer: TestClient
) -> None:
    assert "Đang báo cho bạn" in as_manager.post("/htx/bao-don", data={"ring": "yes"}).text
    assert "Đang báo cho bạn" in as_manager.post("/htx/bao-don", data={"ring": "yes"}).text
    with Session(stall.engine) as session:
        told = known.known(session, stall.seeded.manager.principal)
        assert len(told.hears_of_orders) == 1
    assert "Báo cho tôi" in as_manager.post("/htx/bao-don", data={"ring": "no"}).text
    assert as_farmer.post("/htx/bao-don", data={"ring": "yes"}).status_code == 403
    with Session(stall.engine) as session:
        assert session.exec(select(Bell)).all() == []
