"""Reading orders: whole, for the buyer's link and for the cooperative's desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, func, select

from cloud.lots.models import Lot
from cloud.orders.errors import OrderGone
from cloud.orders.models import Fulfilment, Order, OrderBuyer, OrderEvent, OrderLine
from cloud.payments import service as payments
from cloud.payments.models import Payment
from cloud.payments.rules import Books, PaymentState
from cloud.payments.vietqr import TRANSFER_LIMIT, VietQR
from cloud.principal import Principal
from cloud.products.models import Product, Shop, Variant
from cloud.scope import scoped
from cloud.shipping import parcels
from cloud.shipping.models import Handover, PickupPoint, Shipment


@dataclass(frozen=True)
class Placed:
    """An order with all that its page shows."""

    order: Order
    buyer: OrderBuyer
    lines: Sequence[OrderLine]
    payment: Payment
    books: Books
    shop: Shop
    point: PickupPoint | None = None
    parcel: Shipment | None = None
    handover: Handover | None = None
    lots: Mapping[int | None, str] = field(default_factory=dict)
    """The codes of the lots that the lines name."""

    @property
    def harvest_on(self) -> date | None:
        """When the last harvest is expected that it waits for; None where all of it is there."""
        if self.order.fulfilment is Fulfilment.CANCELLED:
            return None
        days = [line.harvest_on for line in self.lines if line.lot_id is None and line.harvest_on]
        return max(days, default=None)

    @property
    def payment_state(self) -> PaymentState:
        return self.books.state

    @property
    def owed(self) -> int:
        return self.books.owed

    @property
    def mass_g(self) -> int:
        """What is in the packs, without what is around them."""
        return sum(line.mass_g * line.quantity for line in self.lines)

    @property
    def vietqr(self) -> str | None:
        """What a banking app scans; None when nothing is owed, or more than a code can carry."""
        if not 0 < self.owed < TRANSFER_LIMIT:
            return None
        code = self.payment.code
        return VietQR.transfer(
            self.shop.bank_bin, self.shop.bank_account, self.owed, code
        ).encode()


WORK: Final = (Fulfilment.PLACED, Fulfilment.PACKED, Fulfilment.CONFIRMED, Fulfilment.SHIPPED)
"""States in which somebody has to do something, by how soon."""


def placed(session: Session, public_id: str) -> Placed:
    """An order for whoever holds its link."""
    order = session.exec(select(Order).where(Order.public_id == public_id)).one_or_none()
    if order is None:
        raise OrderGone
    return whole(session, [order])[0]


def matching(session: Session, phone: str, code: str) -> Placed:
    """An order for who knows the number it was placed with and the code of its payment.

    Raises:
        OrderGone: there is none, or its buyer was forgotten.
    """
    found = session.exec(
        select(Order)
        .join(Payment, col(Payment.order_id) == col(Order.id))
        .join(OrderBuyer, col(OrderBuyer.order_id) == col(Order.id))
        .where(Payment.code == code, OrderBuyer.phone_key == phone, phone != "")
    ).one_or_none()
    if found is None:
        raise OrderGone
    return whole(session, [found])[0]


def own(
    session: Session, principal: Principal, limit: int, state: Fulfilment | None = None
) -> Sequence[Placed]:
    """Orders in one state, newest first; without one, what is to be done first."""
    orders = scoped(select(Order), principal).limit(limit)
    if state is None:
        orders = orders.order_by(*_urgency())
    else:
        orders = orders.where(Order.fulfilment == state).order_by(col(Order.id).desc())
    return whole(session, session.exec(orders).all())


def _urgency() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """What waits for hands before what waits by itself, then what is over, the newest first."""
    ranks = {state: rank for rank, state in enumerate(WORK)}
    waits = col(Order.fulfilment).in_(WORK)
    return (
        case(ranks, value=col(Order.fulfilment), else_=len(WORK)),
        case((waits, col(Order.id)), else_=-col(Order.id)),
    )


def counts(session: Session, principal: Principal) -> dict[Fulfilment, int]:
    """How many orders of the caller's cooperative stand where."""
    found = session.exec(
        select(Order.fulfilment, func.count())
        .where(Order.cooperative_id == principal.cooperative_id)
        .group_by(col(Order.fulfilment))
    ).all()
    return {Fulfilment(state): number for state, number in found}


def events(session: Session, order: Order) -> Sequence[OrderEvent]:
    """What happened to an order, from its beginning."""
    found = select(OrderEvent).where(OrderEvent.order_id == order.id)
    return session.exec(found.order_by(col(OrderEvent.id))).all()


def lines(session: Session, order: Order) -> Sequence[OrderLine]:
    found = select(OrderLine).where(OrderLine.order_id == order.id)
    return session.exec(found.order_by(col(OrderLine.position))).all()


def products(session: Session, bought: Sequence[OrderLine]) -> Sequence[Product]:
    """The products of these lines."""
    ids = [line.variant_id for line in bought]
    joined = select(Product).join(Variant, col(Variant.product_id) == col(Product.id))
    return session.exec(joined.where(col(Variant.id).in_(ids))).unique().all()


def owed(session: Session, order: Order) -> int:
    """What is still to be paid, in đồng."""
    return payments.books(session, payments.of_order(session, cast("int", order.id))).owed


def whole(session: Session, orders: Sequence[Order]) -> list[Placed]:
    """Orders with all that belongs to them, in a handful of statements however many they are."""
    ids = [order.id for order in orders]
    paid = session.exec(select(Payment).where(col(Payment.order_id).in_(ids))).all()
    books = payments.all_books(session, paid)
    by_order = {one.order_id: one for one in paid}
    buyers = session.exec(select(OrderBuyer).where(col(OrderBuyer.order_id).in_(ids)))
    known = {one.order_id: one for one in buyers}
    shops = session.exec(select(Shop).where(col(Shop.id).in_({order.shop_id for order in orders})))
    by_shop = {one.id: one for one in shops}
    wanted = {order.pickup_id for order in orders if order.pickup_id}
    found_points = session.exec(select(PickupPoint).where(col(PickupPoint.id).in_(wanted)))
    points = {one.id: one for one in found_points} if wanted else {}
    sent, told = parcels.of_orders(session, ids), parcels.handovers(session, ids)
    goods: dict[int | None, list[OrderLine]] = {number: [] for number in ids}
    lots: dict[int | None, str] = {}
    found = select(OrderLine, Lot.code).outerjoin(Lot, col(Lot.id) == col(OrderLine.lot_id))
    found = found.where(col(OrderLine.order_id).in_(ids))
    for line, code in session.exec(found.order_by(col(OrderLine.position))):
        goods[line.order_id].append(line)
        lots[line.lot_id] = code
    return [
        Placed(
            order=order,
            buyer=known[number],
            lines=goods[number],
            payment=by_order[number],
            books=books[cast("int", by_order[number].id)],
            shop=by_shop[order.shop_id],
            point=points.get(order.pickup_id),
            parcel=sent.get(number),
            handover=told.get(number),
            lots=lots,
        )
        for order in orders
        if (number := cast("int", order.id))
    ]
