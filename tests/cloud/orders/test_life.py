"""Whatever buyers, the desk and the bank do, in whatever order: the books of orders stay right."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)
from sqlmodel import Session, select

from cloud import keyring
from cloud.db import make_engine, writing
from cloud.money import cod
from cloud.money import service as money
from cloud.money.errors import NotCollected, NothingToReturn
from cloud.money.forms import RemitForm
from cloud.money.service import Refund
from cloud.orders import desk, reading, rules, service, terms
from cloud.orders.desk import Money
from cloud.orders.errors import HarvestAwaited, KeyReused, NothingOwed, SoldAhead, WrongStep
from cloud.orders.models import Order, OrderLine, OrderRequest
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.payments.models import Allocation, AllocationKind, Payment
from cloud.payments.rules import PaymentState
from cloud.products.errors import OutOfStock
from cloud.products.models import Hold, HoldState, MoveReason, Stock, StockMove
from cloud.products.service import Listing
from cloud.settings import Settings
from cloud.shipping import service as shipping
from cloud.shipping.models import CodRemittance, Shipment, TariffForm
from tests.cloud.conftest import START, Stall
from tests.cloud.lives import live
from tests.cloud.orders.early import announce, harvest, reap
from tests.cloud.products.ledger import balanced, places

PACKS = 12
Made = str | MultipleResults[str]
OUT = {"shipped", "delivered", "returned"}
AHEAD = 5
MAY_WAIT = {"placed", "confirmed", "cancelled"}
"""States in which a line may have no lot yet."""


class Life(RuleBasedStateMachine):
    """One shop with one product; `template` is its database on the first morning."""

    orders: Bundle[str] = Bundle("orders")

    def __init__(self, template: Path, stall: Stall, listing: Listing) -> None:
        super().__init__()
        self.who, self.listing = stall.seeded.manager.principal, listing
        self.harvested = PACKS
        self.path = template.with_name("life.db")
        for left in template.parent.glob("life.db*"):
            left.unlink()
        shutil.copy(template, self.path)
        self.engine = make_engine(f"sqlite:///{self.path}")
        keyring.bind(self.engine, template.parent / "cloud" / "secrets")
        self.stall = replace(stall, engine=self.engine)
        self.now, self.number = START, 0
        self.asked: dict[str, tuple[OrderRequest, str]] = {}

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(
        target=orders,
        key=st.integers(0, 9),
        quantity=st.integers(1, 3),
        at_door=st.booleans(),
        knows=st.booleans(),
    )
    def place(self, key: int, quantity: int, *, at_door: bool, knows: bool) -> Made:
        """The same key and body are the same order; the same key and another body are refused."""
        request = OrderRequest(
            product=self.listing.product.public_id,
            quantity=quantity,
            name="Nguyễn Thị Hoa",
            phone="0912345678",
            address="12 Lê Lợi, phường Bến Thành",
            pay="cod" if at_door else "transfer",
            key=f"{key:016}",
            ahead=True if knows else None,
        )
        before = self.asked.get(request.key)
        try:
            placed = self._do(lambda s: service.place(s, request, self.now, simulated=False))
        except (OutOfStock, SoldAhead):
            assert before is None or before[0] != request
            return multiple()
        except KeyReused:
            assert before is not None
            assert before[0] != request
            return multiple()
        if before is not None:
            assert before == (request, placed.order.public_id)
        self.asked[request.key] = (request, placed.order.public_id)
        return placed.order.public_id

    @rule(order=orders, step=st.sampled_from(Step))
    def lead(self, order: str, step: Step) -> None:
        with suppress(WrongStep, HarvestAwaited):
            self._do(lambda s: desk.lead(s, self.who, order, step, self.now))

    @rule(order=orders, steps=st.integers(1, 4))
    def go_the_usual_way(self, order: str, steps: int) -> None:
        for _step in range(steps):
            with Session(self.engine) as session:
                state = reading.placed(session, order).order.fulfilment
            for step in rules.steps_from(state)[:1]:
                with suppress(HarvestAwaited):
                    self._do(partial(self._led, order, step))

    def _led(self, order: str, step: Step, session: Session) -> None:
        desk.lead(session, self.who, order, step, self.now)

    @rule(order=orders, amount=st.sampled_from([1_000, 20_000, 55_000, 90_000]))
    def transfer(self, order: str, amount: int) -> None:
        with suppress(NothingOwed):
            seen = Money(amount, self._key())
            self._do(lambda s: desk.record_money(s, self.who, order, seen, self.now))

    @rule(order=orders, amount=st.sampled_from([1_000, 55_000, 90_000]))
    def give_back(self, order: str, amount: int) -> None:
        with suppress(NothingToReturn):
            back = Refund(amount, "", self._key())
            self._do(lambda s: money.refund(s, self.who, order, back, self.now))

    @rule(order=orders, amount=st.integers(0, 100_000))
    def hand_on(self, order: str, amount: int) -> None:
        with Session(self.engine) as session:
            parcel = reading.placed(session, order).parcel
        form = RemitForm.model_validate(
            {
                "carrier": parcel.carrier if parcel else "own",
                "parcels": [parcel.public_id] if parcel else [],
                "amount": amount,
                "key": self._key(),
            }
        )
        with suppress(NotCollected):
            self._do(lambda s: cod.remit(s, self.who, form, self.now))

    @rule(whole=st.booleans())
    def undo_what_was_handed_on(self, *, whole: bool) -> None:
        with Session(self.engine) as session:
            known = session.exec(select(CodRemittance.public_id)).all()
        for remittance in known if whole else known[-1:]:
            self._do(partial(self._undone, remittance))

    def _undone(self, remittance: str, session: Session) -> None:
        cod.undo(session, self.who, remittance, self.now)

    @rule(packs=st.integers(1, 4), shared=st.booleans())
    def harvest(self, packs: int, *, shared: bool) -> None:
        """Packs come in; who waits for them has them a moment later, or only after the next."""
        (reap if shared else harvest)(self.stall, self.listing, packs)
        self.harvested += packs

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        terms.expire(self.engine, self.now)

    @invariant()
    def the_stock_is_its_ledger(self) -> None:
        with Session(self.engine) as session:
            for counted in session.exec(select(Stock)).all():
                moves = select(StockMove).where(StockMove.variant_id == counted.variant_id)
                holds = select(Hold).where(Hold.variant_id == counted.variant_id)
                held = [one.quantity for one in session.exec(holds) if one.state is HoldState.OPEN]
                assert counted.on_hand == sum(one.delta for one in session.exec(moves))
                assert counted.reserved == sum(held)
                assert 0 <= counted.reserved <= counted.on_hand <= self.harvested
            assert balanced(session, self.listing.variant)
            assert all(total <= AHEAD for _taken, total in places(session, self.listing.variant))

    @invariant()
    def totals_add_up_and_each_intention_is_one_order(self) -> None:
        for placed in self._orders():
            goods = sum(line.price * line.quantity for line in placed.lines)
            assert placed.order.total == goods + placed.order.fee == placed.books.expected
        known = {order for _request, order in self.asked.values()}
        assert {one.order.public_id for one in self._orders()} == known

    @invariant()
    def the_state_of_money_follows_from_the_ledger(self) -> None:
        for placed in self._orders():
            with Session(self.engine) as session:
                own = select(Allocation).where(Allocation.payment_id == placed.payment.id)
                sums: Counter[AllocationKind] = Counter()
                for one in session.exec(own):
                    sums[one.kind] += one.amount
            assert placed.payment_state is expected(placed.payment, sums)
            assert handed_on(sums) in {0, sums[AllocationKind.COLLECTED]}

    @invariant()
    def what_left_the_house_names_its_lot_and_has_a_parcel(self) -> None:
        with Session(self.engine) as session:
            sent = {one.order_id for one in session.exec(select(Shipment))}
            sold = {
                one.source: -one.delta
                for one in session.exec(select(StockMove))
                if one.reason is MoveReason.SALE
            }
            for order in session.exec(select(Order)).all():
                lines = session.exec(select(OrderLine).where(OrderLine.order_id == order.id)).all()
                assert lines
                assert order.fulfilment in MAY_WAIT or all(line.lot_id for line in lines)
                assert (order.id in sent) is (order.fulfilment in OUT)
                for line in lines:
                    source = rules.hold_source(order.public_id, line.position)
                    assert sold.get(source, 0) == (line.quantity if order.id in sent else 0)

    def _orders(self) -> list[Placed]:
        with Session(self.engine, expire_on_commit=False) as session:
            return reading.whole(session, session.exec(select(Order)).all())

    def _do(self, deed: Callable[[Session], object]) -> Placed:
        """What a request does: all of it or nothing."""
        with Session(writing(self.engine), expire_on_commit=False) as session, session.begin():
            return deed(session)  # type: ignore[return-value]  # only placing is asked for it

    def _key(self) -> str:
        self.number += 1
        return f"key-of-a-deed-{self.number:06}"


def expected(payment: Payment, sums: Counter[AllocationKind]) -> PaymentState:
    """The design's words, said once more: derived from the ledger, never set."""
    collected = sums[AllocationKind.COLLECTED]
    given = sums[AllocationKind.RECEIVED] - sums[AllocationKind.UNDONE] + collected
    kept = given - sums[AllocationKind.REFUNDED]
    if sums[AllocationKind.REFUNDED] and kept <= 0:
        return PaymentState.REFUNDED
    if payment.cod and payment.closed_at is None and given < payment.expected:
        return PaymentState.COD_DUE
    if kept <= 0:
        return PaymentState.UNPAID
    if collected:
        carried = handed_on(sums) < collected
        return PaymentState.COD_COLLECTED if carried else PaymentState.REMITTED
    return PaymentState.PAID if kept >= payment.expected else PaymentState.PARTIAL


def handed_on(sums: Counter[AllocationKind]) -> int:
    """What the carrier paid, and nobody took back as a mistake."""
    return sums[AllocationKind.REMITTED] - sums[AllocationKind.REMIT_UNDONE]


def test_the_books_are_right_after_any_life(stall: Stall, settings: Settings) -> None:
    template = opened(stall, settings)
    listing = stall.offer(packs=PACKS)
    announce(stall, listing, AHEAD)
    stall.engine.dispose()

    class Here(Life):
        def __init__(self) -> None:
            super().__init__(template, stall, listing)

    live(Here, examples=25, steps=20)


def opened(stall: Stall, settings: Settings) -> Path:
    """The shop brings goods for 20,000 đ, and may be paid at the door; where its database is."""
    if stall.engine.dialect.name != "sqlite":
        pytest.skip("lives are many, and copied from a file")
    with Session(writing(stall.engine)) as session, session.begin():
        form = TariffForm(base=20_000, base_kg=5, step=0, cod="yes")
        shipping.set_tariff(session, stall.seeded.manager.principal, form, START)
    assert settings.data_dir.parent == Path(str(stall.engine.url.database)).parent
    return Path(str(stall.engine.url.database))
