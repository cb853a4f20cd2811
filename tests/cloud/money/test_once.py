"""Whatever people match, undo and link, in whatever order: no money of an account counts twice."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlmodel import Session, col, select

from cloud.db import writing
from cloud.money import cod, intake, report, service
from cloud.money.errors import NotCollected, NotTheCarriers, StillSpoken, TxnSpent
from cloud.money.forms import RemitForm
from cloud.money.service import Wish
from cloud.orders import desk, reading
from cloud.orders import service as orders
from cloud.orders.models import OrderRequest
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.payments.models import Allocation, AllocationKind, BankTxn, Payment, Provider
from cloud.payments.telling import Told
from cloud.shipping import service as shipping
from cloud.shipping.models import CodRemittance, Shipment, TariffForm
from tests.cloud.conftest import START, Stall

OWED = 90_000
DEEDS = 120
REFUSED = (NotCollected, NotTheCarriers, StillSpoken, TxnSpent)


class Desk:
    """A person who does at random what the pages offer, refused or not."""

    def __init__(
        self, session: Session, stall: Stall, placed: Sequence[Placed], seed: int
    ) -> None:
        self.session, self.chance = session, random.Random(seed)
        self.who = stall.seeded.manager.principal
        self.codes = [one.payment.code for one in placed]
        self.parcels = [one.parcel.public_id for one in placed if one.parcel]
        self.done: Counter[str] = Counter()
        self.number = 0
        for deed in (*(self.money_comes,) * 3, *(self.hand_on,) * 2):
            deed()

    def act(self) -> None:
        deed = self.chance.choice(
            (
                *(self.match,) * 3,
                *(self.take_back, self.ignore, self.look_again, self.look_again),
                *(self.hand_on, self.hand_on, self.undo, self.link, self.link, self.unlink),
            )
        )
        with suppress(*REFUSED), self.session.begin_nested():
            deed()
            self.done[deed.__name__] += 1

    def money_comes(self) -> None:
        came = Told(self._key(), OWED, incoming=True, content="GHN tra COD", at=START)
        owner = self.who.cooperative_id
        intake.take(self.session, owner, Provider.MANUAL, [came], START)

    def match(self) -> None:
        amount = self.chance.choice((OWED, OWED // 2))
        wish = Wish(self.chance.choice(self.codes), amount, self._key())
        service.allocate(self.session, self.who, self._txn(), wish, START)

    def take_back(self) -> None:
        service.undo(self.session, self.who, self._txn(), START)

    def ignore(self) -> None:
        service.ignore(self.session, self.who, self._txn(), "vay", START)

    def look_again(self) -> None:
        service.look_again(self.session, self.who, self._txn(), START)

    def hand_on(self) -> None:
        parcels = self.chance.sample(self.parcels, self.chance.randint(1, 2))
        told = {"carrier": "own", "parcels": parcels, "amount": OWED, "key": self._key()}
        cod.remit(self.session, self.who, RemitForm.model_validate(told), START)

    def undo(self) -> None:
        cod.undo(self.session, self.who, self._remittance(), START)

    def link(self) -> None:
        cod.link(self.session, self.who, self._remittance(), self._txn(), START)

    def unlink(self) -> None:
        cod.unlink(self.session, self.who, self._remittance(), START)

    def _txn(self) -> str:
        found = self.session.exec(select(BankTxn.public_id).order_by(col(BankTxn.id)))
        return self.chance.choice(found.all())

    def _remittance(self) -> str:
        wanted = select(CodRemittance.public_id).order_by(col(CodRemittance.id))
        return self.chance.choice(self.session.exec(wanted).all())

    def _key(self) -> str:
        self.number += 1
        return f"key-of-a-deed-{self.number:06}"


def nothing_is_spoken_for_twice_and_what_is_left_waits(by: Desk) -> None:
    left = {}
    for txn in by.session.exec(select(BankTxn)).all():
        said = by.session.exec(select(Allocation).where(Allocation.bank_txn_id == txn.id))
        sign = {AllocationKind.RECEIVED: 1, AllocationKind.UNDONE: -1}
        spoken = sum(sign[one.kind] * one.amount for one in said)
        aside = (txn.ignored_at is not None) + (txn.remittance_id is not None)
        left[txn.public_id] = txn.amount * (1 - aside) - spoken
    assert min(left.values()) >= 0
    queue = {one.txn.public_id: one.left for one in service.waiting(by.session, by.who, START)}
    assert queue == {name: rest for name, rest in left.items() if rest}
    month = report.month(by.session, by.who, START.date().replace(day=1)).total
    assert month.waiting == sum(left.values())


def a_remittance_has_one_transaction_and_none_once_it_is_undone(by: Desk) -> None:
    paid = Counter(one.remittance_id for one in by.session.exec(select(BankTxn)))
    for row in by.session.exec(select(CodRemittance)):
        assert paid[row.id] <= (row.undone_at is None)


def a_carrier_holds_what_it_collected_and_has_not_handed_on(by: Desk) -> None:
    held = {one.shipment.id for all_ in cod.held(by.session, by.who) for one in all_.collected}
    of_parcel = select(Shipment, Payment.id).join(
        Payment, col(Payment.order_id) == col(Shipment.order_id)
    )
    for shipment, payment in by.session.exec(of_parcel).all():
        sums: Counter[AllocationKind] = Counter()
        for one in by.session.exec(select(Allocation).where(Allocation.payment_id == payment)):
            sums[one.kind] += one.amount
        came = sums[AllocationKind.REMITTED] - sums[AllocationKind.REMIT_UNDONE]
        assert came in {0, shipment.cod}
        assert (shipment.id in held) is (came == 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_money_counts_twice_whatever_people_do(
    stall: Stall, session: Session, seed: int
) -> None:
    by = Desk(session, stall, shop(stall), seed)
    for _deed in range(DEEDS):
        by.act()
        nothing_is_spoken_for_twice_and_what_is_left_waits(by)
        a_remittance_has_one_transaction_and_none_once_it_is_undone(by)
        a_carrier_holds_what_it_collected_and_has_not_handed_on(by)
    assert {"match", "link", "undo", "hand_on"} <= by.done.keys()


def shop(stall: Stall) -> list[Placed]:
    """A carrier has the money of three orders; two wait for a transfer."""
    pay_at_the_door(stall)
    product = stall.offer(packs=20).product.public_id
    return [bought(stall, product, number, carried=number < 3) for number in range(5)]


def pay_at_the_door(stall: Stall) -> None:
    form = TariffForm(base=20_000, base_kg=5, step=0, cod="yes")
    with Session(writing(stall.engine)) as session, session.begin():
        shipping.set_tariff(session, stall.seeded.manager.principal, form, START)


def bought(stall: Stall, product: str, number: int, *, carried: bool) -> Placed:
    request = OrderRequest(
        product=product,
        quantity=2,
        name="Nguyễn Thị Hoa",
        phone="0912345678",
        address="12 Lê Lợi, phường Bến Thành",
        pay="cod" if carried else "transfer",
        key=f"order-of-a-buyer-{number}",
    )
    manager = stall.seeded.manager.principal
    with Session(writing(stall.engine), expire_on_commit=False) as session, session.begin():
        order = orders.place(session, request, START, simulated=False).order.public_id
        for step in (Step.CONFIRM, Step.PACK, Step.SHIP, Step.DELIVER) if carried else ():
            desk.lead(session, manager, order, step, START)
        return reading.placed(session, order)
