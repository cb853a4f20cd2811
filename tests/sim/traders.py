"""The cooperative's desk and its buyers: harvests, shelves, orders, money and stamps, by seed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from sqlmodel import Session

from cloud.audit import service as audit
from cloud.lots import service as lots
from cloud.lots.models import Harvest, Lot
from cloud.orders import desk as orders_desk
from cloud.orders import service as orders
from cloud.orders.desk import Money
from cloud.orders.models import OrderRequest
from cloud.orders.reading import Placed
from cloud.orders.rules import Step
from cloud.products import service as products
from cloud.products.bodies import ProductRequest
from cloud.products.service import Listing
from cloud.stamps import service as stamps
from cloud.stamps.models import Issuance
from cloud.stamps.service import Wish as Run
from tests.sim.desk import Desk, Wish
from tests.sim.founding import Cooperative

HARVESTS_A_DAY: Final = 3.0
ORDERS_A_DAY: Final = 30.0
STEPS_A_DAY: Final = 60.0
MONEY_A_DAY: Final = 30.0
STAMPS_A_DAY: Final = 4.0
ROOTS_A_DAY: Final = 1.0
MOST_STAMPS: Final = 12


@dataclass
class Known:
    """What people were told, to hold the cloud's books against."""

    lots: list[str] = field(default_factory=list)
    shelf: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    """By the key of the request: the order it made."""
    intents: set[str] = field(default_factory=set)
    """Keys of requests that were not refused."""
    totals: dict[str, int] = field(default_factory=dict)
    paid: dict[str, dict[str, int]] = field(default_factory=dict)
    """By order: the amounts that count, by the key of each sighting."""
    issued: list[tuple[int, int]] = field(default_factory=list)
    """Issuances with their quantities."""
    contradicted: list[str] = field(default_factory=list)


class Traders:
    """Everything goes through the same services as the pages."""

    def __init__(self, desk: Desk, cooperative: Cooperative, briskness: float) -> None:
        self.known = Known()
        self._desk, self._coop, self._who = desk, cooperative, cooperative.manager
        for a_day, act in (
            (HARVESTS_A_DAY, self._harvest),
            (ORDERS_A_DAY, self._order),
            (STEPS_A_DAY, self._lead),
            (MONEY_A_DAY, self._pay),
            (STAMPS_A_DAY, self._stamp),
            (ROOTS_A_DAY, self._publish),
        ):
            self._often(a_day * briskness, act)

    def _often(self, a_day: float, act: Callable[[], None]) -> None:
        def due() -> None:
            act()
            self._desk.agenda.after(self._desk.chance.expovariate(a_day / 86_400.0), due)

        self._desk.agenda.after(self._desk.chance.expovariate(a_day / 86_400.0), due)

    def _harvest(self) -> None:
        grams = self._desk.chance.randint(3, 40) * 1_000
        body = Harvest(zone=self._coop.plots[0].zones[0], product="Dưa lưới", quantity_g=grams)
        self._desk.ask(
            Wish(
                "harvest",
                lambda session, now: lots.harvest(session, self._who, body, now, demo=True),
                self._shelve,
                has_key=False,
            )
        )

    def _shelve(self, lot: Lot) -> None:
        self.known.lots.append(lot.public_id)
        request = ProductRequest(
            lot=lot.public_id, name="Dưa lưới ngọt", pack_mass_g=1_000, price=35_000, publish=True
        )
        self._desk.ask(
            Wish(
                "shelve",
                lambda session, now: products.create(session, self._who, request, now),
                self._shelved,
                has_key=False,
            )
        )

    def _shelved(self, listing: Listing) -> None:
        self.known.shelf.append(listing.product.public_id)

    def _order(self) -> None:
        if not self.known.shelf:
            return
        request = OrderRequest(
            product=self._desk.chance.choice(self.known.shelf[-3:]),
            quantity=self._desk.chance.randint(1, 8),
            name="Anh Mua",
            phone="0912345678",
            address="Số 1, đường Thử, Hà Nội",
            key=self._desk.key(),
        )
        self.known.intents.add(request.key)
        self.place(request)

    def place(self, request: OrderRequest) -> None:
        self._desk.ask(
            Wish(
                "order",
                lambda session, now: self.make(session, request, now),
                partial(self.ordered, request.key),
                refused=partial(self.known.intents.discard, request.key),
            )
        )

    def make(self, session: Session, request: OrderRequest, now: datetime) -> Placed:
        return orders.place(session, request, now, simulated=True)

    def ordered(self, key: str, placed: Placed) -> None:
        order = placed.order.public_id
        if self.known.orders.setdefault(key, order) != order:
            self.known.contradicted.append(key)
        self.known.totals[order] = placed.order.total
        if self._desk.chance.random() < 0.2:
            self._desk.agenda.after(self._desk.chance.uniform(1.0, 600.0), self._order)

    def _lead(self) -> None:
        order, step = self._some_order(), self._desk.chance.choice(tuple(Step))
        if order is None:
            return
        self._desk.ask(
            Wish(
                f"order {step}",
                lambda session, now: orders_desk.lead(session, self._who, order, step, now),
                lambda _nothing: None,
                has_key=False,
            )
        )

    def _pay(self) -> None:
        order = self._some_order()
        if order is None:
            return
        share = self._desk.chance.choice((1, 1, 2))
        self.pay(order, Money(self.known.totals[order] // share, self._desk.key()))

    def pay(self, order: str, money: Money) -> None:
        self._desk.ask(
            Wish(
                "money",
                lambda session, now: self.record(session, order, money, now),
                lambda _nothing: self.counted(order, money),
            )
        )

    def record(self, session: Session, order: str, money: Money, now: datetime) -> None:
        orders_desk.record_money(session, self._who, order, money, now)

    def counted(self, order: str, money: Money) -> None:
        self.known.paid.setdefault(order, {})[money.key] = money.amount

    def _some_order(self) -> str | None:
        recent = list(self.known.totals)[-20:]
        return self._desk.chance.choice(recent) if recent else None

    def _stamp(self) -> None:
        if not self.known.lots:
            return
        lot = self._desk.chance.choice(self.known.lots)
        quantity = self._desk.chance.randint(1, MOST_STAMPS)
        self._desk.ask(
            Wish(
                "stamps",
                lambda session, now: stamps.issue(
                    session, self._who, lot, Run(quantity), self._coop.press, now
                ),
                self._stamped,
                has_key=False,
            )
        )

    def _stamped(self, issuance: Issuance) -> None:
        assert issuance.id is not None
        self.known.issued.append((issuance.id, issuance.quantity))
        if self._desk.chance.random() < 0.1:
            self._void(issuance.public_id)

    def _void(self, issuance: str) -> None:
        self._desk.ask(
            Wish(
                "void",
                lambda session, now: stamps.void(session, self._who, issuance, now),
                lambda _issuance: None,
            )
        )

    def _publish(self) -> None:
        """The chore of the night."""
        self._desk.ask(Wish("roots", audit.publish, lambda _nothing: None))
