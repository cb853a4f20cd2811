"""A stall whose goods were bought and brought."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from cloud.db import writing
from cloud.orders import desk, reviewing, service
from cloud.orders.models import OrderRequest
from cloud.orders.rules import Step
from cloud.principal import Principal
from cloud.products.models import Product
from cloud.products.service import Listing
from cloud.products.verifying import Judge
from cloud.reviews import judging
from cloud.reviews.models import Review, ReviewForm
from tests.cloud.conftest import START, Stall

WAY = (Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER)
WORDS = "Dưa ngọt, vỏ còn tươi."
NEXT_DAY = START + timedelta(days=1)


@dataclass
class Shoppers:
    """Buyers of one product, each with an order of a pack."""

    engine: Engine
    who: Principal
    product: str
    simulated: bool = False
    orders: list[str] = field(default_factory=list)

    def buy(self, *steps: Step, at: datetime = START) -> str:
        """An order that was led so far; all the way unless said otherwise."""
        wanted = OrderRequest(
            product=self.product,
            quantity=1,
            name="Nguyễn Thị Hoa",
            phone="0912345678",
            address="12 Lê Lợi, phường Bến Thành",
            key=f"key-of-an-order-{len(self.orders)}",
        )
        with Session(writing(self.engine)) as session, session.begin():
            placed = service.place(session, wanted, at, simulated=self.simulated)
            order = placed.order.public_id
        self.orders.append(order)
        self.lead(order, *(steps or WAY), at=at)
        return order

    def lead(self, order: str, *steps: Step, at: datetime = START) -> None:
        with Session(writing(self.engine)) as session, session.begin():
            for step in steps:
                desk.lead(session, self.who, order, step, at)

    def write(
        self, order: str, stars: int = 5, words: str = WORDS, at: datetime = NEXT_DAY
    ) -> None:
        form = ReviewForm(product=self.product, stars=stars, words=words)
        with Session(writing(self.engine)) as session, session.begin():
            reviewing.write(session, order, form, at)

    def shown(self, stars: int = 5, words: str = WORDS) -> str:
        """A review of a new buyer's that everybody reads; its id."""
        self.write(self.buy(), stars, words)
        review = self.reviews()[-1].public_id
        with Session(writing(self.engine)) as session, session.begin():
            judging.publish(session, review, JUDGE)
        return review

    def reviews(self) -> list[Review]:
        with Session(self.engine) as session:
            return list(session.exec(select(Review).order_by("id")))

    def counters(self) -> tuple[int, int]:
        with Session(self.engine) as session:
            found = select(Product).where(Product.public_id == self.product)
            product = session.exec(found).one()
            return product.review_count, product.review_stars


JUDGE = Judge("Chị Chợ", START + timedelta(days=2))


@pytest.fixture
def listing(stall: Stall) -> Listing:
    return stall.offer(packs=40)


@pytest.fixture
def shoppers(stall: Stall, listing: Listing) -> Shoppers:
    return Shoppers(stall.engine, stall.seeded.manager.principal, listing.product.public_id)
