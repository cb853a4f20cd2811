"""Whatever buyers, desk, market and time do: what is shown was delivered, and the stars add up."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
)
from sqlmodel import Session, select

from cloud import keyring
from cloud.db import make_engine, writing
from cloud.errors import CloudError
from cloud.orders import desk as orders
from cloud.orders import reviewing, rules
from cloud.orders.models import Fulfilment, Order, OrderEvent
from cloud.orders.rules import Step
from cloud.principal import Principal
from cloud.products.models import Product
from cloud.products.verifying import Judge
from cloud.reviews import desk, judging
from cloud.reviews.models import Part, Reason, Review, ReviewForm, ReviewState
from cloud.reviews.rules import OPEN_FOR
from cloud.settings import Settings
from tests.cloud.conftest import START, Stall
from tests.cloud.lives import live
from tests.cloud.orders.test_life import opened
from tests.cloud.reviews.conftest import Shoppers

WORDS = st.sampled_from(["", "Ngon.", "Gọi 0912345678"])
PARTS = st.sampled_from(Part)


class Life(RuleBasedStateMachine):
    """One product and its buyers; `template` is the database on the first morning."""

    orders: Bundle[str] = Bundle("orders")

    def __init__(self, template: Path, who: Principal, product: str) -> None:
        super().__init__()
        self.path = template.with_name("life.db")
        for left in template.parent.glob("life.db*"):
            left.unlink()
        shutil.copy(template, self.path)
        self.engine = make_engine(f"sqlite:///{self.path}")
        keyring.bind(self.engine, template.parent / "cloud" / "secrets")
        self.shoppers = Shoppers(self.engine, who, product)
        self.who, self.product, self.now = who, product, START

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(target=orders)
    def buy(self) -> str:
        return self.shoppers.buy(Step.CONFIRM, at=self.now)

    @rule(target=orders, stars=st.integers(1, 5), shown=st.booleans())
    def buy_and_say(self, stars: int, *, shown: bool) -> str:
        """The usual way in one step, so that what comes after it is met often."""
        order = self.shoppers.buy(at=self.now)
        self.shoppers.write(order, stars, at=self.now)
        if shown:
            self._on(-1, lambda s, one: judging.publish(s, one, self._judge()))
        return order

    @rule(order=orders, back=st.booleans())
    def lead(self, order: str, *, back: bool) -> None:
        """The usual next step, or the one that ends it otherwise."""
        with Session(self.engine) as session:
            found = select(Order).where(Order.public_id == order)
            steps = rules.steps_from(session.exec(found).one().fulfilment)
        for step in steps[-1:] if back else steps[:1]:
            self._do(partial(self._led, order, step))

    def _led(self, order: str, step: Step, session: Session) -> None:
        orders.lead(session, self.who, order, step, self.now)

    @rule(order=orders, stars=st.integers(1, 5), words=WORDS)
    def write(self, order: str, stars: int, words: str) -> None:
        form = ReviewForm(product=self.product, stars=stars, words=words)
        self._do(lambda s: reviewing.write(s, order, form, self.now))

    @rule(order=orders)
    def withdraw(self, order: str) -> None:
        self._do(lambda s: reviewing.withdraw(s, order, self.product))

    @rule(nth=st.integers(0, 5))
    def publish(self, nth: int) -> None:
        self._on(nth, lambda s, one: judging.publish(s, one, self._judge()))

    @rule(nth=st.integers(0, 5), part=PARTS, reason=st.sampled_from(Reason))
    def refuse(self, nth: int, part: Part, reason: Reason) -> None:
        self._on(nth, lambda s, one: judging.refuse(s, one, part, reason, self._judge()))

    @rule(nth=st.integers(0, 5))
    def answer(self, nth: int) -> None:
        self._on(nth, lambda s, one: desk.answer(s, self.who, one, "Cảm ơn.", self.now))

    @rule(nth=st.integers(0, 5), reason=st.sampled_from(Reason))
    def report(self, nth: int, reason: Reason) -> None:
        self._on(nth, lambda s, one: desk.report(s, self.who, one, reason, self.now))

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self._do(lambda s: judging.forget_hidden(s, self.now))

    @invariant()
    def what_is_shown_was_delivered_and_stayed(self) -> None:
        with Session(self.engine) as session:
            for review in self._shown(session):
                order = session.get_one(Order, review.order_id)
                came = select(OrderEvent.at).where(
                    OrderEvent.order_id == order.id, OrderEvent.what == "delivered"
                )
                assert order.fulfilment is Fulfilment.DELIVERED
                arrived = session.exec(came).one()
                assert arrived <= review.written_at < arrived + OPEN_FOR
                assert review.judged_by

    @invariant()
    def the_counters_are_the_sums(self) -> None:
        with Session(self.engine) as session:
            stars = [review.stars for review in self._shown(session)]
            product = session.exec(select(Product)).one()
            assert (product.review_count, product.review_stars) == (len(stars), sum(stars))

    @invariant()
    def an_order_says_one_thing_of_a_product(self) -> None:
        with Session(self.engine) as session:
            named = list(session.exec(select(Review.order_id, Review.product_id)))
            assert len(named) == len(set(named))

    def _shown(self, session: Session) -> list[Review]:
        return list(session.exec(select(Review).where(Review.state == ReviewState.SHOWN)))

    def _judge(self) -> Judge:
        return Judge("Chị Chợ", self.now)

    def _on(self, nth: int, deed: Callable[[Session, str], None]) -> None:
        """To one of the reviews that there are."""
        with Session(self.engine) as session:
            ids = session.exec(select(Review.public_id).order_by("id")).all()
        if ids:
            one = ids[nth % len(ids)]
            self._do(lambda s: deed(s, one))

    def _do(self, deed: Callable[[Session], object]) -> None:
        """What a request does: all of it, or nothing because it is refused."""
        with suppress(CloudError), Session(writing(self.engine)) as session, session.begin():
            deed(session)


def test_stars_add_up_after_any_life(stall: Stall, settings: Settings) -> None:
    template = opened(stall, settings)
    product = stall.offer(packs=200).product.public_id
    stall.engine.dispose()
    manager = stall.seeded.manager.principal

    class Here(Life):
        def __init__(self) -> None:
            super().__init__(template, manager, product)

    live(Here, examples=12, steps=25)
